# Removes what this run put into shared data, as far as it is unchanged.
records={{ records }}
shared={{ shared }}
release={{ release }}
previous={{ previous_id }}
unshare "$release" ""
rm -f "$records/adopted/$previous.$release"
