# SPDX-License-Identifier: GPL-2.0-only
#
# Reads the tables of plugin/insns.c. The same is done in some batches, and the
# smallest number counts, since an interrupt adds to some. The file that comes with
# this one sets batches, and defines group_of(nr): intervals of the same group do
# the same. Sets functions[], instructions and locked[] for smallest().

/^interval / {
	nr = $2
	next
}

{
	# static functions can have the same name
	if (last[$1] == nr + 1) {
		print "smallest.awk: two functions are called " $1 >"/dev/stderr"
		exit failed = 1
	}
	last[$1] = nr + 1
	key = group_of(nr) SUBSEP $1
	functions[$1]
	if (!(key in seen) || $2 < instructions[key])
		instructions[key] = $2
	if (!(key in seen) || $3 < locked[key])
		locked[key] = $3
	seen[key]++
}

# Where it was not always called, its smallest number is none.
function smallest(number, g, f,    key)
{
	key = g SUBSEP f
	return seen[key] == batches ? number[key] : 0
}

# To be called at the end: are there as many intervals as there should be?
function expect_intervals(wanted)
{
	if (failed)
		exit 1
	if (nr + 1 != wanted) {
		print "smallest.awk: " nr + 1 " intervals, not " wanted >"/dev/stderr"
		exit 1
	}
}
