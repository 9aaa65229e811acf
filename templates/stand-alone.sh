# Runs a program of shared/ as the controller knows it, so that it is the same on all hosts.
DEPLOYER_KEEPS={{ keeps }}
PHP={{ php }}
export DEPLOYER_KEEPS PHP
exec sh -c {{ program }} {{ name }} {{ options }} {{ deploy_to }}
