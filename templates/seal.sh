# Records what the release consists of before it goes live: what was shipped, and what the steps made
# on the host. What is found beyond that later was written by the application, or by a person. Shipped files
# that the steps have changed are listed, too: the next release cannot have them from here.
manifest={{ records }}/manifests/{{ release }}.gz
unlike={{ records }}/shipped/{{ release }}.unlike
: >"$unlike"
cd {{ release_path }}
{
  gzip -dc "$manifest"
  echo '='
  inventory .
} | unlike=$unlike awk '
  BEGIN { FS = "\t" }
  $0 == "=" { here = 1; next }
  !here && $1 == "d" { print; next }
  { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1) }
  !here { line[path] = $0; size[path] = $2; time[path] = $3; next }
  $1 == "f" && path in line && size[path] == $2 && time[path] == $3 { print line[path]; next }
  path in line && line[path] != $0 { print path >ENVIRON["unlike"] }
  { print }
' | gzip -c >"$manifest.partial"
gzip -t "$manifest.partial"
mv "$manifest.partial" "$manifest"
