#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Policies: the errors in one are reported with their place and a remedy, and
# change nothing.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

objects()
{
	mkdir /srv/d /srv/e
	ln -s d /srv/link
	cp /bin/busybox /srv/prog
	cp /bin/busybox /srv/data
	chmod 644 /srv/data
	printf '#!/bin/sh\n' >/srv/script
	chmod 755 /srv/script
}

# rejects STATUS LINE:COLUMN MESSAGE [HINT], the policy on standard input: by
# check and by load, with and without -j
rejects()
{
	local verb

	objects
	cat >"$policy"
	for verb in check load; do
		exits "$1" pathward "$verb" "$policy"
		expect_eq 'standard output' '' "$out"
		expect_eq message "$policy:$2: $3${4:+: $4}" "$err"
		exits "$1" pathward -j "$verb" "$policy"
		expect_eq 'standard error' '' "$err"
		expect_eq JSON "$1 $policy ${2/:/ } $3 ${4:--}" \
			"$(json exit file line column error hint)"
	done
	nothing_left
}

it 'syntax error' rejects 3 5:1 \
	'not YAML: did not find expected node content while parsing a flow node' <<END
version: 1
rules:
  - path: /srv/d
    deny: [
END

it 'indented with a tab' rejects 3 3:1 \
	'not YAML: found character that cannot start any token while scanning for the next token' <<END
version: 1
rules:
	- path: /srv/d
END

it 'empty' rejects 3 1:1 'empty policy' \
	"at least 'version: 1' and 'rules: []' are required" </dev/null

it 'a list' rejects 3 1:1 \
	'policy: expected a mapping, found a list' <<END
- path: /srv/d
END

it 'bytes that are no text' rejects 3 2:8 \
	'not text: invalid leading UTF-8 octet' \
	'a policy is written in UTF-8' < <(printf 'version: 1\nrules: \xff\n')

it 'NUL in a path' rejects 3 3:11 'a value contains a NUL character' <<'END'
version: 1
rules:
  - path: "/srv/d\0"
    deny: [read]
END

it 'two documents' rejects 3 3:1 'more than one YAML document' <<END
version: 1
rules: []
---
version: 1
END

it 'unknown key' rejects 3 2:1 \
	"unknown key 'rule' (known: version, mode, default, rules)" <<END
version: 1
rule: []
rules: []
END

it 'unknown key of a rule' rejects 3 4:5 \
	"unknown key 'forbid' (known: path, allow, deny, except)" <<END
version: 1
rules:
  - path: /srv/d
    forbid: [read]
    deny: [read]
END

it 'the same key twice' rejects 3 2:1 "duplicate key 'version'" <<END
version: 1
version: 1
rules: []
END

it 'no version' rejects 3 1:1 "missing key 'version'" <<END
rules: []
END

it 'no rules' rejects 3 1:1 "missing key 'rules'" <<END
version: 1
END

it 'no path' rejects 3 3:5 "missing key 'path'" <<END
version: 1
rules:
  - deny: [read]
END

it 'type: rules' rejects 3 2:8 \
	"rules: expected a list of rules, found '3'" <<END
version: 1
rules: 3
END

it 'type: deny' rejects 3 4:11 \
	"deny: expected a list of rights, found 'read'" <<END
version: 1
rules:
  - path: /srv/d
    deny: read
END

it 'type: rights' rejects 3 4:12 \
	'allow: expected a list of rights, found a mapping' <<END
version: 1
rules:
  - path: /srv/d
    allow: {read: yes}
END

it 'type: right' rejects 3 4:12 \
	'right: expected read or write, found a list' <<END
version: 1
rules:
  - path: /srv/d
    deny: [[read]]
END

it 'type: except' rejects 3 5:13 \
	"except: expected a list of programs, found '/srv/prog'" <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: /srv/prog
END

it 'type: rule' rejects 3 3:5 "rule: expected a mapping, found '/srv/d'" <<END
version: 1
rules:
  - /srv/d
END

it 'type: key' rejects 3 2:3 'policy: expected a key, found a list' <<END
version: 1
? [mode]
: audit
rules: []
END

it 'type: path' rejects 3 3:11 'path: expected an absolute path, found a list' <<END
version: 1
rules:
  - path: [/srv/d]
    deny: [read]
END

it 'empty path' rejects 3 3:10 \
	'path: expected an absolute path, found nothing' <<END
version: 1
rules:
  - path:
    deny: [read]
END

it 'type: version' rejects 3 1:10 "version: expected 1, found 'one'" <<END
version: one
rules: []
END

it 'another version' rejects 3 1:10 \
	"version: expected 1, found '2'" <<END
version: 2
rules: []
END

it 'version in hexadecimal' rejects 3 1:10 \
	"version: expected 1, found '0x1'" <<END
version: 0x1
rules: []
END

it 'version in octal' rejects 3 1:10 "version: expected 1, found '01'" <<END
version: 01
rules: []
END

it 'unknown mode' rejects 3 2:7 \
	"mode: expected enforce or audit, found 'loud'" <<END
version: 1
mode: loud
rules: []
END

it 'unknown default' rejects 3 2:10 \
	"default: expected allow or deny, found 'maybe'" <<END
version: 1
default: maybe
rules: []
END

it 'relative path' rejects 3 3:11 \
	'srv/d: not absolute' 'start the path with /' <<END
version: 1
rules:
  - path: srv/d
    deny: [read]
END

it 'duplicate path' rejects 3 5:11 \
	'/srv/d: has a rule already, in line 3' 'make them one' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
  - path: /srv/d
    deny: [write]
END

it 'two names of one directory' rejects 3 5:11 \
	'/srv/link: is the same object as /srv/d in line 3' 'make the rules one' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
  - path: /srv/link
    deny: [write]
END

it 'unknown right' rejects 3 4:18 \
	"unknown right 'exec' (known: read, write)" <<END
version: 1
rules:
  - path: /srv/d
    deny: [read, exec]
END

it 'neither allows nor denies' rejects 3 3:11 \
	'/srv/d: neither allows nor denies anything' 'add allow or deny' <<END
version: 1
rules:
  - path: /srv/d
END

it 'allows nothing' rejects 3 3:11 \
	'/srv/d: neither allows nor denies anything' 'add allow or deny' <<END
version: 1
rules:
  - path: /srv/d
    allow: []
END

it 'allows and denies the same' rejects 3 5:11 \
	'/srv/d: both allows and denies read' <<END
version: 1
rules:
  - path: /srv/d
    allow: [read]
    deny: [write, read]
END

it 'excepts, but denies nothing' rejects 3 5:13 \
	'/srv/d: excepts programs, but denies nothing' <<END
version: 1
rules:
  - path: /srv/d
    allow: [read]
    except: [/srv/prog]
END

it 'relative exception' rejects 3 5:14 \
	'prog: not absolute' 'start the path with /' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [prog]
END

it 'the same exception twice' rejects 3 5:25 '/srv/prog: excepted twice' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [/srv/prog, /srv/prog]
END

it 'no exception' rejects 3 5:13 \
	'except: empty list' 'name a program, or remove the key' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: []
END

it 'unknown tag' rejects 3 4:11 'YAML tags are not supported' <<END
version: 1
rules:
  - path: /srv/d
    deny: !foo [read]
END

it 'known tag' rejects 3 3:11 'YAML tags are not supported' <<END
version: 1
rules:
  - path: !!str /srv/d
    deny: [read]
END

it 'anchor' rejects 3 3:11 'YAML anchors are not supported' <<END
version: 1
rules:
  - path: &name /srv/d
    deny: [read]
END

it 'hex: not hexadecimal' rejects 3 3:17 \
	"hex: expected bytes in hexadecimal, found '2f7'" <<END
version: 1
rules:
  - path: {hex: 2f7}
    deny: [read]
END

it 'hex: NUL' rejects 3 3:17 \
	"hex: expected bytes in hexadecimal, found '2f00'" <<END
version: 1
rules:
  - path: {hex: 2f00}
    deny: [read]
END

it 'hex: missing' rejects 3 3:11 "missing key 'hex'" <<END
version: 1
rules:
  - path: {}
    deny: [read]
END

it 'path does not exist' rejects 4 3:11 \
	'/srv/absent: No such file or directory' 'create it, or remove it from the policy' <<END
version: 1
rules:
  - path: /srv/absent
    deny: [read]
END

it 'exception does not exist' rejects 4 6:7 \
	'/srv/absent: No such file or directory' 'create it, or remove it from the policy' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [/srv/prog,
      /srv/absent]
END

it 'exception is a directory' rejects 4 5:14 \
	'/srv/e: not a regular file' "'except' takes programs" <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [/srv/e]
END

it 'exception is not executable' rejects 4 5:14 \
	'/srv/data: not executable' 'chmod +x, or remove it' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [/srv/data]
END

it 'exception is a script' rejects 4 5:14 \
	'/srv/script: is a script: the kernel runs its interpreter, which runs any other script, too' 'except a compiled program' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [/srv/script]
END

# lines COUNT TEXT
lines()
(
	set +o pipefail # head ends yes
	yes "$2" | head -n "$1"
)

too_many()
{
	local n

	for ((n = 0; n <= 1024; n++)); do
		echo "  - {path: /srv/$n, deny: [read]}"
	done | write_policy
	exits 3 pathward check "$policy"
	expect_eq message "$policy:1027:5: too many rules: at most 1024" "$err"
	write_policy <<-END
		  - path: /srv/d
		    deny: [read]
		    except: [$(seq 65 | sed 's/.*/\/srv\/&,/' | xargs)]
	END
	exits 3 pathward check "$policy"
	stderr_has "$policy:5:" 'too many programs: at most 64 in one rule'
	lines 200 '  - {}' | write_policy
	exits 3 pathward check "$policy"
	expect_eq lines 101 "$(wc -l <<<"$err")"
	stderr_has "$policy:102:5: missing key 'path'" \
		"$policy: too many errors: the rest is not read"
}

too_long()
{
	local path

	path=/$(head -c 4094 /dev/zero | tr '\0' a)
	write_policy <<<"  - {path: $path, deny: [read]}"
	exits 4 pathward check "$policy"
	write_policy <<<"  - {path: ${path}a, deny: [read]}"
	exits 3 pathward check "$policy"
	expect_eq message "$policy:3:12: path: longer than 4095 bytes" "$err"
	# The longest way to write one that may be loaded
	path=$(head -c 4094 /dev/zero | tr '\0' a | sed 's/a/\\U00000061/g')
	write_policy <<<"  - {path: \"/$path\", deny: [read]}"
	exits 4 pathward check "$policy"
}

an_alias()
{
	objects
	write_policy <<-END
		  - path: &name /srv/d
		    deny: [read]
		  - path: *name
		    deny: [read]
	END
	exits 3 pathward check "$policy"
	expect_eq messages "$policy:3:11: YAML anchors are not supported
$policy:5:11: YAML aliases are not supported" "$err"
}

# Otherwise a policy with ten mistakes would take ten tries.
all_at_once()
{
	objects
	cat >"$policy" <<-END
		version: 2
		mood: audit
		rules:
		  - path: srv/d
		    deny: [read]
		  - deny: [exec]
		    path: /srv/e
		    except: [prog, prog]
		  - path: /srv/e
		    allow: [write]
		    deny: [write]
		  - allow: read
		mode: [
	END
	exits 3 pathward check "$policy"
	expect_eq messages "$policy:1:10: version: expected 1, found '2'
$policy:2:1: unknown key 'mood' (known: version, mode, default, rules)
$policy:4:11: srv/d: not absolute: start the path with /
$policy:6:12: unknown right 'exec' (known: read, write)
$policy:8:14: prog: not absolute: start the path with /
$policy:8:20: prog: not absolute: start the path with /
$policy:8:20: prog: excepted twice
$policy:9:11: /srv/e: has a rule already, in line 7: make them one
$policy:11:11: /srv/e: both allows and denies write
$policy:12:5: missing key 'path'
$policy:12:12: allow: expected a list of rights, found 'read'
$policy:13:7: mode: expected enforce or audit, found a list
$policy:14:1: not YAML: did not find expected node content while parsing a flow node" \
		"$err"
	exits 3 pathward -j check "$policy"
	expect_eq lines '1 2 4 6 8 8 8 9 11 12 12 13 14' "$(json line | xargs)"
}

# A name must not be taken for a part of the message.
odd_names()
{
	write_policy <<<'  - path: "/srv/a: fine\\ \"\x1b\u202e"'
	exits 3 pathward check "$policy"
	expect_eq message "$policy:3:11: \"/srv/a: fine\\\\ \\\"\\033\\342\\200\\256\": neither allows nor denies anything: add allow or deny" "$err"
	exits 3 pathward -j check "$policy"
	expect_eq JSON $'/srv/a: fine\\ "\e\xe2\x80\xae: neither allows nor denies anything' \
		"$(json error)"
}

# YAML is text, and names are bytes.
not_utf8()
{
	tree
	mkdir $'/srv/\xe9'
	echo f >$'/srv/\xe9/f'
	cp "$here/open" $'/srv/helper\xff'
	load_policy <<-END
		  - path: {hex: 2f7372762fE9}
		    deny: [read]
		    except: [{hex: 2f7372762f68656c706572ff}]
	END
	denied r $'/srv/\xe9/f'
	expect_eq 'open by the exception' opened \
		"$($'/srv/helper\xff' r $'/srv/\xe9/f')"
	exits 0 pathward -j status
	stdout_has '"path_hex":"2f7372762fe9"'
}

# repeat COUNT TEXT: without newlines, unlike lines()
repeat()
{
	lines "$@" | tr -d '\n'
}

in_20_seconds()
{
	(ulimit -t 20 && exec "$@")
}

# bounded MESSAGE, the policy on standard input: refused, after an amount of work
# that is bounded. One that is not takes minutes, and is killed.
bounded()
{
	cat >"$policy"
	exits 3 in_20_seconds pathward check "$policy"
	stderr_has "$policy:" "$1"
}

# value: a policy with the value on standard input
value()
{
	printf 'version: 1\nrules:\n  - path: "/'
	cat
	printf '"\n    deny: [read]\n'
}

nested_lists()
{
	repeat 200000 '[' | bounded 'nested too deeply'
	repeat 200000 '- ' | bounded 'nested too deeply'
}

nested_mappings()
{
	repeat 200000 '{a: ' | bounded 'nested too deeply'
	repeat 200000 '? ' | bounded 'nested too deeply'
}

many_directives()
{
	{
		seq 100000 | sed 's/.*/%TAG !a&! b/'
		printf -- '---\nversion: 1\nrules: []\n'
	} | bounded 'more than 65536 bytes or 8192 blanks without a value'
}

many_blanks()
{
	local too_many='more than 65536 bytes or 8192 blanks without a value'

	{
		repeat 1000000 '  '
		lines 2000000 ' a'
	} | value | bounded "$too_many"
	# A line that looks like a comment
	{
		printf '\n#'
		repeat 1000000 '  '
		repeat 2000000 ' a'
	} | value | bounded "$too_many"
	{
		repeat 4000 ' '
		lines 1000000 '#'
	} | value | bounded 'path: longer than 4095 bytes'
}

large()
{
	repeat 1000000 k | bounded 'more than 65536 bytes'
	{
		printf 'version: 1\nrules:\n'
		seq 100000 | sed 's/.*/  - {path: \/&, deny: [read]}/'
	} | bounded 'too many rules: at most 1024'
	seq 100000 | sed 's/.*/k&: 1/' | bounded 'too many errors'
	lines 1600000 'key: value' >"$policy"
	exits 3 in_20_seconds pathward check "$policy"
	stderr_has "$policy: File too large"
}

# The bounds are on text that makes work, not on comments.
long_comment()
{
	objects
	{
		printf 'version: 1\nrules:\n'
		lines 20000 '    # The rule that follows is explained at length.'
		printf '  - {path: /srv/d, deny: [read]}\n'
	} >"$policy"
	exits 0 pathward check "$policy"
}

no_such_file()
{
	exits 3 pathward load /srv/none
	expect_eq message 'pathward: /srv/none: No such file or directory' "$err"
	exits 3 pathward load /srv
	expect_eq message 'pathward: /srv: Is a directory' "$err"
	exits 3 pathward -j check /srv/none
	expect_eq JSON '3 /srv/none: No such file or directory' "$(json exit error)"
	exits 3 pathward check '/srv/no ne'
	expect_eq message 'pathward: "/srv/no ne": No such file or directory' "$err"
}

# A policy that is in force stays so, and as it was, whatever is tried.
stays_in_force()
{
	local before

	tree
	deny_secret
	exits 0 pathward -j status
	before=$(json file since mode default rules)
	write_policy <<<"  - path: /srv/none
    deny: [read]"
	exits 4 pathward load "$policy"
	write_policy 'mode: loud' <<<'  []'
	exits 3 pathward load "$policy"
	write_policy 'mode: audit' <<<'  []'
	exits 7 pathward load "$policy"
	exits 0 pathward -j status
	expect_eq status "$before" "$(json file since mode default rules)"
	denied r /srv/secret/f
	denied w /srv/secret/f
	opened r /srv/other/f
}

it 'too many rules, programs, errors' too_many
it 'too long' too_long
it 'an alias' an_alias
it 'all mistakes are told at once' all_at_once
it 'odd names in messages' odd_names
it 'a name that is not UTF-8' not_utf8
it 'bounded: nested lists' nested_lists
it 'bounded: nested mappings' nested_mappings
it 'bounded: directives' many_directives
it 'bounded: blanks' many_blanks
it 'bounded: size' large
it 'a long comment' long_comment
it 'no such file' no_such_file
it 'a loaded policy stays as it was' stays_in_force

finish
