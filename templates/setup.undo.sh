# Removes the directories that the plan found missing, as far as nothing has been put into them.
for dir in {{ missing_reversed }}; do
  rmdir "$dir" 2>/dev/null || :
done
