# Removes the lock if it is still this run's (`release` is the session's own).
release {{ records }}
