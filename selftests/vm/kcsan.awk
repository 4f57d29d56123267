# SPDX-License-Identifier: GPL-2.0-only
#
# Empties the lines of KCSAN's reports of data races that the series has no part
# in. The kernel has many such races; one is ours if vfs_walk_ancestors(), or the
# callback of a lookup, is in either stack. (KCSAN's own list of functions would
# not do: it asks that both accesses are made by functions of the list, and looks
# at the innermost only.)
#
# What others print amid a report stays, and so does a report without an end.

function text(line)
{
	sub(/^\[[^]]*\] ?/, "", line)
	sub(/\r$/, "", line)
	return line
}

function of_report(line)
{
	return line ~ /^(=+|BUG: KCSAN: .*|)$/ ||
	       line ~ /^[a-z() -]+ to 0x[0-9a-f]+ of [0-9]+ bytes by / ||
	       line ~ /^race at unknown origin, with / ||
	       line ~ /^ [^ ]+\+0x[0-9a-f]+\/0x[0-9a-f]+$/ ||
	       line ~ /^ 0x[0-9a-f]+$/ ||
	       line ~ /^  (\||\+-> reordered to: .*)$/ ||
	       line ~ /^value changed: 0x| bits changed: 0x/ ||
	       line ~ /^Reported by Kernel Concurrency Sanitizer on:$/ ||
	       line ~ /^CPU: [0-9]+ UID: / || line ~ /^Hardware name: /
}

function flush(all,	i)
{
	for (i = 1; i <= count; i++)
		print all || !of_report(text(kept[i])) ? kept[i] : ""
	count = ours = complete = 0
}

/BUG: KCSAN: / {
	flush(1)
	inside = 1
}

!inside {
	print
	next
}

{
	kept[++count] = $0
}

/vfs_walk_ancestors|complete_walk_rcu|vfs_stat_rcu/ {
	ours = 1
}

text($0) ~ /^Reported by / {
	complete = 1
}

text($0) ~ /^=+$/ {
	flush(ours || !complete)
	inside = 0
}

END {
	flush(1)
}
