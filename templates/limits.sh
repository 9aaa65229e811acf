# Functions: what an account may use. They need those of probe.sh and phps.sh.

# quotas DEVICE: prints KILOBYTES LIMIT FILES LIMIT, by the quota of the account there; 0: no limit.
quotas() {
  # Asking a file server that is gone would take for ever.
  limited=
  ! has timeout || limited='timeout -s KILL 8'
  # shellcheck disable=SC2086 # a command and its options
  said=$($limited quota -wp 2>/dev/null </dev/null) || :
  # shellcheck disable=SC2086
  [ -n "$said" ] || said=$($limited quota -w 2>/dev/null </dev/null) || :
  printf '%s\n' "$said" | awk -v device="$1" '
    {
      count = 0
      for (i = 2; i <= NF; i++) {
        text = $i
        sub(/\*$/, "", text)
        if (text ~ /^[0-9]+$/) numbers[++count] = text
      }
      files = count == 8 ? 5 : count == 6 ? 4 : 0
      if (!files) next
      found = numbers[1] " " limit(numbers[2], numbers[3]) " " numbers[files] " " limit(numbers[files + 1], numbers[files + 2])
      lines++
      if ($1 == device) own = found
    }
    function limit(soft, hard) { return hard > 0 ? hard : soft }
    END { if (own != "") print own; else if (lines == 1) print found }
  '
}

# panel_quotas: prints the same, of the answer of cPanel.
panel_quotas() {
  awk '
    function value(name,  text) {
      if (!match($0, "\"" name "\" *: *\"?[0-9.]+")) return ""
      text = substr($0, RSTART, RLENGTH)
      sub(/^[^:]*: *"?/, "", text)
      return text
    }
    value("megabytes_used") != "" {
      printf "%d %d %d %d\n", value("megabytes_used") * 1024, value("megabyte_limit") * 1024, value("inodes_used"), value("inode_limit")
    }
  '
}

# limits PATH: tells what the account may use of the file system there, and of the machine.
limits() {
  found=
  ! has quota || found=$(quotas "$(df -Pk "$1" 2>/dev/null | tail -n 1 | sed 's/ .*//')")
  case $found in
    '' | *' 0 '*' 0')
      if [ -n "$judged" ]; then
        ask_panel Quota get_quota_info
        found=$(printf '%s\n' "$answer" | panel_quotas)
      fi
      ;;
  esac
  [ -z "$found" ] || fact quota "$found"
  processes=$(sed -n 's/^Max processes *\([0-9][0-9]*\) .*/\1/p' /proc/self/limits 2>/dev/null) || processes=
  [ -z "$processes" ] || fact processes "$processes"
  point=$(mounted "$1")
  while read -r _ where type options _; do
    [ "$where" != "$point" ] || fact file_system "$type $options"
  done 2>/dev/null </proc/mounts || :
}
