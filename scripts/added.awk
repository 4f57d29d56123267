# SPDX-License-Identifier: GPL-2.0-only
#
# The files that patches add below a directory, one a line, by their names in it.
# Variable: below, the directory, with a slash at its end.

/^--- / {
	added = $2 == "/dev/null"
}

/^\+\+\+ / && added {
	name = substr($2, 3)
	if (index(name, below) == 1)
		print substr(name, length(below) + 1)
	added = 0
}
