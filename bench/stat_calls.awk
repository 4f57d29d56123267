# SPDX-License-Identifier: GPL-2.0-only
#
# After smallest.awk, for stat_calls.c: instructions and locked ones per stat() and
# per access(), by depth, and the functions that have locked ones. Variable: name,
# of the kernel.

BEGIN {
	batches = 5
	nr_depths = split("1 10 30", depths)
	nr_kinds = split("stat() access()", kinds)
	calls = 200
}

function group_of(nr)
{
	return nr % (nr_kinds * nr_depths) + 1
}

# Print what a call of this kind costs.
function report(kind,    depth, g, f, a, b, all, all_locked, lines)
{
	for (depth = 1; depth <= nr_depths; depth++) {
		g = (kind - 1) * nr_depths + depth
		all = all_locked = 0
		for (f in functions) {
			a = smallest(instructions, g, f) / calls
			b = smallest(locked, g, f) / calls
			all += a
			all_locked += b
			if (depth == nr_depths && b > .5)
				lines[f] = sprintf("  %-42s %12.1f %8.2f", f, a, b)
		}
		printf "%-44s %12.1f %8.2f\n", \
			kinds[kind] ", " name ", depth " depths[depth], \
			all, all_locked
	}
	for (f in lines)
		print lines[f] | "sort -k3nr"
	close("sort -k3nr")
}

END {
	expect_intervals(batches * nr_kinds * nr_depths)
	for (kind = 1; kind <= nr_kinds; kind++)
		report(kind)
}
