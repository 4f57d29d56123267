#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The counting of tests must be able to count failures: streams good and bad
# for tap.awk, console logs for vm/splat.sh.
set -euo pipefail

# shellcheck source=../lib/host.sh
. "$(dirname "$(readlink -f "$0")")/../lib/host.sh"

# verdict WANTED EXPECTED-TESTS: the input, framed, must end in the line WANTED,
# with an exit status that goes with it
verdict()
{
	local status=0 want_status=0

	[[ $1 == *" 0 failed" ]] || want_status=1
	awk -v token=T -v expected="$2" -f "$selftests/run/tap.awk" \
		>"$tmp/out" || status=$?
	cat "$tmp/out"
	echo "status $status, not $want_status with '$1'?"
	[[ $(tail -n 1 "$tmp/out") == "$1" && $status == "$want_status" ]]
}

# counts NAME WANTED [EXPECTED-TESTS]
counts()
{
	check "$1" verdict "$2" "${3:-a}"
}

# one STATUS [LINE]...: the frames of a test with this output
one()
{
	echo '@T begin a'
	printf '%s\n' "${@:2}"
	echo "@T end a $1 0"
}

# ends_with STATUS COMMAND...
ends_with()
{
	local status=0

	"${@:2}" || status=$?
	echo "status $status, not $1?"
	((status == $1))
}

# scan NAME WANTED-STATUS LINE...: a console log with these lines
scan()
{
	printf '[    0.000000] Linux version 6.12.117 (x@y)\n' >"$tmp/log"
	printf '%s\n' "${@:3}" >>"$tmp/log"
	check "splat: $1" ends_with "$2" "$selftests/vm/splat.sh" "$tmp/log"
}

echo 'TAP version 13'

counts 'good, plan first' '2 passed, 0 failed' < <(one 0 1..2 'ok 1 x' 'ok 2 y')
counts 'good, plan last' '2 passed, 0 failed' < <(one 0 'ok 1 x' 'ok 2 y' 1..2)
counts 'comments and nested results' '1 passed, 0 failed' \
	< <(one 0 1..1 'ok 1 - x' '# not ok 2' '  not ok 3')
counts 'a failure' '1 passed, 1 failed' < <(one 1 1..2 'ok 1 x' 'not ok 2 y')
counts 'a skip' '1 passed, 1 failed' \
	< <(one 4 1..2 'ok 1 x' 'ok 2 y # SKIP why')
counts 'a todo' '0 passed, 1 failed' < <(one 0 1..1 'not ok 1 x # TODO')
counts 'an expected failure' '0 passed, 1 failed' \
	< <(one 0 1..1 'ok 1 # XFAIL x')
counts 'all skipped' '0 passed, 1 failed' < <(one 4 '1..0 # SKIP no root')
counts 'no plan' '1 passed, 1 failed' < <(one 0 'ok 1 x')
counts 'fewer than planned' '2 passed, 1 failed' \
	< <(one 0 1..3 'ok 1 x' 'ok 2 y')
counts 'more than planned' '2 passed, 1 failed' \
	< <(one 0 1..1 'ok 1 x' 'ok 2 y')
counts 'a number twice' '2 passed, 1 failed' < <(one 0 1..2 'ok 1 x' 'ok 1 x')
counts 'two plans' '1 passed, 1 failed' < <(one 0 1..1 1..1 'ok 1 x')
counts 'nothing at all' '0 passed, 1 failed' < <(one 0)
counts 'a status and no failure' '1 passed, 1 failed' < <(one 1 1..1 'ok 1 x')
counts 'a crash' '1 passed, 1 failed' < <(one 139 1..2 'ok 1 x')
counts 'out of time' '1 passed, 1 failed' < <(one 124 1..2 'ok 1 x')
counts 'bail out' '1 passed, 1 failed' < <(one 0 1..1 'ok 1 x' 'Bail out! no')
counts 'frames of another token' '1 passed, 2 failed' \
	< <(one 0 1..1 'not ok 1 x' '@U end a 0 0' 'ok 2 @T end a 0 0')
counts 'the guest ends well' '1 passed, 0 failed' \
	< <(one 0 1..1 'ok 1 x' && echo '@T vm 0')
counts 'a splat' '1 passed, 1 failed' \
	< <(one 0 1..1 'ok 1 x' && echo '@T vm 125')
counts 'the guest dies in a test' '2 passed, 2 failed' 'a b' \
	< <(one 0 1..1 'ok 1 x' && printf '@T begin b\n1..1\nok 1 y\n@T vm 126\n')
counts 'a test that never began' '1 passed, 1 failed' 'a b' \
	< <(one 0 1..1 'ok 1 x')
counts 'no test' '0 passed, 1 failed' ' ' </dev/null

scan 'clean' 0 '[    1.0] random: crng init done' \
	'[    1.1] signal: max sigframe size: 1040' \
	'[    1.2] debug: ignoring loglevel setting.' \
	'[    1.3] rcu: Hierarchical RCU implementation.'
scan 'BUG' 1 '[    2.0] BUG: sleeping function called from invalid context at x'
scan 'BUG without a time stamp' 1 'BUG: unable to handle page fault'
scan 'WARNING' 1 '[    2.0] WARNING: CPU: 0 PID: 1 at fs/namei.c:1 f+0x1/0x2'
scan 'lockdep' 1 '[    2.0] WARNING: possible circular locking dependency detected'
scan 'suspicious RCU' 1 '[    2.0] WARNING: suspicious RCU usage'
scan 'KASAN' 1 '[    2.0] BUG: KASAN: slab-use-after-free in f+0x1/0x2'
scan 'RCU stall' 1 '[   60.0] rcu: INFO: rcu_sched self-detected stall on CPU'
scan 'hung task' 1 '[  120.0] INFO: task a:1 blocked for more than 60 seconds.'
scan 'oops' 1 '[    2.0] Oops: 0000 [#1] PREEMPT SMP'
scan 'protection fault' 1 '[    2.0] Oops: general protection fault, 0000 [#1] SMP'
scan 'panic' 1 '[    2.0] Kernel panic - not syncing: x'
scan 'soft lockup' 1 '[   30.0] watchdog: BUG: soft lockup - CPU#0 stuck for 26s!'
scan 'UBSAN' 1 '[    2.0] UBSAN: array-index-out-of-bounds in x.c:1'
scan 'kmemleak' 1 '[    2.0] kmemleak: 1 new suspected memory leaks'
scan 'kmemleak, listed' 1 'unreferenced object 0xffff888003a5c000 (size 32):'
# what a test that lets allocations fail brings about: more is scanned, not less
scan 'kmemleak without a scan area' 0 \
	'[    2.0] kmemleak: Cannot allocate a scan area, scanning the full object'
scan 'kmemleak gives up' 1 '[    2.0] kmemleak: Kernel memory leak detector disabled'
scan 'lock state' 1 '[    2.0] WARNING: inconsistent lock state'
scan 'unlock balance' 1 '[    2.0] WARNING: bad unlock balance detected!'
scan 'lock kept' 1 '[    2.0] WARNING: lock held when returning to user space!'
scan 'lockdep gives up' 1 '[    2.0] BUG: MAX_LOCKDEP_CHAINS too low!'
scan 'lockdep is off' 1 '[    2.0] INFO: lockdep is turned off.'
scan 'atomic' 1 '[    2.0] BUG: scheduling while atomic: a/1/0x00000002'
scan 'preemptible' 1 \
	'[    2.0] BUG: using smp_processor_id() in preemptible [00000000] code: a/1'
scan 'RCU, sleeping' 1 '[    2.0] Voluntary context switch within RCU read-side' \
	'[    2.0] WARNING: CPU: 0 PID: 1 at kernel/rcu/tree_plugin.h:331 f+0x1/0x2'
scan 'list' 1 '[    2.0] list_del corruption. prev->next should be ffff, but was 0'
scan 'debug objects' 1 '[    2.0] ------------[ cut here ]------------' \
	'[    2.0] ODEBUG: activate active (active state 1) object: x'
scan 'refcount' 1 '[    2.0] refcount_t: underflow; use-after-free.'
scan 'XFS' 1 '[    2.0] XFS (loop0): Internal error i != 1 at line 1'
scan 'btrfs' 1 '[    2.0] BTRFS error (device loop0): bad tree block'
scan 'busy inodes' 1 '[    2.0] VFS: Busy inodes after unmount of tmpfs'

# race [LINE]...: a report of KCSAN's, with these lines in the second stack
race()
{
	printf '[    2.000000] %s\n' ====== \
		'BUG: KCSAN: data-race in __d_move / f' '' \
		'write to 0xffff888003a5c018 of 8 bytes by task 82 on cpu 1:' \
		' __d_move+0x2f1/0x8d0' ' entry_SYSCALL_64_after_hwframe+0x76/0x7e' '' \
		'read to 0xffff888003a5c018 of 8 bytes by task 81 on cpu 0:' \
		' f+0x72/0x2e0' "$@" ' do_syscall_64+0x9c/0x1a0' '' \
		'value changed: 0xffff888003a5c000 -> 0xffff888003a5c300' '' \
		'Reported by Kernel Concurrency Sanitizer on:' \
		'CPU: 0 UID: 0 PID: 81 Comm: a Not tainted 6.12.117 #1' \
		'Hardware name: QEMU' ======
}

# races NAME WANTED-STATUS: the reports on standard input
races()
{
	local lines

	mapfile -t lines
	scan "KCSAN: $1" "$2" "${lines[@]}"
}

races 'a walk' 1 < <(race ' vfs_walk_ancestors+0x11c/0x7b0')
races 'others' 0 < <(race ' path_lookupat+0x98/0x190')
races 'a walk among others' 1 \
	< <(race; race ' bpf_vfs_walk_ancestors+0x88/0x90'; race)
races 'no end' 1 < <(race | head -n -1)
races 'no end, then another' 1 < <(race | head -n -4; race)
races 'a splat amid a report' 1 \
	< <(race '' '------------[ cut here ]------------')

# A scan that cannot see is no pass.
echo 'SeaBIOS' >"$tmp/log"
check 'splat: not the log of a boot' \
	ends_with 2 "$selftests/vm/splat.sh" "$tmp/log"
finish
