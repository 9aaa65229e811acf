# From here on the host takes the run back by itself when it does not hear from the controller any
# more: the session does what is written here (`take_back` in session.sh), until the step `confirm`.
undo={{ records }}/undo.$DEPLOYER_RUN
# shellcheck disable=SC2016,SC1003 # it is the text of a script
printf ': confirm %s\n%s\n' {{ seconds }} {{ undo }} >"$undo.partial"
mv "$undo.partial" "$undo"
