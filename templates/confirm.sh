# The release stays: every host has come this far. From here on nothing is taken back.
rm -f {{ records }}"/undo.$DEPLOYER_RUN"
