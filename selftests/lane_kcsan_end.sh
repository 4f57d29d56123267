#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Has it watched until the end, and does it catch what is there to be caught?
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

stats=/sys/kernel/debug/kcsan

it_watched()
{
	sed '/^$/,$d; s/^/# /' "$stats"
	grep -qx 'enabled: 1' "$stats"
}

# Elsewhere in the kernel there are many. Those of the walk are found in its
# log, see vm/splat.sh.
it_caught_others()
{
	grep -qE '^data_races: [1-9]' "$stats"
}

it 'it watched' it_watched
it 'control: it caught data races of others' it_caught_others

finish
