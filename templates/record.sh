# Records that the release is live, for prune, rollback and people.
deploy_to={{ deploy_to }}
records=$deploy_to/.deployer
at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
seconds=$(($(date +%s) - DEPLOYER_STARTED))
printf '%s,"outcome":"deployed","by":"%s","at":"%s","seconds":%s}\n' \
  {{ entry }} "$DEPLOYER_BY" "$at" "$seconds" >>"$records/history.jsonl"
printf '%s %s %s by %s in %s s\n' "$at" {{ kind }} {{ what_is_live }} "$DEPLOYER_BY" "$seconds" >>"$deploy_to/deployment.log"
rm -f "$records/seeded.{{ release }}" "$records/made.{{ release }}"
