# Removes what this run put into shared data, as far as it is unchanged.
records={{ records }}
shared={{ shared }}
unshare {{ release }} ""
rm -f "$records/adopted/"{{ previous_id }}.{{ release }}
