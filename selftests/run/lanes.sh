# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# The lanes: kernels that look at themselves while the tests run on them. To be
# sourced by test.sh. The kernel of the lane NAME has kernel-config/NAME.config on
# top of the plain one's.
#
#   memory    of the guest, MB
#   factor    how much longer things may take; also for the tests (TIME_FACTOR)
#   left_out  tests that say nothing there, each with the reason

lane_debug()
{
	memory=2048 factor=10
	left_out[walk/interrupt]='it gets its file by bpf_get_task_exe_file() in a
    softirq, which takes task_lock() there: wrong in any 6.12, as lockdep says
    ("inconsistent lock state"). walk/irqs_off shows the same refusal'
}

lane_kcsan()
{
	local name

	factor=10
	for name in $(all_tests | grep '^pathward/'); do
		left_out["$name"]='it does one thing after the other, on one
    processor (lib/guest.sh): nothing to race with'
	done
}
