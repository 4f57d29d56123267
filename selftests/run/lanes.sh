# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# The lanes: kernels that look at themselves while the tests run on them. To be
# sourced by run.sh. The lane NAME is built with kernel-config/NAME.config.
#
#   memory    of the guest, MB
#   factor    how much longer things may take; also for the tests (TIME_FACTOR)
#   left_out  tests that say nothing there, each with the reason

lane_debug()
{
	memory=2048 factor=10
	left_out[test_interrupt]='it gets its file by bpf_get_task_exe_file() in a
    softirq, which takes task_lock() there: wrong in any 6.12, as lockdep says
    ("inconsistent lock state"). test_irqs_off shows the same refusal'
}

lane_kcsan()
{
	local script

	factor=10
	for script in "$here"/test_*.sh; do
		left_out[${script##*/}]='it does one thing after the other, on one
    processor (lib.sh): nothing to race with'
	done
}
