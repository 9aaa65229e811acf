# Takes care of what the application still wrote into the release that was live before, up to the
# switch and a little after it.
adopt {{ previous_id }} "$releases/"{{ previous_id }} "$release" to
