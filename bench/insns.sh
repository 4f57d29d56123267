#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: insns.sh
#
# What Landlock's hook takes per ancestor of an opened file, in instructions and
# locked ones, by function of the kernel: without the series and with it. Counted
# by a plugin of QEMU's TCG, see plugin/insns.c.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
top=$(dirname "$here")
out=$top/build/bench

# count NAME KERNELDIR
count()
{
	local plugin=$out/insns.so,map=${2//,/,,}/System.map

	# A kernel that finds one processor takes its lock prefixes out.
	"$top/selftests/vm/run.sh" -i -k "$2" \
		-a "mitigations=off nokaslr noreplace-smp" \
		-p "$plugin,out=${out//,/,,}/insns.$1" -l "$out/insns.console" -- \
		/bench/landlock_opens
	awk -v name="$1" -f "$here/insns.awk" "$out/insns.$1"
}

printf '%-44s %12s %8s\n' "Landlock, per ancestor" instructions locked
for which in pristine patched; do
	if [[ $which == pristine ]]; then
		kernel=$("$top/scripts/kernel.sh" --series none build)
	else
		kernel=$("$top/scripts/kernel.sh" build)
	fi
	count "$which" "$kernel"
done
