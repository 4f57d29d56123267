#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: splat.sh CONSOLELOG
#
# Looks for kernel splats in the log of a guest's console. Prints each with
# some lines around it. Exits 0 if there is none, 1 if there is, 2 if the file
# is not the log of a boot: a scan that cannot see is no pass. Data races that
# KCSAN reports count if the series has part in them.
set -eu

here=$(dirname "$(readlink -f "$0")")
log=${1:?usage: splat.sh CONSOLELOG}

# Each at the start of a message, after the time stamp if there is one, or at
# any place where the text cannot occur in a harmless line.
start='^(\[[^]]*\] *)?'
pattern="${start}(BUG|WARNING|Oops|PANIC|KASAN|KCSAN|KFENCE|UBSAN): "
pattern="$pattern|${start}BUG: |: BUG |kernel BUG at |BUG: KASAN|BUG: KFENCE"
pattern="$pattern|cut here \]|Call Trace:|Kernel panic|Oops: "
pattern="$pattern|general protection fault|[Uu]nable to handle"
pattern="$pattern|double fault|divide error|invalid opcode|stack segment:"
pattern="$pattern|INFO: (possible|suspicious|inconsistent|trying|lockdep|task)"
pattern="$pattern|rcu.*(stall|starved)|soft lockup|hard LOCKUP"
pattern="$pattern|DEBUG_LOCKS_WARN_ON|suspicious RCU usage"
pattern="$pattern|(circular|recursive) locking|bad unlock balance"
pattern="$pattern|invalid context at|scheduling while atomic"
pattern="$pattern|refcount_t: |list_(add|del) corruption|nobody cared"
pattern="$pattern|unreferenced object|kmemleak: [0-9]+ new suspected"
pattern="$pattern|kmemleak: (Cannot (allocate a k|insert)|.*disabled|Memory pool empty)"
pattern="$pattern|XFS \(.*([Cc]orruption|[Ii]nternal error|[Ss]hutting down)"
pattern="$pattern|BTRFS (error|critical)"
pattern="$pattern|Busy inodes after unmount|EXT4-fs error|still in use \("

if ! grep -aq 'Linux version [0-9]' "$log"; then
	echo "splat.sh: $log: not the console log of a boot" >&2
	exit 2
fi
clean=$(mktemp)
trap 'rm -f "$clean"' EXIT
LC_ALL=C awk -f "$here/kcsan.awk" "$log" >"$clean" || exit 2
status=0
grep -aEn -m 40 -B 2 -A 30 -e "$pattern" "$clean" || status=$?
exit $((status == 0 ? 1 : status == 1 ? 0 : 2))
