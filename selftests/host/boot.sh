#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels with another list of active security modules: without bpf, and without
# Landlock.
set -uo pipefail

selftests=$(dirname "$(dirname "$(readlink -f "$0")")")
build=$(dirname "$selftests")/build
out=$(mktemp)
trap 'rm -f "$out"' EXIT
number=0 failures=0

# shellcheck disable=SC2016	# the guest's shell expands it
commands='
mkdir /srv/secret
printf "version: 1\nrules:\n  - {path: /srv/secret, deny: [read]}\n" >/tmp/policy
pathward check /tmp/policy; echo "check $?"
pathward load /tmp/policy; echo "load $?"
pathward -j load /tmp/policy; echo "load -j $?"
pathward status; echo "status $?"
ls /srv/secret; echo "ls $?"
ls -A /sys/fs/bpf /run; echo "left $?"
'

# shows NAME LINE...: these lines, one after the other, are in the output
shows()
{
	number=$((number + 1))
	if [[ $'\n'$(<"$out")$'\n' == *$'\n'"$(printf '%s\n' "${@:2}")"$'\n'* ]]; then
		echo "ok $number $1"
	else
		failures=$((failures + 1))
		echo "not ok $number $1"
	fi
}

message="bpf is not an active security module: /sys/kernel/security/lsm has\
 capability,landlock"
hint='boot with lsm=landlock,bpf (needs CONFIG_BPF_LSM)'
landlock='landlock is not an active security module, which keeps rules in memory:'
landlock+=' boot with lsm=landlock,... (needs CONFIG_SECURITY_LANDLOCK)'

# boot LSMS: runs the commands, their output in $out
boot()
{
	"$selftests/vm/run.sh" -a "lsm=$1" -t 120 -l "$build/vm/boot.log" -- \
		"$commands" >"$out" 2>&1 || failures=$((failures + 1))
	sed 's/^/# /' "$out"
}

boot landlock
shows 'check needs no module' '/tmp/policy: ok, 1 rule' \
	'  line 3: /srv/secret (directory on tmpfs 0:15)' 'check 0'
shows 'load says what is missing, and how to get it' "pathward: $message: $hint" \
	'load 6'
shows 'load -j' \
	"{\"error\":\"$message\",\"hint\":\"$hint\",\"exit\":6}" 'load -j 6'
shows 'no policy is loaded' 'pathward: no policy is loaded' 'status 8' 'ls 0'
shows 'nothing is left' /run: output '' /sys/fs/bpf: 'left 0'
boot bpf
shows 'load says that Landlock is missing' "pathward: $landlock" 'load 6'
shows 'and nothing is left' /run: output '' /sys/fs/bpf: 'left 0'
echo "1..$number"
exit $((failures > 0))
