# SPDX-License-Identifier: GPL-2.0-only
#
# The results of one or more runs as Markdown: a table of the lanes, then one of
# the figures that their tests have printed. Reads the logs that test.sh leaves;
# the variable lanes names them, in order ("plain debug ..."), and verdicts has how
# many tests have passed and failed in each.
#
# A test prints lines of the form
#
#   # figure: ROW KEY=NUMBER...
#
# with ROW TEST/CASE or so, and keys out of
#   cases        worlds, programs, places: what the test is about
#   comparisons  each with an expectation of its own
#   walks        under attack
#   slow         of them: by the locked pass
#   restarts     NULLs that callbacks were shown
#   ours         impossible chains reported by the walk
#   chase        ... by the control that follows d_parent without a lock
#   refwalk      ... by the control that holds a reference at each step
# Others are notes in the last column.

function value(row, key,    k)
{
	k = row SUBSEP key
	return k in number ? number[k] : ""
}

function figure(    row, pair, i)
{
	row = lane SUBSEP $3
	if (!(row in known)) {
		known[row] = 1
		rows[++nr_rows] = row
	}
	for (i = 4; i <= NF; i++) {
		if (split($i, pair, "=") != 2)
			continue
		if (index(keys, " " pair[1] " "))
			number[row, pair[1]] += pair[2]
		else
			notes[row] = notes[row] (notes[row] ? ", " : "") \
				pair[1] " " pair[2]
	}
}

function print_lanes(    i)
{
	print "| Lane | Tests | Passed | Failed | Splats | Seconds, added up |"
	print "| --- | ---: | ---: | ---: | ---: | ---: |"
	for (i = 1; i <= nr_lanes; i++)
		printf "| %s | %d | %d | %d | %s | %d |\n", names[i],
			tests[i], verdict[2 * i - 1], verdict[2 * i],
			guest[i] == "" ? "no guest" : \
			guest[i] == 125 ? "yes" : "0", seconds[i]
}

function print_rows(    i, j, part, column)
{
	print "| Lane: test | Cases | Comparisons | Walks | Locked passes |" \
		" Restarts | Impossible chains: ours | Chase | Stepwise" \
		" references | Notes |"
	print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---:" \
		" | --- |"
	for (i = 1; i <= nr_rows; i++) {
		split(rows[i], part, SUBSEP)
		printf "| %s: %s", names[part[1]], part[2]
		for (j = 1; j <= nr_columns; j++)
			printf " | %s", value(rows[i], columns[j])
		printf " | %s |\n", notes[rows[i]]
	}
}

BEGIN {
	keys = " cases comparisons walks slow restarts ours chase refwalk "
	nr_columns = split(keys, columns)
	split(lanes, names)
	split(verdicts, verdict)
}

FNR == 1 {
	lane = ++nr_lanes
}

/^# figure: [^ ]/ {
	figure()
}

/^@[0-9a-f]+ end / {
	tests[lane]++
	seconds[lane] += $5
}

/^@[0-9a-f]+ vm / {
	if (guest[lane] != 125)
		guest[lane] = $3
}

END {
	print_lanes()
	print ""
	print_rows()
}
