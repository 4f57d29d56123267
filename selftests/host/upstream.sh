#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "make test-upstream" reads the output of the kernel's tests rightly, and sees
# a difference where there is one.
set -euo pipefail

# shellcheck source=../lib/host.sh
. "$(dirname "$(readlink -f "$0")")/../lib/host.sh"

# cases FORM WANT: what the log on standard input comes to, joined by commas
cases()
{
	awk -v form="$1" -f "$selftests/upstream/cases.awk" >"$tmp/cases" || return 1
	[[ $(paste -sd , "$tmp/cases") == "$2" ]] || {
		cat "$tmp/cases"
		return 1
	}
}

# report KERNEL1-LINES KERNEL2-LINES [SUITE]: the verdict on one with these cases
report()
{
	local suite=${3:-fs_test}

	mkdir -p "$tmp/up/1/pristine" "$tmp/up/1/patched"
	printf '%b' "$1" >"$tmp/up/1/pristine/$suite.cases"
	printf '%b' "$2" >"$tmp/up/1/patched/$suite.cases"
	UPSTREAM_DIR=$tmp/up "$selftests/upstream/upstream.sh" -r "$suite" >"$tmp/report"
}

said()
{
	grep -qF -e "$1" "$tmp/report" || {
		cat "$tmp/report"
		return 1
	}
}

check 'harness: ok, not ok, skipped' cases tap 'PASS a.b,FAIL a.c,SKIP a.d' <<'END'
1..3
ok 1 a.b
# not ok 7 is no result
not ok 2 a.c
ok 3 a.d # SKIP no filesystem
END
check 'harness: a case is missing' not cases tap 'PASS a.b' <<'END'
1..2
ok 1 a.b
END
check 'test_verifier: notes and logs before a result' \
	cases verifier 'PASS #0/p x,PASS #1/u y,FAIL #1/p y,SKIP #2/p z' <<'END'
#0/p x Did not run the program (not supported) OK
#1/u y (run 1/2) (run 2/2) 2 cases OK
#1/p y FAIL
Unexpected error message!
#2/p z SKIP (unsupported program type 3)
Summary: 2 PASSED, 1 SKIPPED, 1 FAILED
END
check 'test_verifier: the summary counts otherwise' \
	not cases verifier 'PASS #0/p x' <<'END'
#0/p x OK
Summary: 2 PASSED, 0 SKIPPED, 0 FAILED
END
check 'test_verifier: it died' not cases verifier 'PASS #0/p x' <<'END'
#0/p x OK
END
check 'test_progs: tests and subtests, failures shown twice' \
	cases progs 'PASS #3/1 t/a,FAIL #3/2 t/b,FAIL #3 t,SKIP #4 u' <<'END'
#3/1     t/a:OK
t_b:FAIL:12 unexpected b
#3/2     t/b:FAIL
#3       t:FAIL
#4       u:SKIP

All error logs:
#3/2     t/b:FAIL
#3       t:FAIL
Summary: 0/1 PASSED, 1 SKIPPED, 1 FAILED
END
check 'test_progs: it died' not cases progs 'PASS #3 t' <<'END'
#3       t:OK
END

check 'alike: no difference' report 'FAIL a\nPASS b\n' 'FAIL a\nPASS b\n'
check 'what fails on both is named' said 'fs_test: a'
check 'a case that fails on one' not report 'PASS a\nPASS b\n' 'FAIL a\nPASS b\n'
check 'is named' said 'patched:  FAIL a'
check 'a case that is skipped on one' not report 'PASS a\n' 'SKIP a\n'
check 'a case that is not there' not report 'PASS a\nPASS b\n' 'PASS b\n'
check 'ours passes on both' report 'PASS a\n' 'PASS a\n' stat_errors
check 'ours fails on both' not report 'FAIL a\n' 'FAIL a\n' stat_errors
check 'is named' said 'both:     FAIL a'
check 'ours is skipped on both' not report 'SKIP a\n' 'SKIP a\n' stat_errors
check 'a suite that did not end' not report 'PASS a\n' ''
finish
