# Removes the pages of the proof and what only the undo of a run needs, of runs that died as well.
deploy_to={{ deploy_to }}
records={{ records }}
for list in "$records"/pages.*; do forget_pages "$list"; done
rm -rf "$records"/carried.* "$records"/visits.*
{% if public_html is defined and not link_text %}
public={{ release_public }}
public_html={{ public_html }}
list=$records/mirror.{{ release }}
# Files that an earlier release put there go, unless the last one had them too: pages of it may still
# be open somewhere. What was changed since is not ours any more.
if [ -f "$records/mirror" ] && [ -f "$list" ]; then
  while IFS= read -r line; do
    path=${line%%//*}
    [ ! -e "$public/$path" ] || continue
    case $path in index.php | .htaccess) continue ;; esac
    if [ -e {{ previous_public }}/"$path" ]; then
      printf '%s\n' "$line" >>"$list"
      continue
    fi
    now=$({{ checksum | raw }} <"$public_html/$path") || continue
    [ "$now" != "${line#*//}" ] || rm -f "$public_html/$path"
  done <"$records/mirror"
fi
[ ! -f "$list" ] || mv -f "$list" "$records/mirror"
rm -rf {{ staging }} "$records"/statics.* "$records"/created.* "$records"/placed.* "$records"/mirror.*
{% endif %}
