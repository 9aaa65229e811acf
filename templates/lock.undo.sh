# Records that the run was taken back, and removes the lock if it is still this run's (`ours` and
# `release` are the session's own).
records={{ records }}
if ours "$records"; then
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  seconds=$(($(date +%s) - DEPLOYER_STARTED))
  printf '%s,"outcome":"undone","by":"%s","at":"%s","seconds":%s}\n' \
    {{ entry }} "$DEPLOYER_BY" "$at" "$seconds" >>"$records/history.jsonl"
  release "$records"
fi
