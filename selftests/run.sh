#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: run.sh [-v] [NAME...]
#
# Runs the tests: host_*.sh here, test_* (built from test_*.c) and test_*.sh in
# one guest. All of them, or those named. -v shows their whole output, which
# is in build/test.log in any case. The last line is "N passed, N failed".
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
build=$(readlink -m "$here/../build")
verbose=''
if [[ ${1:-} == -v ]]; then
	verbose=1
	shift
fi

# chosen FILE...: those that exist and were asked for
chosen()
{
	local file

	for file; do
		[[ -x $file && ! -d $file ]] || continue
		[[ -z $only || $only == *" ${file##*/} "* ]] && echo "$file"
	done
	return 0
}

only=${*:+ $* }
token=$(od -An -N 8 -t x8 /dev/urandom | tr -d ' ')
mapfile -t host < <(chosen "$here"/host_*.sh)
mapfile -t guest < <(
	chosen "$here"/test_*.sh
	for source in "$here"/test_*.c; do
		chosen "$build/selftests/$(basename "$source" .c)"
	done
)
# What has a source must run, built or not.
expected=${*:-$(cd "$here" && find . -maxdepth 1 \( -name 'host_*.sh' -o \
	-name 'test_*.sh' -o -name 'test_*.c' ! -name '*.bpf.c' \) -printf '%f ' |
	sed 's/\.c / /g')}

limit_of()
{
	local seconds

	seconds=$(sed -n "s/^${1}[[:space:]]\{1,\}//p" "$here/timeouts")
	echo "${seconds:-300}"
}

run_host()
{
	((${#host[@]})) || return 0
	"$here/runtests.sh" "$token" "$here/timeouts" "${host[@]}"
}

run_guest()
{
	local status=0 limit=60 test

	((${#guest[@]})) || return 0
	for test in "${guest[@]}"; do
		limit=$((limit + $(limit_of "${test##*/}")))
	done
	"$here/vm/run.sh" -t "$limit" -- "cd /selftests && ./runtests.sh -k" \
		"$token" timeouts "${guest[@]/#*\//.\/}" || status=$?
	printf '\n@%s vm %s\n' "$token" "$status"
}

{ run_host && run_guest; } | tee "$build/test.log" |
	awk -v token="$token" -v expected="$expected" -v verbose="$verbose" \
		-f "$here/tap.awk"
