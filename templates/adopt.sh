# Takes care of what the application wrote into the live release outside of the shared paths, and of
# what was changed there, before the new release takes its place.
live={{ previous_id }}
unsettled=
[ ! -f "$records/live.$live" ] || read -r unsettled <"$records/live.$live" || :
# A run that died after the switch.
if [ -n "$unsettled" ] && [ "$unsettled" != "$release" ] && [ -d "$releases/$unsettled" ]; then
  adopt "$unsettled" "$releases/$unsettled" "$live" to
  : >"$records/live.$live"
fi
# Before what was edited is looked for: the new release has it then.
for path in {{ files }}; do
  renew "$path"
  relink "$path"
done
adopt "$live" "$releases/$live" "$release" from
if [ -n "$left" ] && [ "$policy" = fail ]; then
  echo "the application wrote files outside of the shared paths, and shared.stray is \`fail\`:"
  printf '%s\n' "$left" | sed 's|^\./|  |' | head -n 20
  exit 1
fi
