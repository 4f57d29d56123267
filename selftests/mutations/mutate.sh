#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: mutate.sh [NUMBER...]
#
# Can the tests fail? Builds a kernel that can be told to be wrong in the
# ways of mutations.list (all, or those named), and runs the test that has to
# notice: right first, which it has to pass, then wrong. A splat or a guest that
# dies is noticed, too. Logs are in build/mutations.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
top=$(readlink -f "$here/../..")
out=$top/build/mutations
patch=$here/$(<"$top/kernel-patches/CANONICAL").patch

# Each that the patch has is in the list, and the other way round.
unpaired=$(comm -3 <(grep -oE 'walk_mutation [!=]= [0-9]+' "$patch" |
	grep -oE '[0-9]+$' | sort -u) <(grep -oE '^[0-9]+' "$here/mutations.list" | sort -u))
[[ -z $unpaired ]] || {
	echo "only in one of ${patch##*/} and mutations.list: $unpaired" >&2
	exit 1
}
kernel=$("$top/scripts/kernel.sh" --with "$patch" build)
mkdir -p "$out"
failed=0 tried=0

# run NUMBER LOG COMMAND: its status
run()
{
	"$top/selftests/vm/run.sh" -k "$kernel" -a "walk_mutation=$1" -t 900 \
		-l "$out/$2.console" -- "cd /selftests && ./$3" \
		>"$out/$2.log" 2>&1
}

# passes COMMAND, on the same kernel when it is right; found out once
declare -A verdict=()
passes()
{
	local name=right.${1//[^a-z_]/-}

	if [[ -z ${verdict[$1]:-} ]]; then
		verdict[$1]=yes
		run 0 "$name" "$1" || verdict[$1]=no
	fi
	[[ ${verdict[$1]} == yes ]]
}

# try NUMBER COMMAND TEXT
try()
{
	local result status=0

	tried=$((tried + 1))
	if ! passes "$2"; then
		result='FAIL: fails when the kernel is right'
	else
		run "$1" "$1" "$2" || status=$?
		case $status in
		0) result='FAIL: unnoticed' ;;
		123) result='FAIL: no guest' ;;
		124) result='FAIL: out of time' ;;
		*) result=noticed ;;
		esac
	fi
	[[ $result == noticed ]] || failed=1
	printf '%2d %-62s %-42s %s\n' "$1" "$3" "$2" "$result"
}

wanted=${*:+ $* }
while read -r number command; do
	[[ $number =~ ^[0-9]+$ ]] || continue
	[[ -z $wanted || $wanted == *" $number "* ]] || continue
	try "$number" "${command%% \#*}" "${command##*# }" </dev/null
done <"$here/mutations.list"
((tried)) || {
	echo "no such mutation: $*" >&2
	exit 2
}
exit "$failed"
