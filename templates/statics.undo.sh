# Puts the files back that the web server found before.
public_html={{ public_html }}
aside={{ aside }}{% if again %}-$DEPLOYER_RUN{% endif %}
kept={{ records }}/statics.{{ release }}
if [ -f "$kept/changed" ]; then
  while IFS= read -r path; do
    if [ -e "$kept/before/$path" ]; then
      cp -p "$kept/before/$path" "$kept.copy"
      mv -f "$kept.copy" "$public_html/$path"
    else
      rm -f "$public_html/$path"
    fi
    rm -f "$aside/$path"
  done <"$kept/changed"
fi
[ ! -d "$aside" ] || find "$aside" -depth -type d -exec rmdir {} \; 2>/dev/null || :
rm -rf "$kept" "$kept.copy"
