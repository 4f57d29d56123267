#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Does this kernel look at itself? If not, its silence says nothing.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

# has SYMBOL: which is there with the option only
has()
{
	grep -q " $1\$" /proc/kallsyms || wrong "the kernel has no $1"
}

preemptible()
{
	expect_eq 'uname -v' 'SMP PREEMPT' "$(uname -v | grep -o 'SMP PREEMPT\b')"
}

it 'preemptible' preemptible
it 'KASAN' kernel_said 'kasan: KernelAddressSanitizer initialized'
it 'PROVE_LOCKING' kernel_said 'Lock dependency validator:'
it 'PROVE_RCU' kernel_said 'Running RCU self tests'
it 'DEBUG_ATOMIC_SLEEP' has __might_resched
it 'DEBUG_OBJECTS' has __debug_object_init
it 'kmemleak' kernel_said 'kmemleak: Kernel memory leak detector initialized'

finish
