# Takes care of what the application wrote into the live release outside of the shared paths, and of
# what was changed there, before the new release takes its place.
previous={{ previous_id }}
adopt "$previous" "$releases/$previous" "$release" from
if [ -n "$left" ] && [ "$policy" = fail ]; then
  echo "the application wrote files outside of the shared paths, and shared.stray is \`fail\`:"
  printf '%s\n' "$left" | sed 's|^\./|  |' | head -n 20
  exit 1
fi
