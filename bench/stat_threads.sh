#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: stat_threads.sh
#
# stat() of one file by one thread and by two, without the series and with it.
# Emulated processors have no cache lines to fight over, so that this shows that
# it scales here, and no more: the figures of hardware come from stat_threads.c,
# which needs nothing but a C compiler.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
top=$(dirname "$here")

# measure NAME KERNELDIR
measure()
{
	printf '%s\n' "$1"
	"$top/selftests/vm/run.sh" -k "$2" -l "$top/build/bench/threads.console" \
		-- "/bench/stat_threads -s 5 /bench/stat_threads"
}

echo 'stat() by threads, two emulated processors: shape only'
measure pristine "$("$top/scripts/kernel.sh" --series none build)"
measure patched "$("$top/scripts/kernel.sh" build)"
