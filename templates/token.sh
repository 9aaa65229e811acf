# Gives the release a page that only this run knows the name of: what a visitor gets there proves
# which release is served.
[ -d {{ release_public }} ] || { echo "there is no "{{ release_public }}" for the web server to serve"; exit 1; }
token={{ release_public }}/deployer-{{ release }}-$DEPLOYER_RUN.txt
echo {{ release }} >"$token"
chmod 0644 "$token"
