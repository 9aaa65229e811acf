# Puts what was built in the place of what is in the working directory.
find . ! -name . -prune -exec rm -rf {} +
gzip -dc <{{ archive }} | tar -xf - -o
