# Prints the answer of the host's site to a question, for a controller that cannot reach it. Nothing
# where the host cannot reach it, either.
ask {{ url }} {{ timeout }} {{ 1 if follow else 0 }}
