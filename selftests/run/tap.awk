# SPDX-License-Identifier: GPL-2.0-only
#
# Counts the results of TAP streams, framed by frame.sh:
#
#   @TOKEN begin NAME
#   ...
#   @TOKEN end NAME STATUS SECONDS
#   @TOKEN vm STATUS             how the guest ended (the status of vm/run.sh)
#
# Variables: token; expected, the names of all tests that should have run;
# verbose. Only "ok" without a directive is a pass: what was skipped or was
# expected to fail has shown nothing. A file that does not account for all of
# its tests (no plan, other numbers than planned, a crash, a time-out) is one
# more failure. The last line is "N passed, N failed".

function fault(text)
{
	faults = faults (faults ? "; " : "") text
}

function begin(test)
{
	name = test
	plan = -1
	seen = good = bad = 0
	faults = notes = ""
	forget()
}

function forget()
{
	recent = ""
	kept = 0
}

function result(line, number)
{
	seen++
	number = line
	sub(/^(not )?ok */, "", number)
	sub(/[^0-9].*/, "", number)
	if (number != "" && number + 0 != seen && faults !~ /numbered/)
		fault("test " seen " is numbered " number)
	if (line ~ /^ok/ && line !~ /# *(SKIP|TODO|XFAIL|XPASS)/) {
		good++
	} else {
		bad++
		notes = notes recent "    " line "\n"
	}
	forget()
}

function end(status, seconds)
{
	if (status == "")
		fault("did not end: the guest is gone")
	else if (status == 124)
		fault("out of time")
	else if (status > 128)
		fault("killed by signal " status - 128)
	else if (status != 0 && !bad)
		fault("status " status " though no test failed")
	if (plan < 0)
		fault("no plan")
	else if (plan == 0)
		fault("nothing was run")
	else if (plan != seen)
		fault(plan " tests planned, " seen " seen")
	if (faults)
		notes = notes recent "    " faults "\n"
	passed += good
	failed += bad + (faults != "")
	done[name] = 1
	printf "%s %-28s %4d passed %4d failed %5s s\n%s", \
		(bad || faults) ? "FAIL" : "ok  ", name, good, \
		bad + (faults != ""), seconds, notes
	fflush()
	name = ""
}

function guest_end(status)
{
	if (name)
		end("", "?")
	if (status == 0)
		return
	failed++
	if (status == 125)
		print "FAIL the kernel printed a splat"
	else if (status == 124)
		print "FAIL the guest ran out of time"
	else
		print "FAIL the guest did not end well: status " status
}

BEGIN {
	mark = "@" token
}

verbose {
	print
	fflush()
}

$1 == mark && $2 == "begin" {
	begin($3)
	next
}

$1 == mark && $2 == "end" {
	end($4, $5)
	next
}

$1 == mark && $2 == "vm" {
	guest_end($3)
	next
}

!name {
	next
}

/^1\.\.[0-9]+/ {
	if (plan >= 0)
		fault("two plans")
	plan = substr($1, 4) + 0
	next
}

/^(not )?ok( |$)/ {
	result($0)
	next
}

/^Bail out!/ {
	fault($0)
	next
}

# What comes before a result may explain it; the last lines are kept.
NF {
	recent = recent "      " $0 "\n"
	if (++kept > 20)
		sub(/^[^\n]*\n/, "", recent)
}

END {
	if (name)
		end("", "?")
	n = split(expected, names, " ")
	for (i = 1; i <= n; i++)
		if (!(names[i] in done)) {
			failed++
			print "FAIL " names[i] " did not run"
		}
	if (!passed && !failed) {
		failed++
		print "FAIL there is no test"
	}
	printf "%d passed, %d failed\n", passed, failed
	exit (failed > 0)
}
