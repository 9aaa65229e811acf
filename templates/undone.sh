# Function: records that the run was taken back.
undone() {
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  seconds=$(($(date +%s) - DEPLOYER_STARTED))
  printf '%s,"outcome":"undone","by":"%s","at":"%s","seconds":%s}\n' \
    {{ entry }} "$DEPLOYER_BY" "$at" "$seconds" >>{{ records }}/history.jsonl
}
