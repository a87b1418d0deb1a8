#!/bin/sh
# `swift` from the root of another Debian, beside this file (tests/setup.sh puts it there): its libraries and programs,
# and every other folder of this machine where it is. What is mounted goes with the process.
exec unshare --mount sh -euc '
  root=$1 here=$2
  shift 2
  for place in /*; do
    case $place in /bin | /boot | /etc | /lib* | /sbin | /usr | /var) continue ;; esac
    [ -d "$place" ] || continue
    mkdir -p "$root$place"
    mount --rbind "$place" "$root$place"
  done
  exec chroot "$root" /usr/bin/env -C "$here" PATH=/usr/libexec/swift/bin:/usr/bin swift "$@"
' - "$(dirname "$(dirname "$(readlink -f "$0")")")/root" "$PWD" "$@"
