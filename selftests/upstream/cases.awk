# SPDX-License-Identifier: GPL-2.0-only
#
# From the output of a test program of the kernel, one line for each case,
#
#   PASS|FAIL|SKIP NAME
#
# Variable: form, which is tap (kselftest_harness.h), verifier (test_verifier)
# or progs (test_progs). Exits with 1 and a message if the output is not
# complete: the program died, or counted other cases than are seen here.

function result(status, name)
{
	print status, name
	seen[status]++
	seen["all"]++
}

function incomplete(text)
{
	print "cases.awk: " FILENAME ": " text >"/dev/stderr"
	exit failed = 1
}

form == "tap" && /^1\.\.[0-9]+$/ {
	planned = substr($0, 4)
}

form == "tap" && /^(not )?ok [0-9]+ / {
	status = /^not/ ? "FAIL" : /# *SKIP/ ? "SKIP" : "PASS"
	name = $0
	sub(/^(not )?ok [0-9]+ /, "", name)
	sub(/ *#.*/, "", name)
	result(status, name)
}

# "#12/p what it is about OK", where notes, and a log if it failed, may come
# before the result
form == "verifier" && /^#[0-9]+\/[up] / {
	if (open)
		incomplete("no result of " open)
	open = $0
	sub(/ (Did not run|\(run [0-9]|[0-9]+ cases|OK|SKIP|FAIL|, verifier log).*/, "", open)
}

form == "verifier" && open {
	if (/(^| )OK( \(NOTE.*\))?$/)
		status = "PASS"
	else if (/(^| )SKIP( \(.*\))?$/)
		status = "SKIP"
	else if (/FAIL/)
		status = "FAIL"
	else
		next
	result(status, open)
	open = ""
}

# "#12 test:OK", "#12/3 test/subtest:OK", and once more where it has failed.
# Subtests can have the same name, so the number stays.
form == "progs" && /^#[0-9]+(\/[0-9]+)? +[^ ].*:(OK|FAIL|SKIP)( \(SKIP: .*\))?$/ {
	name = $0
	sub(/ \(SKIP: .*/, "", name)
	status = name
	sub(/.*:/, "", status)
	sub(/:[A-Z]+$/, "", name)
	sub(/ +/, " ", name)
	if (!($1 in before))
		result(status == "OK" ? "PASS" : status, name)
	before[$1]
	subtests[status] += $1 ~ /\//
}

/^Summary: / {
	summary = $0
	gsub(/[^0-9]+/, " ", summary)
	split(summary, counted, " ")
}

END {
	if (failed)
		exit 1
	if (form == "tap" && (planned == "" || planned + 0 != seen["all"] + 0))
		incomplete(planned + 0 " cases planned, " seen["all"] + 0 " seen")
	if (form != "tap" && summary == "")
		incomplete("no summary")
	if (form == "verifier" && (counted[1] != seen["PASS"] + 0 ||
	    counted[2] != seen["SKIP"] + 0 || counted[3] != seen["FAIL"] + 0))
		incomplete("the summary counts otherwise")
	# of tests the summary counts those that did not fail, skipped or not
	if (form == "progs" && counted[2] != subtests["OK"] + 0)
		incomplete("the summary counts otherwise")
	if (!seen["all"])
		incomplete("no case")
}
