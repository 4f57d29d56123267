# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests that run on the host: a directory $tmp that goes with them, and
# results numbered in TAP. To be sourced.
selftests=$(dirname "$(dirname "$(readlink -f "$0")")")
top=$(dirname "$selftests")
build=$top/build
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
number=0 failures=0

# check NAME COMMAND...: a case, which passes if COMMAND succeeds. If it fails, its
# output is shown, and $tmp/err if there is one.
check()
{
	local name=$1

	shift
	number=$((number + 1))
	if "$@" >"$tmp/check" 2>&1; then
		echo "ok $number $name"
	else
		sed 's/^/# /' "$tmp/check"
		[[ ! -s $tmp/err ]] || sed 's/^/# /' "$tmp/err"
		failures=$((failures + 1))
		echo "not ok $number $name"
	fi
}

not()
{
	! "$@"
}

# finish: print the plan; the last command, whose status is that of the test
finish()
{
	echo "1..$number"
	((!failures))
}
