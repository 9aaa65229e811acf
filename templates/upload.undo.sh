# Removes what was unpacked. The release id is this run's own, so nobody else made the directory.
records={{ records }}
# What still works at it, because the connection was lost or the run was stopped, must not bring it back.
if { read -r group machine <"$records/uploading"; } 2>/dev/null && [ "$machine" = "$(uname -n)" ]; then
  kill -s KILL -- "-$group" 2>/dev/null || :
  tries=50
  while [ "$tries" -gt 0 ] && kill -s 0 -- "-$group" 2>/dev/null; do
    sleep 0.1 2>/dev/null || sleep 1
    tries=$((tries - 1))
  done
  rm -f "$records/uploading"
fi
rm -rf "$records/upload."{{ release }} {{ partial }}
