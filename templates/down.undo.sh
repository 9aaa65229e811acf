# Lets visitors see the application again, as it was before the run.
lift
