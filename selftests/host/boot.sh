#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels with another list of active security modules: without bpf, and without
# Landlock.
set -uo pipefail

# shellcheck source=../lib/host.sh
. "$(dirname "$(readlink -f "$0")")/../lib/host.sh"

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

# shows LINE...: these lines, one after the other, are in the output
shows()
{
	[[ $'\n'$(<"$tmp/out")$'\n' == *$'\n'"$(printf '%s\n' "$@")"$'\n'* ]]
}

message="bpf is not an active security module: /sys/kernel/security/lsm has\
 capability,landlock"
hint='boot with lsm=landlock,bpf (needs CONFIG_BPF_LSM)'
landlock='landlock is not an active security module, which keeps rules in memory:'
landlock+=' boot with lsm=landlock,... (needs CONFIG_SECURITY_LANDLOCK)'

# boot LSMS: runs the commands, with their output in $tmp/out
boot()
{
	"$selftests/vm/run.sh" -a "lsm=$1" -t 120 -l "$build/vm/boot.log" -- \
		"$commands" >"$tmp/out" 2>&1
}

check 'a guest without bpf' boot landlock
sed 's/^/# /' "$tmp/out"
check 'check needs no module' shows '/tmp/policy: ok, 1 rule' \
	'  line 3: /srv/secret (directory on tmpfs 0:15)' 'check 0'
check 'load says what is missing, and how to get it' shows \
	"pathward: $message: $hint" 'load 6'
check 'load -j' shows \
	"{\"error\":\"$message\",\"hint\":\"$hint\",\"exit\":6}" 'load -j 6'
check 'no policy is loaded' shows 'pathward: no policy is loaded' 'status 8' 'ls 0'
check 'nothing is left' shows /run: output '' /sys/fs/bpf: 'left 0'
check 'a guest without Landlock' boot bpf
check 'load says that Landlock is missing' shows "pathward: $landlock" 'load 6'
check 'and nothing is left' shows /run: output '' /sys/fs/bpf: 'left 0'
finish
