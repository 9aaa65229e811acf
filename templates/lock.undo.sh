# Records that the run was taken back, and removes the lock if it is still this run's (`ours` and
# `release` are the session's own).
records={{ records }}
if ours "$records"; then
  undone
  release "$records"
fi
