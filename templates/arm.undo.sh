# The run was taken back: there is nothing left to do for the host.
undo={{ records }}/undo.$DEPLOYER_RUN
rm -f "$undo" "$undo.partial" "$undo.log"
