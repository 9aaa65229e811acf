# Has the web's PHP forget where it found the release before.
set +e
forget {{ release }} 3
