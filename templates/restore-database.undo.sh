# Brings the database back from the dump that was made right before. What was written since the other
# one was loaded is dumped first.
note=$records/loading.$DEPLOYER_RUN
before={{ backups }}/database-{{ dump }}
if [ -f "$note" ]; then
  describe
  before=$before.$suffix.gz
  case $(cat "$note") in
    loaded*) dump "database-undone-{{ dump }}.$suffix.gz" || echo "what was written since is not kept" ;;
  esac
  if [ ! -f "$before" ] && [ "$driver" = sqlite ]; then
    echo "there was no database before; the one that was loaded stays"
  elif ! load "$before"; then
    echo "THE DATABASE IS NOT WHOLE. Its dump is $before. Once the cause is mended, bring it back with:"
    echo "deployer restore {{ stage }} {{ dump }} --database"
    exit 1
  else
    echo "the database is again that of ${before##*/}"
  fi
  rm -f "$note"
fi
