#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Check that KCSAN has watched until the end, and that it catches a data race.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

stats=/sys/kernel/debug/kcsan

it_watched()
{
	sed '/^$/,$d; s/^/# /' "$stats"
	grep -qx 'enabled: 1' "$stats"
}

# One that the kernel has. Those of the walk are found in its log, see vm/splat.sh.
it_catches_one()
{
	echo 100 >/sys/module/kcsan/parameters/skip_watch
	# lib/guest.sh stays on one processor
	taskset 3 "$here/data_race" "$tmp/f" 20000
	grep -qE '^data_races: [1-9]' "$stats"
}

it 'it watched' it_watched
it 'control: it catches a data race' it_catches_one

finish
