# Removes the files that were put where the web server finds them, as far as they are unchanged.
public_html={{ public_html }}
records={{ records }}
created=$records/created.{{ release }}
made=$records/placed.{{ release }}

if [ -f "$created" ]; then
  while IFS= read -r line; do
    path=${line%%//*}
    rm -f "$public_html/$path.deployer"
    now=$({{ checksum | raw }} <"$public_html/$path") || continue
    [ "$now" != "${line#*//}" ] || rm -f "$public_html/$path"
  done <"$created"
fi
if [ -f "$made" ]; then
  # Those below come first.
  LC_ALL=C sort -r "$made" | while IFS= read -r dir; do rmdir "$dir" 2>/dev/null || :; done
fi
rm -f "$created" "$made" "$records/mirror.{{ release }}"
rm -rf {{ staging }}
