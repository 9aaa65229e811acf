# Removes the page that proves which release is served.
rm -f {{ release_public }}/deployer-{{ release }}-"$DEPLOYER_RUN".txt
