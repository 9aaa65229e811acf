# Brings the database back from the dump that was made right before. What was written since the other
# one was loaded is dumped first.
note=$records/loading.$DEPLOYER_RUN
before={{ backups }}/database-{{ dump }}

bring_back() {
  describe || return 1
  before=$before.$suffix.gz
  case $(cat "$note") in
    loaded*) dump "database-undone-{{ dump }}.$suffix.gz" || echo "what was written since is not kept" ;;
  esac
  if [ ! -f "$before" ] && [ "$driver" = sqlite ]; then
    echo "there was no database before; the one that was loaded stays"
    return 0
  fi
  load "$before" || return 1
  echo "the database is again that of ${before##*/}"
}

if [ -f "$note" ]; then
  if ! bring_back; then
    echo "THE DATABASE IS NOT AS IT WAS. Its dump is $before; once the cause is mended, bring it back with:"
    echo "deployer restore {{ stage }} {{ dump }} --database"
    exit 1
  fi
  rm -f "$note"
fi
