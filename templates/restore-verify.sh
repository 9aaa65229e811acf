# Counts what was unpacked: it must be all that the archive holds.
cd {{ restoring }}
entries=$(find . -exec printf '%.0s.' {} + | wc -c)
if [ "$entries" -ne {{ entries }} ]; then
  echo "$((entries)) files and directories were unpacked, the archive has "{{ entries }}
  exit 1
fi
if [ ! -e {{ new }} ] && [ ! -L {{ new }} ]; then
  echo "the archive has no "{{ part }}
  exit 1
fi
