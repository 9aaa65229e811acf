# Forgets what was carried to a new release, which goes, and removes the archives that were made for it.
# An older release stays, with what was carried to it, and what was replaced there is in archives.
records={{ records }}
release={{ release }}
previous={{ previous_id }}
rm -rf "$records/adopting"
{% if kind == "deployed" %}
rm -f "$records/adopted/$previous.$release"
if [ -f "$records/archives.$release" ]; then
  while IFS= read -r archive; do rm -f "$archive" "$archive.partial"; done <"$records/archives.$release"
fi
{% endif %}
rm -f "$records/archives.$release"
