#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Events and counters: each denial is reported once, whole, and with its reason;
# walks that fail deny.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

# drained [KEY]...: those values of all events that are there
drained()
{
	exits 0 pathward -j events -d
	json "$@"
}

# follow OPTION... -- in the background, its output in $tmp/events, once it
# says that it follows. Sets $follower.
follow()
{
	mkfifo "$tmp/ready"
	pathward "$@" events >"$tmp/events" 2>"$tmp/ready" &
	follower=$!
	read -r line <"$tmp/ready"
	rm "$tmp/ready"
	expect_eq 'said when it follows' 'pathward: following events' "$line"
}

# lines N: are there so many in $tmp/events
lines()
{
	(($(wc -l <"$tmp/events") == $1))
}

as_a_line()
{
	local wanted

	tree
	deny_secret
	denied r /srv/secret/f
	exits 0 pathward events -d
	wanted='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z '
	wanted+='denied read /srv/secret/f by rule 1 /srv/secret \(line 3\): '
	wanted+='open pid [0-9]+ uid 0$'
	[[ $out =~ $wanted ]] || wrong "$out"
}

as_json()
{
	local pid

	tree
	load_policy <<-END
		  - path: /srv/other
		    deny: [read]
		  - path: /srv/secret
		    deny: [write]
		    allow: [read]
	END
	# shellcheck disable=SC2016	# expanded by the inner shell
	pid=$("${alice[@]}" sh -c 'echo $$; exec cat /srv/other/f 2>/dev/null' ||
		:)
	denied rw /srv/secret/f
	exits 0 pathward -j events -d
	expect_eq first "denied [\"read\"] [\"read\"] /srv/other/f rule 1 /srv/other 3 - cat $pid $pid 1000
denied [\"read\",\"write\"] [\"write\"] /srv/secret/f rule 2 /srv/secret 5 - open" \
		"$(json verdict wanted denied path reason rule.id rule.path \
			rule.line walk_error comm pid tid uid |
			sed 's/\(open\) .*/\1/')"
}

read_once()
{
	tree
	deny_secret
	denied r /srv/secret/f /srv/secret
	expect_eq events $'/srv/secret/f\n/srv/secret' "$(drained path)"
	exits 0 pathward events -d
	expect_eq 'events, again' '' "$out"
	denied w /srv/secret/f
	expect_eq 'events, new' /srv/secret/f "$(drained path)"
}

count_option()
{
	tree
	deny_secret
	denied r /srv/secret/f /srv/secret /srv/secret/a
	exits 0 pathward -j events -n 2
	expect_eq 'the first two' $'/srv/secret/f\n/srv/secret' "$(json path)"
	exits 0 pathward -j -n 1 events
	expect_eq 'the third' /srv/secret/a "$(json path)"
}

followed()
{
	tree
	deny_secret
	denied r /srv/secret
	follow -j
	denied r /srv/secret/f
	"${alice[@]}" cat /srv/secret/pub/f 2>/dev/null || :
	await lines 3
	kill -INT "$follower"
	exits 0 wait "$follower"
	expect_eq events $'/srv/secret 0\n/srv/secret/f 0\n/srv/secret/pub/f 1000' \
		"$("$here/json" path uid <"$tmp/events")"
}

followed_to_the_end()
{
	tree
	deny_secret
	follow
	exits 1 pathward events -d
	stderr_has 'another pathward events is running: events go to one reader'
	denied r /srv/secret/f
	exits 0 pathward unload
	exits 0 wait "$follower"
	lines 1
	grep -q ' by rule 1 /srv/secret (line 3): ' "$tmp/events"
}

# Output that cannot be written is no success, and ends the command: later events
# are not lost.
unwritten()
{
	tree
	deny_secret
	denied r /srv/secret/f /srv/secret
	exits 1 sh -c 'pathward events -d >/dev/full'
	stderr_has 'standard output cannot be written'
	exits 1 sh -c 'pathward -j status >/dev/full'
	expect_eq 'the event after' /srv/secret "$(drained path)"
}

# Each of two processes has its own.
from_several_processes()
{
	local a b

	tree
	deny_secret
	for ((n = 0; n < 20; n++)); do
		: </srv/secret/f || :
	done 2>/dev/null &
	a=$!
	for ((n = 0; n < 20; n++)); do
		: </srv/secret/pub/f || :
	done 2>/dev/null &
	b=$!
	wait "$a" "$b"
	expect_eq events "20 /srv/secret/f $a
20 /srv/secret/pub/f $b" "$(drained path pid | sort | uniq -c | sed 's/^ *//')"
}

counted()
{
	local before after

	tree
	deny_secret
	before=$(counter allowed)
	denied r /srv/secret/f /srv/secret
	denied rw /srv/secret/f
	opened r /srv/other/f /srv
	after=$(counter allowed)
	((after >= before + 2)) || wrong "allowed: $before, then $after"
	exits 0 pathward -j status
	expect_eq counters '3 0 0 0' "$(json counters.denied counters.audited \
		counters.walk_errors counters.events_lost)"
	read -r opens allowed < <(json counters.opens counters.allowed)
	expect_eq opens $((allowed + 3)) "$opens"
	exits 0 pathward status
	stdout_has "opens    " ", 3 denied, 0 audited" '0 walks failed, 0 events lost'
}

# denied_opens N: of one file
denied_opens()
{
	local n

	for ((n = 0; n < $1; n++)); do
		: </srv/secret/f
	done 2>/dev/null || :
}

# A record is as long as its path: a burst of a thousand denials is kept.
burst()
{
	tree
	deny_secret
	denied_opens 1005
	expect_eq 'denied, lost' '1005 0' \
		"$(counter denied) $(counter events_lost)"
	expect_eq events 1005 "$(drained path | grep -c '^/srv/secret/f$')"
}

# When nobody reads, the ring buffer fills up, and it is told how many are lost.
lost()
{
	local lost

	tree
	deny_secret
	denied_opens 12000
	expect_eq denied 12000 "$(counter denied)"
	lost=$(counter events_lost)
	((lost > 0 && lost < 6000)) || wrong "$lost lost"
	exits 0 pathward events -d
	expect_eq events $((12000 - lost)) "$(grep -c 'denied read /srv/secret/f' <<<"$out")"
	stderr_has "$lost events lost since the load"
	denied r /srv/secret
	expect_eq 'events after the loss' /srv/secret "$(drained path)"
}

# The kernel appends " (deleted)" to the path of the one, the other is named so.
deleted()
{
	tree
	echo >'/srv/secret/g (deleted)'
	deny_secret
	denied r '/srv/secret/g (deleted)'
	expect_eq event '/srv/secret/g (deleted) -' "$(drained path deleted)"
	exec 7<>/srv/other/f
	mv /srv/other/f /srv/secret/h
	rm /srv/secret/h
	denied r /proc/self/fd/7
	expect_eq event '/srv/secret/h true' "$(drained path deleted)"
}

# A file name must not drive the terminal, nor break the JSON.
odd_names()
{
	local name=$'x\n\e[31m\xc2\x9b\\\xffy'

	tree
	echo >"/srv/secret/$name"
	deny_secret
	denied r "/srv/secret/$name" "/srv/secret/$name"
	exits 0 pathward events -n 1
	expect_eq lines 1 "$(wc -l <<<"$out")"
	stdout_has '"/srv/secret/x\012\033[31m\302\233\\\377y" by rule'
	exits 0 pathward -j events -d
	expect_eq hexadecimal 2f7372762f7365637265742f780a1b5b33316dc29b5cff79 "$(json path_hex)"
	stdout_has 'x\n\u001B[31m'$'\xc2\x9b\\\\\xef\xbf\xbd''y"'
}

# A name must not be taken for several words, nor hide how the line goes on.
forged_names()
{
	local name='x by rule 2 etc (line 9): sshd pid 1 uid 0' odd
	local rule='by rule 1 /srv/secret (line 3):'

	tree
	echo >"/srv/secret/$name"
	# A quote, U+202E, U+2028, U+3000 and a byte that is not UTF-8
	odd=$'"\xe2\x80\xae\xe2\x80\xa8\xe3\x80\x80\x9b'
	echo >"/srv/secret/$odd"
	cp "$here/open" '/srv/sshd pid 1'
	deny_secret
	denied r "/srv/secret/$name" "/srv/secret/$odd"
	'/srv/sshd pid 1' r /srv/secret/f || :
	exits 0 pathward events -d
	odd='\"\342\200\256\342\200\250'$'\xe3\x80\x80''\233'
	expect_eq events "$(printf '%s\n' \
		'"'"/srv/secret/$name"'"'" $rule open" \
		'"'"/srv/secret/$odd"'"'" $rule open" \
		"/srv/secret/f $rule "'"sshd pid 1"')" \
		"$(sed 's/.* denied read //; s/ pid [0-9]* uid 0$//' <<<"$out")"
}

# The same for the names in a policy, in status
forged_rules()
{
	mkdir '/srv/a  allow write' '/srv/b"'
	load_policy <<-END
		  - path: /srv/a  allow write
		    deny: [read]
		  - path: /srv/b"
		    deny: [read]
	END
	exits 0 pathward status
	stdout_has '  1   "/srv/a  allow write" (directory on tmpfs ' \
		'  2   "/srv/b\"" (directory on tmpfs '
}

long_path()
{
	mkdir /srv/secret
	deny_secret
	expect_eq 'open, 4096 levels down' EACCES \
		"$("$here/open" -d 4096 r /srv/secret || :)"
	expect_eq event 'file ENAMETOOLONG rule 1 -' \
		"$(drained name path_error reason rule.id walk_error)"
}

# The limit is 16384 steps up; the file itself, /srv and the root count, too.
too_deep()
{
	mkdir /srv/secret /srv/deeper /srv/other
	load_policy <<-END
		  - path: /srv/secret
		    deny: [read]
		    except: [/selftests/pathward/open]
	END
	expect_eq 'open, 16000 levels down' opened \
		"$("$here/open" -d 16000 r /srv/other)"
	exits 0 pathward events -d
	expect_eq events '' "$out"
	expect_eq 'open, 16400 levels down' EACCES \
		"$("$here/open" -d 16400 r /srv/deeper || :)"
	expect_eq event 'denied ["read"] file too-deep - E2BIG open' \
		"$(drained verdict denied name reason rule walk_error comm)"
	expect_eq 'walk errors' 1 "$(counter walk_errors)"
	# Nor is a rule that far up out of reach: the exception in it counts.
	expect_eq 'open, 16000 levels below the rule' opened \
		"$("$here/open" -d 16000 r /srv/secret)"
	expect_eq 'walk errors' 1 "$(counter walk_errors)"
}

# An overlay with file handles forgets its directories, unlike a tmpfs.
disconnected()
{
	mkdir -p /srv/low/d/e /srv/low/free /srv/up /srv/work /srv/o
	echo f >/srv/low/d/e/f
	echo f >/srv/low/free/f
	mount -t overlay -o lowerdir=/srv/low,upperdir=/srv/up \
		-o workdir=/srv/work,index=on,nfs_export=on none /srv/o
	expect_eq 'without a policy' opened \
		"$("$here/open" -m /srv/o r /srv/o/d/e/f)"
	load_policy <<-END
		  - path: /srv/o/d
		    deny: [read]
	END
	expect_eq 'below the rule' EACCES \
		"$("$here/open" -m /srv/o r /srv/o/d/e/f || :)"
	expect_eq event 'disconnected -' "$(drained reason rule)"
	# Nobody knows that no rule is above it.
	expect_eq 'not below it' EACCES \
		"$("$here/open" -m /srv/o r /srv/o/free/f || :)"
	expect_eq event 'denied disconnected -' "$(drained verdict reason rule)"
	# Nor that one that allows is nearest.
	exits 0 pathward unload
	load_policy <<-END
		  - path: /srv
		    allow: [read]
		  - path: /srv/o/d
		    deny: [read]
	END
	expect_eq 'below a rule that allows' EACCES \
		"$("$here/open" -m /srv/o r /srv/o/d/e/f || :)"
	expect_eq event 'disconnected -' "$(drained reason rule)"
	opened r /srv/o/free/f
	exec 7</srv/o/free/f
	expect_eq 'by handle, its parents known' opened \
		"$("$here/open" -m /srv/o r /srv/o/free/f)"
}

# A kernel NFS server opens so: a policy that denies nothing must not show there.
disconnected_and_no_rules()
{
	mkdir -p /srv/low/d /srv/up /srv/work /srv/o
	echo f >/srv/low/d/f
	mount -t overlay -o lowerdir=/srv/low,upperdir=/srv/up \
		-o workdir=/srv/work,index=on,nfs_export=on none /srv/o
	load_policy <<<'  []'
	expect_eq opened opened "$("$here/open" -m /srv/o r /srv/o/d/f)"
	expect_eq events '' "$(pathward events -d)"
}

it 'a line' as_a_line
it 'JSON' as_json
it 'each event once' read_once
it '-n' count_option
it 'followed until a signal' followed
it 'followed until the unload, by one reader' followed_to_the_end
it 'from several processes' from_several_processes
it 'counters' counted
it 'output that cannot be written' unwritten
it 'a burst of a thousand events' burst
it 'events that nobody reads' lost
it 'deleted files' deleted
it 'odd names' odd_names
it 'forged names' forged_names
it 'forged rules' forged_rules
it 'a path longer than 4095 bytes' long_path
it 'too deep: denied' too_deep
it 'disconnected: denied' disconnected
it 'disconnected, with no rule that denies: allowed' disconnected_and_no_rules

finish
