# Reads a dump of backups/ to its end, and asks the application what it would replace. Nothing is changed.
archive={{ archive }}
recorded=
[ ! -f "$archive.sha256" ] || read -r recorded _ <"$archive.sha256"
echo "recorded $recorded"
echo "sum $({{ checksum | raw }} <"$archive")"
echo "bytes $(wc -c <"$archive")"
case $archive in
  *.sqlite.gz) gzip -t <"$archive" && echo 'whole yes' ;;
  *) ! is_whole "$archive" || echo 'whole yes' ;;
esac
describe
echo "driver $driver"
echo "database $database"
echo "tables $tables"
