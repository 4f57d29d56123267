# SPDX-License-Identifier: GPL-2.0-only
#
# After smallest.awk, for landlock_opens.c: the cost of Landlock per ancestor, by
# function. Variable: name, of the kernel.

BEGIN {
	batches = 5
	depths = 2
	per_ancestor = 200 * (30 - 10) # opens, and levels between the depths
}

function group(with, deep)
{
	return with SUBSEP deep
}

function group_of(nr)
{
	return group(nr >= batches * depths, nr % depths)
}

function slope(number, with, f)
{
	return smallest(number, group(with, 1), f) - \
		smallest(number, group(with, 0), f)
}

function cost(number, f)
{
	return (slope(number, 1, f) - slope(number, 0, f)) / per_ancestor
}

END {
	expect_intervals(2 * batches * depths)
	for (f in functions) {
		a = cost(instructions, f)
		b = cost(locked, f)
		all += a
		all_locked += b
		if (a * a > .01)
			lines[f] = sprintf("  %-42s %12.1f %8.2f", f, a, b)
	}
	printf "%-44s %12.1f %8.2f\n", name, all, all_locked
	for (f in lines)
		print lines[f] | "sort -k2nr"
}
