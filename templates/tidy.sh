# Removes what only the undo of a run needs, of runs that died as well, and the page of the proof.
rm -f {{ release_public }}/deployer-{{ release }}-"$DEPLOYER_RUN".txt
rm -rf {{ records }}/carried.*
