#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: runtests.sh [-k] TOKEN TIMEOUTS TEST...
#
# Runs tests, on the host or in the guest, and frames what each prints for
# tap.awk. The token is random, so that no test's output passes for a frame.
# -k: also says in the kernel's log which test begins.
# TIME_FACTOR, if it is set, multiplies the limits.
set -eu

kmsg=
if [ "$1" = -k ]; then
	kmsg=1
	shift
fi
token=$1 table=$2
shift 2
for test; do
	name=${test##*/}
	limit=$(sed -n "s/^${name}[[:space:]]\{1,\}//p" "$table")
	limit=$((${limit:-300} * ${TIME_FACTOR:-1}))
	echo "@$token begin $name"
	[ -z "$kmsg" ] || echo "selftests: $name" >/dev/kmsg
	begin=$(date +%s)
	status=0
	# By its path: busybox would take its own, which does not exit with 124.
	/usr/bin/timeout -k 5 "$limit" "$test" </dev/null 2>&1 || status=$?
	# The line before is there in case the test's last had no end.
	printf '\n@%s end %s %s %s\n' "$token" "$name" "$status" \
		"$(($(date +%s) - begin))"
done
