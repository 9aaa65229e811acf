# Records the restore, and removes what else was unpacked when only a part was wanted.
deploy_to={{ deploy_to }}
records=$deploy_to/.deployer
at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
seconds=$(($(date +%s) - DEPLOYER_STARTED))
printf '%s,"outcome":"restored","by":"%s","at":"%s","seconds":%s}\n' \
  {{ entry }} "$DEPLOYER_BY" "$at" "$seconds" >>"$records/history.jsonl"
printf '%s restored %s by %s in %s s\n' "$at" {{ what_is_restored }} "$DEPLOYER_BY" "$seconds" >>"$deploy_to/deployment.log"
[ ! -f "$records/loading.$DEPLOYER_RUN" ] || rm -f "$records"/loading.*
restoring={{ restoring }}
if [ -d "$restoring" ]; then
  find "$restoring" -type d ! -perm -700 -exec chmod u+rwx {} + || :
  rm -rf "$restoring"
fi
