# Removes it.
deploy_to={{ deploy_to }}
records={{ records }}
forget_pages "$records/pages.$DEPLOYER_RUN"
