# SPDX-License-Identifier: GPL-2.0-only
#
# After smallest.awk, for stat_calls.c: instructions and locked ones per stat(), by
# depth, and the functions that have locked ones. Variable: name, of the kernel.

BEGIN {
	batches = 5
	nr_depths = split("1 10 30", depths)
	calls = 200
}

function group_of(nr)
{
	return nr % nr_depths + 1
}

END {
	expect_intervals(batches * nr_depths)
	for (depth = 1; depth <= nr_depths; depth++) {
		all = all_locked = 0
		for (f in functions) {
			a = smallest(instructions, depth, f) / calls
			b = smallest(locked, depth, f) / calls
			all += a
			all_locked += b
			if (depth == nr_depths && b > .5)
				lines[f] = sprintf("  %-42s %12.1f %8.2f", f, a, b)
		}
		printf "%-44s %12.1f %8.2f\n", name ", depth " depths[depth],
			all, all_locked
	}
	for (f in lines)
		print lines[f] | "sort -k3nr"
}
