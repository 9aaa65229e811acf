# Adds a line for people to the log of the application.
log={{ deploy_to }}/deployment.log
printf '%s backed up %s by %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" {{ what }} "$DEPLOYER_BY" >>"$log"
echo logged
