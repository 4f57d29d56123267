#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
usage()
{
	cat <<'END'
usage: upstream.sh [-r] [-n RUNS] [-k KERNEL] [-l LANE] [SUITE]...

Runs the kernel's own tests of Landlock and of the verifier on the kernel
without the series and on the one with it, the same programs, and compares
case by case. What fails on both is named, and is no difference; nothing is
run again because it failed. The tests that the series adds run on the kernel
with it, in the kernel's own runner, and have to pass. Three suites of our own
run on both, and have to pass on both: what Landlock decides in random worlds,
races with it, and how stat() fails.

  -n RUNS  run all of it so often (1), and name what a kernel does differently
           from run to run
  -k KERNEL  a directory of kernel-patches/ (the canonical one)
  -l LANE  the kernel with the series is that of a lane: plain, debug or kcsan
  -r       run nothing, report what the last time has left

Logs and lists of cases are in build/upstream/KERNEL-LANE/RUN/pristine/ and
patched/ (UPSTREAM_DIR says where else). Exits with 0 if there is no
difference in any run.
END
}

set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
top=$(readlink -f "$here/../..")
runs=1 report_only='' lane=plain
kernel=$(<"$top/kernel-patches/CANONICAL")
# A case that hangs has to be told from a slow machine: seconds of a suite
limit=3600
# Suite, on which kernels (must: and passes on both), directory, form of its output (see cases.awk), command
bpf='echo 0 >/proc/sys/kernel/unprivileged_bpf_disabled &&'
table="
base_test                  both landlock tap      ./base_test
fs_test                    both landlock tap      ./fs_test
net_test                   both landlock tap      ./net_test
ptrace_test                both landlock tap      ./ptrace_test
scoped_abstract_unix_test  both landlock tap      ./scoped_abstract_unix_test
scoped_signal_test         both landlock tap      ./scoped_signal_test
scoped_test                both landlock tap      ./scoped_test
landlock_decisions         must ours     tap      ./landlock_decisions
landlock_races             must ours     tap      ./landlock_races
stat_errors                must ours     tap      ./stat_errors
test_verifier              both bpf      verifier $bpf ./test_verifier
test_progs                 both bpf      progs    $bpf ./test_progs -t verifier -b verifier_vfs_walk
vfs_walk                   ours bpf      progs    $bpf ./test_progs -t vfs_walk
"

die()
{
	echo "upstream.sh: $*" >&2
	exit 2
}

parse_options()
{
	local opt name

	while getopts rn:k:l:h opt; do
		case $opt in
		r) report_only=1 ;;
		n) runs=$OPTARG ;;
		k) kernel=$OPTARG ;;
		l) lane=$OPTARG ;;
		h) usage && exit 0 ;;
		*) usage >&2 && exit 2 ;;
		esac
	done
	shift $((OPTIND - 1))
	[[ $runs =~ ^[1-9][0-9]*$ ]] || die "-n takes a number"
	for name; do
		[[ $table == *$'\n'"$name "* ]] || die "$name: no such suite"
	done
	chosen=${*:+ $* }
	work=${UPSTREAM_DIR:-$top/build/upstream/$kernel-$lane}
	# the published figures are of a complete run
	figures=$work/figures${chosen:+-some}
}

# lines: those of the table that were asked for
lines()
{
	local name rest

	while read -r name rest; do
		[[ -n $name ]] || continue
		[[ -z $chosen || $chosen == *" $name "* ]] &&
			echo "$name $rest"
	done <<<"$table"
	return 0
}

make_guest()
{
	local tests files=() file

	tests=$(KERNEL=$kernel "$here/build.sh")
	mkdir -p "$work"
	for file in "$tests"/landlock/*_test "$tests"/landlock/true \
		"$tests"/bpf/test_verifier "$tests"/bpf/test_progs; do
		files+=("$file=/upstream${file#"$tests"}")
	done
	for file in landlock_decisions landlock_races stat_errors; do
		files+=("$top/build/selftests/upstream/$file=/upstream/ours/$file")
	done
	"$top/selftests/vm/mkroot.sh" "$work/guest" "${files[@]}"
}

# run_suite WHICH SUITE DIR FORM COMMAND...: leaves $out/SUITE.cases, unless
# the suite did not come to its end. A splat is a case that fails.
run_suite()
{
	local which=$1 suite=$2 dir=$3 form=$4 status=0

	shift 4
	rm -f "$out/$suite.cases"
	"$top/selftests/vm/run.sh" -k "${kernels[$which]}" -r "$work/guest.cpio" \
		-t "$limit" -l "$out/$suite.console" -- \
		"cd /upstream/$dir && $*" >"$out/$suite.log" 2>"$out/$suite.vm" ||
		status=$?
	case $status in
	123 | 124 | 126)
		tail -n 3 "$out/$suite.vm" >&2
		return 0
		;;
	esac
	awk -v form="$form" -f "$here/cases.awk" "$out/$suite.log" \
		>"$out/$suite.new" || return 0
	((status == 125)) && echo "FAIL the kernel's log" >>"$out/$suite.new"
	LC_ALL=C sort "$out/$suite.new" >"$out/$suite.cases"
}

run_kernel() # RUN pristine|patched
{
	local name where dir form command

	out=$work/$1/$2
	mkdir -p "$out"
	while read -r name where dir form command; do
		[[ $where == ours && $2 == pristine ]] && continue
		echo "upstream.sh: run $1, $2 kernel: $name" >&2
		run_suite "$2" "$name" "$dir" "$form" "$command" </dev/null
	done < <(lines)
}

count() # STATUS FILE
{
	grep -c "^$1 " "$2" || :
}

# counts FILE: cases passed/failed/skipped
counts()
{
	echo "$(count PASS "$1")/$(count FAIL "$1")/$(count SKIP "$1")"
}

# differing A B: the cases that do not end alike, indented
differing()
{
	LC_ALL=C comm -3 "$1" "$2" |
		sed 's/^\t/    patched:  /; t; s/^/    pristine: /'
}

# failing_on_both A B: those cases, indented
failing_on_both()
{
	LC_ALL=C comm -12 "$1" "$2" | sed -n 's/^\(FAIL\|SKIP\) /    both:     &/p'
}

line() # SUITE FILE PRISTINE PASSED DIFFERENT
{
	printf '%-26s %6d %14s %14s %6d\n' "$1" "$(wc -l <"$2")" "$3" \
		"$(counts "$2")" \
		"$(sed 's/^ *[a-z]*: *[A-Z]* //' "$5" | sort -u | wc -l)"
	echo "# figure: upstream/$1 cases=$(wc -l <"$2") pristine=$4" \
		"patched=$(count PASS "$2")" >>"$figures"
	cat "$5"
}

# compare_suite RUN SUITE WHERE: prints its line of the table, and the cases
# that differ; false if there are any
compare_suite()
{
	local a=$work/$1/pristine/$2.cases b=$work/$1/patched/$2.cases
	local differ=$work/$1/$2.differ

	if [[ ! -s $b || ($3 != ours && ! -s $a) ]]; then
		printf '%-26s did not come to its end: see %s\n' "$2" \
			"$work/$1/*/$2.log"
		return 1
	fi
	if [[ $3 != ours ]]; then
		differing "$a" "$b" >"$differ"
		[[ $3 != must ]] || failing_on_both "$a" "$b" >>"$differ"
		line "$2" "$b" "$(counts "$a")" "$(count PASS "$a")" "$differ"
	else
		sed '/^PASS /d; s/^/    patched:  /' "$b" >"$differ"
		line "$2" "$b" - - "$differ"
	fi
	[[ ! -s $differ ]]
}

# A failure on both kernels is no difference, but is shown.
name_failures() # RUN SUITE WHERE
{
	local a=$work/$1/pristine/$2.cases b=$work/$1/patched/$2.cases

	[[ -s $a && -s $b && $3 == both ]] || return 0
	LC_ALL=C comm -12 "$a" "$b" | sed -n "s/^FAIL /    $2: /p"
}

# Differences between the runs of one kernel
name_unsteady()
{
	local which=$1 suite=$2 files=() run

	for ((run = 1; run <= runs; run++)); do
		[[ ! -s $work/$run/$kernel/$suite.cases ]] ||
			files+=("$work/$run/$which/$suite.cases")
	done
	((${#files[@]})) || return 0
	LC_ALL=C sort "${files[@]}" | uniq -c |
		awk -v n="${#files[@]}" -v what="$which: $suite" \
			'$1 != n { $1 = ""; print "    " what ":" $0 }'
}

report()
{
	local run name where rest differences=0

	rm -f "$figures"
	printf '%-26s %6s %14s %14s %6s\n' 'passed/failed/skipped' cases \
		pristine patched differ
	for ((run = 1; run <= runs; run++)); do
		((runs == 1)) || echo "run $run"
		while read -r name where rest; do
			compare_suite "$run" "$name" "$where" || differences=1
		done < <(lines)
	done
	echo "fails on both kernels:"
	while read -r name where rest; do
		name_failures 1 "$name" "$where"
	done < <(lines)
	if ((runs > 1)); then
		echo "differs from run to run:"
		while read -r name rest; do
			name_unsteady pristine "$name"
			name_unsteady patched "$name"
		done < <(lines)
	fi
	cat "$figures" 2>/dev/null || :
	return "$differences"
}

run_all()
{
	local run

	kernels[pristine]=$("$top/scripts/kernel.sh" --kernel "$kernel" \
		--series none build)
	kernels[patched]=$("$top/scripts/kernel.sh" --kernel "$kernel" --lane "$lane" \
		build)
	make_guest
	for ((run = 1; run <= runs; run++)); do
		run_kernel "$run" pristine
		run_kernel "$run" patched
	done
}

declare -A kernels
parse_options "$@"
[[ -n $report_only ]] || run_all
report
