# Removes the pages that prove which release is served.
deploy_to={{ deploy_to }}
records={{ records }}
forget_pages "$records/pages.$DEPLOYER_RUN"
rm -rf "$records/visits.$DEPLOYER_RUN"
