# Prints the manifest that the live release was shipped with, for a controller that does not know it.
# What a login shell has printed before ends with the mark.
printf '\n@base\n'
cat {{ manifest }}
