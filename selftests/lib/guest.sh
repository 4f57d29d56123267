# shellcheck shell=bash disable=SC2034,SC2317
# SPDX-License-Identifier: GPL-2.0-only
#
# For the shell tests in the guest: cases, assertions, and TAP.
#
# A case is a function, run by `it`: in a subshell with set -e, so that the
# first thing that is not as it should be ends it, and is shown. It begins
# without a policy and with an empty tmpfs on /srv; its loads, and its mounts below
# /srv, are undone.
set -uEo pipefail

here=$(dirname "$(readlink -f "$0")")
helpers=$(dirname "$here")/pathward
tmp=$(mktemp -d /tmp/test.XXXXXX)
policy=$tmp/policy.yaml
pins=/sys/fs/bpf/pathward
alice=(/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups)
# busybox first: its programs are static, and start ten times as fast as others
# where a processor is emulated.
PATH=/bin:/sbin:$PATH
# One processor: where QEMU emulates two in threads, one may still run into the
# breakpoint of a text patch (a program attached or detached) that the other has
# completed, and the kernel dies of "Oops: int3" (rarely; seen with QEMU 7.2).
taskset -p 1 $$ >/dev/null
chmod 755 "$tmp"
trap 'rm -rf "$tmp"' EXIT
number=0
failures=0

bail_out()
{
	echo "Bail out! $*"
	exit 1
}

begin_case()
{
	mount -t tmpfs none /srv || bail_out 'no tmpfs on /srv'
	chmod 755 /srv
}

# Nothing of one case may be there in the next.
end_case()
{
	if [[ -e $pins || -e $pins-new ]]; then
		pathward unload || bail_out 'unload failed'
	fi
	umount -l /srv || bail_out 'cannot unmount /srv'
}

# it NAME FUNCTION [ARGUMENT]...
it()
{
	local status

	begin_case
	(
		trap 'echo "# ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR
		set -e
		cd /
		"${@:2}"
	)
	status=$?
	end_case
	((++number))
	if ((status == 0)); then
		echo "ok $number $1"
	else
		((++failures))
		echo "not ok $number $1"
	fi
}

# The plan, and the exit status
finish()
{
	echo "1..$number"
	exit $((failures > 0))
}

wrong()
{
	echo "# $*" >&2
	return 1
}

# exits STATUS COMMAND...: its output is in $out, its messages in $err
exits()
{
	local status=0

	out='' err=''
	"${@:2}" >"$tmp/out" 2>"$tmp/err" || status=$?
	out=$(<"$tmp/out") err=$(<"$tmp/err")
	((status == $1)) ||
		wrong "${*:2}: status $status, not $1: $out $err"
}

# stdout_has TEXT...: each in the output of the last command
stdout_has()
{
	local text

	for text; do
		[[ $out == *"$text"* ]] ||
			wrong "'$text' is not in the output: $out"
	done
}

# stderr_has TEXT...: each in its messages
stderr_has()
{
	local text

	for text; do
		[[ $err == *"$text"* ]] ||
			wrong "'$text' is not in the message: $err"
	done
}

# kernel_said TEXT: it is in the kernel's log
kernel_said()
{
	[[ $(dmesg) == *"$1"* ]] || wrong "the kernel did not say: $1"
}

# json KEY...: the values in the last command's output, see pathward/json.c
json()
{
	"$helpers/json" "$@" <<<"$out"
}

# expect_eq SUBJECT WANTED FOUND
expect_eq()
{
	[[ $2 == "$3" ]] || wrong "$1: '$3', not '$2'"
}

# write_policy and load_policy take the rules of a policy from standard input,
# and other keys as arguments.
write_policy()
{
	printf '%s\n' 'version: 1' "$@" rules: >"$policy"
	cat >>"$policy"
}

# Rules for a shell and its programs under "default: deny"
rules_for_a_shell()
{
	local dir

	for dir in /bin /lib /lib64 /selftests /usr; do
		echo "  - {path: $dir, allow: [read]}"
	done
	for dir in /dev /tmp; do
		echo "  - {path: $dir, allow: [read, write]}"
	done
}

load_policy()
{
	write_policy "$@"
	exits 0 pathward load "$policy"
	expect_eq 'said by load, but for warnings' '' \
		"$out$(grep -v ' warning: ' <<<"$err" || :)"
}

# opened HOW FILE..., denied HOW FILE...: see pathward/open.c
opened()
{
	local file

	for file in "${@:2}"; do
		expect_eq "open $1 $file" opened "$("$helpers/open" "$1" "$file")"
	done
}

denied()
{
	local file

	for file in "${@:2}"; do
		expect_eq "open $1 $file" EACCES \
			"$("$helpers/open" "$1" "$file" || :)"
	done
}

# refused COMMAND...: it fails, for want of permission
refused()
{
	if "$@" >"$tmp/out" 2>"$tmp/err"; then
		wrong "$*: was allowed"
	fi
	grep -q 'Permission denied' "$tmp/err" || wrong "$*: $(<"$tmp/err")"
}

# allowed COMMAND...: it succeeds
allowed()
{
	exits 0 "$@"
}

# counter NAME
counter()
{
	exits 0 pathward -j status
	json "counters.$1"
}

# tree: the files that most cases protect
tree()
{
	local file

	mkdir -p /srv/secret/a/b/c /srv/secret/pub /srv/secret-not /srv/other
	for file in secret/f secret/a/b/c/f secret/pub/f secret-not/f other/f; do
		echo "$file" >"/srv/$file"
	done
	chmod -R a+rwX /srv
}

deny_secret()
{
	load_policy "$@" <<-END
		  - path: /srv/secret
		    deny: [read, write]
	END
}

# Nothing left of a policy: pins, mounts, processes
nothing_left()
{
	expect_eq pins '' "$(shopt -s nullglob; echo /sys/fs/bpf/*)"
	expect_eq mounts '' "$(grep -F pathward /proc/self/mountinfo || :)"
	expect_eq '/run but for the lock' '' "$(shopt -s nullglob
		echo /run/pathward* | sed 's,^/run/pathward\.lock$,,')"
}

# await COMMAND...: wait until it is true; the limit of the test ends it
await()
{
	until "$@"; do
		:
	done
}
