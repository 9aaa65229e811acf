# Removes an archive that is whole but not good, or has no name yet. This run has made it.
rm -f {{ archive }}.partial
