#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Faults that show only after the tests: a lockdep that has given up, and leaks.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

# After its first report, or when its tables are full, lockdep is blind.
lockdep_is_on()
{
	grep -E 'lock-classes|dependency chains|stack-trace' /proc/lockdep_stats |
		sed 's/^/#/'
	expect_eq debug_locks 1 "$(awk '/debug_locks:/ { print $2 }' /proc/lockdep_stats)"
}

# An object is reported once it is 5 s old, and by a scan before which it was
# seen unchanged by another. Nothing signals an age, so this waits for it.
no_leak()
{
	local leaks=/sys/kernel/debug/kmemleak

	sleep 6
	# Refused if kmemleak has turned itself off.
	/usr/bin/bash -c "echo scan >$leaks && echo scan >$leaks"
	sed 's/^/# /' "$leaks"
	expect_eq 'objects that were leaked' 0 "$(grep -c '^unreferenced' "$leaks" || :)"
}

it 'lockdep has not turned itself off' lockdep_is_on
it 'nothing was leaked' no_leak

finish
