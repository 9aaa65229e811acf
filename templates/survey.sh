# Functions: how a release differs from what was shipped. They need those of inventory.sh, and these:
#   checksum  a command that prints the SHA-256 of its input
#   noise     prefixes of paths, one a line: the framework writes below them what it can write again

# sums: prints the SHA-256, two spaces and the path, for each path of the input.
sums() {
  # shellcheck disable=SC2086 # a command and its options
  case $checksum in
    sha256sum | shasum*) tr '\n' '\0' | xargs -0 $checksum -- 2>/dev/null || : ;;
    openssl*) tr '\n' '\0' | xargs -0 openssl dgst -sha256 -r -- 2>/dev/null | sed 's/^\([^ ]*\) \*/\1  /' || : ;;
    *hash_file*)
      # One process for all of them: PHP takes its time to begin.
      # shellcheck disable=SC2016 # for PHP
      eval "${checksum%% -r *}"' -r "while ((\$path = fgets(STDIN)) !== false) {
        \$path = rtrim(\$path, \"\n\");
        \$sum = @hash_file(\"sha256\", \$path);
        if (\$sum) echo \$sum, \"  \", \$path, \"\n\";
      }"'
      ;;
    *)
      while IFS= read -r path; do
        sum=$(eval "$checksum" <"$path") || continue
        printf '%s  %s\n' "${sum##* }" "$path"
      done
      ;;
  esac
}

# compare MANIFEST: tells how the current directory differs from it: KIND SIZE MTIME SHA256 PATH.
compare() {
  {
    gzip -dc "$1"
    echo '='
    inventory .
  } | noise=$noise awk '
    function noisy(path,  i) {
      for (i in prefixes) if (prefixes[i] != "" && index(path, "./" prefixes[i]) == 1) return 1
      return is_page(path)
    }
    # The page of a proof, as a run or a look puts it there for a while: deployer-RELEASE-RUN.
    function is_page(path) {
      sub(/^.*\//, "", path)
      return path ~ /^deployer-[0-9]+-[0-9a-f]+\.(php|txt)$/ && length(path) == 44
    }
    BEGIN { FS = OFS = "\t"; split(ENVIRON["noise"], prefixes, "\n") }
    $0 == "=" { here = 1; next }
    { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1) }
    !here && $1 == "d" { next }
    !here { kind[path] = ($1 == "x" ? "f" : $1) FS $2; time[path] = $3; sum[path] = $4; next }
    { seen[path] = 1 }
    noisy(path) { next }
    # What tells one link from another is its target.
    $1 == "l" { $2 = "l"; $3 = $4 }
    !(path in kind) { print "stray", $2, $3, "-", path; next }
    $1 == "l" { if (kind[path] != "l" FS "-" || sum[path] != $4) print "edited", $2, $3, "-", path; next }
    kind[path] != $1 FS $2 { print "edited", $2, $3, "-", path; next }
    time[path] != $3 { print "touched", $2, $3, sum[path], path }
    END { for (path in kind) if (!(path in seen) && !noisy(path)) print "gone", "-", "-", "-", path }
  '
}

# survey DIR MANIFEST: tells how a release differs from its manifest, as KIND SIZE MTIME PATH:
#   stray  was not shipped     edited  has other content     gone  is not there any more
# Only files of the same size and another time are read.
survey() (
  cd "$1"
  found=$(compare "$2")
  {
    printf '%s\n' "$found" | sed -n "s/^touched${tab}[^$tab]*${tab}[^$tab]*${tab}[^$tab]*$tab//p" | sums
    echo '='
    printf '%s\n' "$found"
  } | awk '
    BEGIN { FS = OFS = "\t" }
    $0 == "=" { here = 1; next }
    !here { sum[substr($0, index($0, " ") + 2)] = substr($0, 1, index($0, " ") - 1); next }
    $0 == "" { next }
    { path = $0; for (i = 0; i < 4; i++) path = substr(path, index(path, FS) + 1) }
    $1 != "touched" { print $1, $2, $3, path; next }
    # A name with a backslash is printed in another spelling, and then counts as edited.
    !(path in sum) || sum[path] != $4 { print "edited", $2, $3, path }
  '
)
