#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: insns.sh
#
# Instructions and locked ones, by function of the kernel, without the series and
# with it: of Landlock's hook per ancestor of an opened file, and of stat() and
# access(). Counted by a plugin of QEMU's TCG, see plugin/insns.c.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
top=$(dirname "$here")
out=$top/build/bench

# count PROGRAM NAME KERNELDIR
count()
{
	local plugin=$out/insns.so,map=${3//,/,,}/System.map

	# A kernel that finds one processor takes its lock prefixes out.
	"$top/selftests/vm/run.sh" -i -k "$3" \
		-a "mitigations=off nokaslr noreplace-smp" \
		-p "$plugin,out=${out//,/,,}/insns.$1.$2" \
		-l "$out/insns.console" -- "/bench/$1"
	awk -v name="$2" -f "$here/smallest.awk" -f "$here/$1.awk" \
		"$out/insns.$1.$2"
}

pristine=$("$top/scripts/kernel.sh" --series none build)
patched=$("$top/scripts/kernel.sh" build)
printf '%-44s %12s %8s\n' "Landlock, per ancestor" instructions locked
count landlock_opens pristine "$pristine"
count landlock_opens patched "$patched"
printf '\n%-44s %12s %8s\n' "stat() and access(), per call" instructions locked
count stat_calls pristine "$pristine"
count stat_calls patched "$patched"
