rm -rf {{ build }} {{ build }}.new
