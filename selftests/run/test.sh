#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: run.sh [-v] [-l LANE] [NAME...]
#
# Runs the tests: test_* (built from test_*.c) in a guest, and meanwhile
# host_*.sh here and then test_*.sh in another guest. All of them, or those
# named, with or without .sh. -v shows their whole output, which is in
# build/test.log in any case, or in build/test-some.log if any were named. The
# last line is "N passed, N failed".
#
# -l: on another kernel, see lanes.sh, between lane_LANE_begin.sh and
# lane_LANE_end.sh; LANE is in the name of the log. Only what runs in the
# guest is repeated: to host_*.sh it is the same which kernel that is.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
build=$(readlink -m "$here/../build")
verbose='' lane='' memory=1024 factor=1
declare -A left_out=()

while getopts vl: opt; do
	case $opt in
	v) verbose=1 ;;
	l) lane=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
if [[ $lane ]]; then
	# shellcheck source=lanes.sh
	. "$here/lanes.sh"
	"lane_$lane"
fi

# wanted NAME: was it asked for?
wanted()
{
	if [[ $only ]]; then
		[[ $only == *" ${1%.sh} "* ]]
	elif [[ $lane ]]; then
		[[ $1 != host_* && ! ${left_out[$1]:-} ]]
	fi
}

# chosen FILE...: those that exist and were asked for
chosen()
{
	local file

	for file; do
		[[ -x $file && ! -d $file ]] || continue
		! wanted "${file##*/}" || echo "$file"
	done
}

# What has a source must run, built or not.
expect()
{
	local source name

	for source in "$here"/{host_,test_}*.sh "$here"/test_*.c; do
		name=$(basename "$source" .c)
		[[ $name == *.bpf ]] || ! wanted "$name" || echo "$name"
	done
	for name in $only; do
		[[ -e $here/$name.sh || -e $here/$name.c ]] || echo "$name"
	done
	[[ ! $lane ]] || echo "lane_${lane}_begin.sh lane_${lane}_end.sh"
}

only=${*:+ ${*%.sh} }
token=$(od -An -N 8 -t x8 /dev/urandom | tr -d ' ')
mapfile -t host < <(chosen "$here"/host_*.sh)
mapfile -t scripts < <(chosen "$here"/test_*.sh)
mapfile -t programs < <(
	for source in "$here"/test_*.c; do
		chosen "$build/selftests/$(basename "$source" .c)"
	done
)
expected=$(expect | paste -sd ' ')

limit_of()
{
	local seconds

	seconds=$(sed -n "s/^${1}[[:space:]]\{1,\}//p" "$here/timeouts")
	echo $((${seconds:-300} * factor))
}

run_host()
{
	((${#host[@]})) || return 0
	"$here/runtests.sh" "$token" "$here/timeouts" "${host[@]}"
}

# run_guest KIND TEST...
run_guest()
{
	local kind=$1 status=0 limit=$((60 * factor)) test
	local id=${lane:+$lane-}$kind

	shift
	(($#)) || return 0
	[[ ! $lane ]] || set -- "$here/lane_${lane}_begin.sh" "$@" \
		"$here/lane_${lane}_end.sh"
	for test; do
		limit=$((limit + $(limit_of "${test##*/}")))
	done
	"$here/vm/run.sh" -k "$build/kernel${lane:+-$lane}" \
		-m "$memory" -t "$limit" -l "$build/vm/console-$id.log" -- \
		"cd /selftests && TIME_FACTOR=$factor ./runtests.sh -k" \
		"$token" timeouts "${@/#*\//.\/}" || status=$?
	printf '\n@%s vm %s\n' "$token" "$status"
}

# The scripts have a guest of their own: they take as long as the programs.
run_all()
{
	# a process group of its own, or it would not see a signal
	set -m
	{ run_host && run_guest scripts "${scripts[@]}"; } >"$tmp/other" &
	set +m
	other=$!
	trap 'kill -- "-$other" 2>/dev/null || :' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	run_guest programs "${programs[@]}"
	wait "$other"
	cat "$tmp/other"
}

for name in "${!left_out[@]}"; do
	[[ $only ]] || echo "left out: $name: ${left_out[$name]}"
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
log=$build/test${lane:+-$lane}${only:+-some}.log
status=0
run_all | tee "$log" |
	awk -v token="$token" -v expected="$expected" -v verbose="$verbose" \
		-f "$here/tap.awk" | tee "$tmp/results" || status=$?
printf '@%s verdict %s\n' "$token" "$(tail -n 1 "$tmp/results")" >>"$log"
exit "$status"
