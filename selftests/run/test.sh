#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: test.sh [-v] [-k KERNEL] [-l LANE] [NAME...]
#
# Run the tests: programs in a guest, and meanwhile the scripts of host/ here and
# then those of pathward/ in another guest. NAME is a test, or a directory of
# tests; without any, all run. A test is named by its source, without selftests/
# and the suffix: walk/ancestors, host/series. -v shows the whole output, which is
# in build/test/KERNEL-LANE.log in any case, or in build/test/KERNEL-LANE-some.log
# if any were named. The last line is "N passed, N failed".
#
# -k, -l: the kernel and the lane (the canonical kernel, plain). Of another lane,
# see lanes.sh, the guests run their tests between run/lane_LANE_begin and
# run/lane_LANE_end, and host/, to which all kernels are alike, is left out.
set -euo pipefail

selftests=$(dirname "$(dirname "$(readlink -f "$0")")")
top=$(dirname "$selftests")
build=$top/build
kernel=$(<"$top/kernel-patches/CANONICAL")
verbose='' lane=plain memory=1024 factor=1
declare -A left_out=()

while getopts vk:l: opt; do
	case $opt in
	v) verbose=1 ;;
	k) kernel=$OPTARG ;;
	l) lane=$OPTARG ;;
	*)
		echo "usage: test.sh [-v] [-k KERNEL] [-l LANE] [NAME...]" >&2
		exit 2
		;;
	esac
done
shift $((OPTIND - 1))

# Every test, by its source: a script, or a program, which has a main(), unless its
# directory holds helpers, runners or suites. See README.md.
all_tests()
{
	(cd "$selftests" && {
		find . -name '*.sh' -printf '%P\n' |
			grep -vE '^(lib|model|mutations|run|upstream|vm)/'
		grep -lE '^(int main\(|TEST_HARNESS_MAIN)' -r --include='*.c' . |
			sed 's|^\./||' |
			grep -vE '^(lib|pathward|run|upstream|vm)/'
	}) | sed 's/\.[a-z]*$//' | LC_ALL=C sort
}

# matches NAME WANTED...: is NAME one of these, or in a directory that is?
matches()
{
	local name=$1 wanted

	for wanted in "${@:2}"; do
		wanted=${wanted#selftests/}
		wanted=${wanted%/}
		case $name in
		"${wanted%.*}" | "$wanted"/*) return 0 ;;
		esac
	done
	return 1
}

# wanted NAME: was it asked for?
wanted()
{
	if ((${#only[@]})); then
		matches "$1" "${only[@]}"
	elif [[ $lane != plain ]]; then
		[[ $1 != host/* && ! ${left_out[$1]:-} ]]
	fi
}

# choose: set @host, @scripts and @programs, the files to run, and $expected,
# which has the names of all that must run, built or not
choose()
{
	local name found

	host=() scripts=() programs=() expected=''
	while read -r name; do
		wanted "$name" || continue
		expected+=" $name"
		case $name in
		host/*) host+=("$name.sh") ;;
		pathward/*) scripts+=("$name.sh") ;;
		*) [[ ! -x $build/selftests/$name ]] || programs+=("$name") ;;
		esac
	done < <(all_tests)
	for name in "${only[@]}"; do
		found=''
		for known in $expected; do
			! matches "$known" "$name" || found=1
		done
		# reported as one that did not run
		[[ $found ]] || expected+=" $name"
	done
	[[ $lane == plain ]] ||
		expected+=" run/lane_${lane}_begin run/lane_${lane}_end"
}

limit_of()
{
	local seconds

	seconds=$(sed -n "s|^${1%.sh}[[:space:]]\{1,\}||p" \
		"$selftests/run/timeouts.list")
	echo $((${seconds:-300} * factor))
}

run_host()
{
	((${#host[@]})) || return 0
	(cd "$selftests" && run/frame.sh "$token" "${host[@]}")
}

# run_guest KIND TEST...
run_guest()
{
	local kind=$1 status=0 limit=$((60 * factor)) test

	shift
	(($#)) || return 0
	[[ $lane == plain ]] || set -- "run/lane_${lane}_begin.sh" "$@" \
		"run/lane_${lane}_end.sh"
	for test; do
		limit=$((limit + $(limit_of "$test")))
	done
	"$selftests/vm/run.sh" -k "$build/kernel/$kernel-$lane" \
		-m "$memory" -t "$limit" \
		-l "$build/vm/console-$kernel-$lane-$kind.log" -- \
		"cd /selftests && TIME_FACTOR=$factor run/frame.sh -k" \
		"$token" "$@" || status=$?
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

only=("$@")
if [[ $lane != plain ]]; then
	# shellcheck source=lanes.sh
	. "$selftests/run/lanes.sh"
	[[ $(type -t "lane_$lane") == function ]] || {
		echo "test.sh: $lane: no such lane; there are: plain$(compgen \
			-A function lane_ | sed 's/^lane_/ /' | tr -d '\n')" >&2
		exit 2
	}
	"lane_$lane"
fi
choose
token=$(od -An -N 8 -t x8 /dev/urandom | tr -d ' ')
for name in "${!left_out[@]}"; do
	((${#only[@]})) || echo "left out: $name: ${left_out[$name]}"
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
log=$build/test/$kernel-$lane${only:+-some}.log
mkdir -p "$build/test"
status=0
run_all | tee "$log" |
	awk -v token="$token" -v expected="$expected" -v verbose="$verbose" \
		-f "$selftests/run/tap.awk" | tee "$tmp/results" || status=$?
printf '@%s verdict %s\n' "$token" "$(tail -n 1 "$tmp/results")" >>"$log"
exit "$status"
