# Unpacks the clean copy of the source, which arrives on the input.
cd {{ build }}/tree
find . ! -name . -prune -exec rm -rf {} +
{ gzip -dc || touch ../cut; } | { tar -xf - -o && cat >/dev/null; }
[ ! -e ../cut ] || { echo "the source did not arrive whole" >&2 && exit 1; }
