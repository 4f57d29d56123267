# SPDX-License-Identifier: GPL-2.0-only
#
# From the tables of plugin/insns.c for landlock_opens.c: the cost of Landlock per
# ancestor, by function. Of equal batches the smallest number counts, since an
# interrupt adds to some. Variable: name, of the kernel.

BEGIN {
	batches = 5
	depths = 2
	per_ancestor = 200 * (30 - 10) # opens, and levels between the depths
}

/^interval / {
	nr = $2
	with = nr >= batches * depths
	deep = nr % depths
	next
}

{
	# static functions can have the same name
	if (last[$1] == nr + 1) {
		print "landlock_opens.awk: two functions " $1 >"/dev/stderr"
		exit failed = 1
	}
	last[$1] = nr + 1
	key = with SUBSEP deep SUBSEP $1
	functions[$1]
	if (!(key in seen) || $2 < instructions[key])
		instructions[key] = $2
	if (!(key in seen) || $3 < locked[key])
		locked[key] = $3
	seen[key]++
}

# Where it was not always called, its smallest number is none.
function smallest(number, with, deep, f,    key)
{
	key = with SUBSEP deep SUBSEP f
	return seen[key] == batches ? number[key] : 0
}

function slope(number, with, f)
{
	return smallest(number, with, 1, f) - smallest(number, with, 0, f)
}

function cost(number, f)
{
	return (slope(number, 1, f) - slope(number, 0, f)) / per_ancestor
}

END {
	if (failed)
		exit 1
	if (nr + 1 != 2 * batches * depths) {
		print "landlock_opens.awk: " nr + 1 " intervals" >"/dev/stderr"
		exit 1
	}
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
