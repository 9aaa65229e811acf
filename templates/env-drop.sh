# Takes back what was put beside shared/.env.
rm -f {{ shared }}/.env.deployer
