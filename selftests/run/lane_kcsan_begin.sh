#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Does this kernel look for data races? If not, its silence says nothing.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

# Twice as often as by default, and twice as long (microseconds): two processors
# that are emulated are not at work at the same time all the time.
it_is_patient()
{
	local parameters=/sys/module/kcsan/parameters

	echo 2000 >"$parameters"/skip_watch
	echo 160 >"$parameters"/udelay_task
	expect_eq skip_watch 2000 "$(<"$parameters/skip_watch")"
	expect_eq udelay_task 160 "$(<"$parameters/udelay_task")"
}

it 'KCSAN' kernel_said 'kcsan: enabled early'
it 'its self-tests' kernel_said 'kcsan: selftest: 3/3 tests passed'
it 'patient' it_is_patient

finish
