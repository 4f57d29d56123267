#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: frame.sh [-k] TOKEN TEST...
#
# Run tests, on the host or in the guest, and frame the output of each for
# tap.awk. A test is given by its file, from here, and named without .sh. The
# token is random, so that no test's output passes for a frame.
# -k: also name each test in the kernel's log as it begins.
# TIME_FACTOR, if it is set, multiplies the limits of timeouts.list.
set -eu

kmsg=
if [ "$1" = -k ]; then
	kmsg=1
	shift
fi
token=$1
shift
for test; do
	name=${test%.sh}
	limit=$(sed -n "s|^${name}[[:space:]]\{1,\}||p" run/timeouts.list)
	limit=$((${limit:-300} * ${TIME_FACTOR:-1}))
	echo "@$token begin $name"
	[ -z "$kmsg" ] || echo "selftests: $name" >/dev/kmsg
	begin=$(date +%s)
	status=0
	# By its path: busybox would take its own, which does not exit with 124.
	/usr/bin/timeout -k 5 "$limit" "./$test" </dev/null 2>&1 || status=$?
	# The line before is there in case the test's last had no end.
	printf '\n@%s end %s %s %s\n' "$token" "$name" "$status" \
		"$(($(date +%s) - begin))"
done
