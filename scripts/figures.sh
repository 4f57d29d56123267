#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: figures.sh
#
# Writes the tables of docs/testing.md anew, from the logs that the last runs of
# "make test", "make test-debug", "make test-kcsan" and "make test-upstream" have left
# in build/. A lane that was not run has no line.
set -euo pipefail

# shellcheck source=common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"

page=$top/docs/testing.md
kernel=${KERNEL:-$(<"$top/kernel-patches/CANONICAL")}
logs=() lanes=()
for lane in plain debug kcsan; do
	log=$top/build/test/$kernel-$lane.log
	[[ -s $log ]] || continue
	logs+=("$log")
	lanes+=("$lane")
done
((${#logs[@]})) ||
	die "there is no build/test/$kernel-*.log: run \"make test\" first"

# How many passed and failed in each, as test.sh has said at its end
verdicts=''
for log in "${logs[@]}"; do
	verdict=$(sed -nE 's/^@[0-9a-f]+ verdict ([0-9]+) passed, ([0-9]+) failed$/ \1 \2/p' "$log")
	[[ $verdict ]] || die "$log: that run was stopped"
	verdicts+=$verdict
done

# Not run, no table
upstream()
{
	local figures=$top/build/upstream/$kernel-plain/figures

	[[ -s $figures ]] || return 0
	printf '\n| The kernel'"'"'s test | Cases | Pass without the series | With it |\n'
	echo '| --- | ---: | ---: | ---: |'
	sed -E 's,^# figure: upstream/(\S+) cases=([0-9]+) pristine=([0-9-]+) patched=([0-9]+)$,| \1 | \2 | \3 | \4 |,' \
		"$figures"
}

# Of the races with Landlock, which "make test-upstream" runs, too
races()
{
	local which log

	for which in pristine patched; do
		log=$top/build/upstream/$kernel-plain/1/$which/landlock_races.log
		[[ -s $log ]] || return 0
		[[ $which != pristine ]] ||
			printf '\n%s\n%s\n' \
				'| Landlock | Race | Walks | Rounds of the adversary | Wrong answers |' \
				'| --- | --- | ---: | ---: | ---: |'
		sed -nE 's,^# figure: landlock-races/(\S+) walks=([0-9]+) wrong=([0-9]+) rounds=([0-9]+)$,| '"$which"' | \1 | \2 | \4 | \3 |,p' "$log"
	done
}

{
	awk -v lanes="${lanes[*]}" -v verdicts="$verdicts" -f "$top/selftests/run/figures.awk" "${logs[@]}"
	upstream
	races
} >"$top/build/figures.md"
sed -i -e '/^<!-- figures -->$/,/^<!-- end of figures -->$/ {
	/^<!-- figures -->$/ r '"$top/build/figures.md"'
	/^<!--/ !d
}' "$page"
say "wrote the tables of ${page#"$top/"}"
