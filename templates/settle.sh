# Takes care of what the application still wrote into the release that was live before, up to the
# switch and a little after it.
previous={{ previous_id }}
adopt "$previous" "$releases/$previous" "$release" to
[ -z "$left" ] || echo "releases/$previous stays: it holds files of the application outside of the shared paths"
