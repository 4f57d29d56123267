# SPDX-License-Identifier: GPL-2.0-only
#
# From the tables of plugin/insns.c for stats.c: instructions and locked ones per
# stat(), by depth, and the functions that have locked ones. Of equal batches the
# smallest number counts, since an interrupt adds to some. Variable: name, of the
# kernel.

BEGIN {
	batches = 5
	nr_depths = split("1 10 30", depths)
	calls = 200
}

/^interval / {
	nr = $2
	depth = nr % nr_depths + 1
	next
}

{
	key = depth SUBSEP $1
	functions[$1]
	if (!(key in seen) || $2 < instructions[key])
		instructions[key] = $2
	if (!(key in seen) || $3 < locked[key])
		locked[key] = $3
	seen[key]++
}

END {
	if (nr + 1 != batches * nr_depths) {
		print "stats.awk: " nr + 1 " intervals" >"/dev/stderr"
		exit 1
	}
	for (depth = 1; depth <= nr_depths; depth++) {
		all = all_locked = 0
		for (f in functions) {
			key = depth SUBSEP f
			if (seen[key] != batches)
				continue
			all += instructions[key] / calls
			all_locked += locked[key] / calls
			if (depth == nr_depths && locked[key] * 2 > calls)
				lines[f] = sprintf("  %-42s %12.1f %8.2f", f,
					instructions[key] / calls,
					locked[key] / calls)
		}
		printf "%-44s %12.1f %8.2f\n", name ", depth " depths[depth],
			all, all_locked
	}
	for (f in lines)
		print lines[f] | "sort -k3nr"
}
