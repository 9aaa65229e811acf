# Forgets what was carried to the release, which goes, and removes the archives that were made for it.
records={{ records }}
release={{ release }}
previous={{ previous_id }}
rm -rf "$records/adopting"
rm -f "$records/adopted/$previous.$release"
if [ -f "$records/archives.$release" ]; then
  while IFS= read -r archive; do rm -f "$archive" "$archive.partial"; done <"$records/archives.$release"
  rm -f "$records/archives.$release"
fi
