#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Policies: what is wrong with one is told with its place and what to do, and
# changes nothing.
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

# rejects STATUS LINE:COLUMN MESSAGE, the policy on standard input: by check
# and by load, with and without -j
rejects()
{
	local verb

	objects
	cat >"$policy"
	for verb in check load; do
		gives "$1" pathward "$verb" "$policy"
		is 'standard output' '' "$out"
		is message "$policy:$2: $3" "$err"
		gives "$1" pathward -j "$verb" "$policy"
		is 'standard error' '' "$err"
		is JSON "$1 $policy ${2/:/ } $3" \
			"$(json exit file line column error)"
	done
	nothing_left
}

it 'syntax error' rejects 3 4:1 \
	'not YAML: did not find expected node content while parsing a flow node' <<END
version: 1
rules:
  - path: [
END

it 'indented with a tab' rejects 3 3:1 \
	'not YAML: found character that cannot start any token while scanning for the next token' <<END
version: 1
rules:
	- path: /srv/d
END

it 'empty' rejects 3 1:1 \
	"an empty policy; the least is 'version: 1' and 'rules: []'" </dev/null

it 'a list' rejects 3 1:1 \
	'a policy starts with keys: version, mode, default, rules' <<END
- path: /srv/d
END

it 'bytes that are no text' rejects 3 2:8 \
	'not text: invalid leading UTF-8 octet' < <(printf 'version: 1\nrules: \xff\n')

it 'NUL in a path' rejects 3 3:11 'a NUL character: remove it' <<'END'
version: 1
rules:
  - path: "/srv/d\0"
    deny: [read]
END

it 'two documents' rejects 3 4:1 'a second document: a policy is one' <<END
version: 1
rules: []
---
version: 1
END

it 'unknown key' rejects 3 2:1 \
	"unknown key 'rule'; a policy has version, mode, default, rules" <<END
version: 1
rule: []
END

it 'unknown key of a rule' rejects 3 4:5 \
	"unknown key 'forbid'; a rule has path, allow, deny, except" <<END
version: 1
rules:
  - path: /srv/d
    forbid: [read]
END

it 'the same key twice' rejects 3 2:1 \
	"twice the key 'version'; a policy has version, mode, default, rules" <<END
version: 1
version: 1
rules: []
END

it 'no version' rejects 3 1:1 "the key 'version' is missing" <<END
rules: []
END

it 'no rules' rejects 3 1:1 "the key 'rules' is missing" <<END
version: 1
END

it 'no path' rejects 3 3:5 "the key 'path' is missing" <<END
version: 1
rules:
  - deny: [read]
END

it 'type: rules' rejects 3 2:8 \
	'rules: expected a list of rules, each with path, allow or deny, not a single value' <<END
version: 1
rules: 3
END

it 'type: deny' rejects 3 4:11 \
	'deny: expected a list of rights: [read], [write] or [read, write], not a single value' <<END
version: 1
rules:
  - path: /srv/d
    deny: read
END

it 'type: path' rejects 3 3:11 'path: expected an absolute path, not a list' <<END
version: 1
rules:
  - path: [/srv/d]
    deny: [read]
END

it 'type: version' rejects 3 1:10 "version: expected 1, not 'one'" <<END
version: one
rules: []
END

it 'another version' rejects 3 1:10 \
	'version 2 is not known to this pathward; it knows 1' <<END
version: 2
rules: []
END

it 'unknown mode' rejects 3 2:7 \
	"mode: expected enforce or audit, not 'loud'" <<END
version: 1
mode: loud
rules: []
END

it 'unknown default' rejects 3 2:10 \
	"default: expected allow or deny, not 'maybe'" <<END
version: 1
default: maybe
rules: []
END

it 'relative path' rejects 3 3:11 \
	'srv/d: not absolute: start the path with /' <<END
version: 1
rules:
  - path: srv/d
    deny: [read]
END

it 'duplicate path' rejects 3 5:11 \
	'/srv/d: has a rule already, in line 3: make them one' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
  - path: /srv/d
    deny: [write]
END

it 'two names of one directory' rejects 3 5:11 \
	'/srv/link: is the same object as /srv/d in line 3: make the rules one' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
  - path: /srv/link
    deny: [write]
END

it 'unknown right' rejects 3 4:18 \
	"unknown right 'exec'; there are read and write" <<END
version: 1
rules:
  - path: /srv/d
    deny: [read, exec]
END

it 'neither allows nor denies' rejects 3 3:11 \
	'/srv/d: neither allows nor denies anything: add allow or deny' <<END
version: 1
rules:
  - path: /srv/d
END

it 'allows and denies the same' rejects 3 5:12 \
	'/srv/d: both allows and denies read' <<END
version: 1
rules:
  - path: /srv/d
    allow: [read]
    deny: [write, read]
END

it 'excepts, but denies nothing' rejects 3 5:14 \
	'/srv/d: excepts programs, but denies nothing' <<END
version: 1
rules:
  - path: /srv/d
    allow: [read]
    except: [/srv/prog]
END

it 'relative exception' rejects 3 5:14 \
	'prog: not absolute: start the path with /' <<END
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
	'an empty list: name a program, or remove the key' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: []
END

it 'path does not exist' rejects 4 3:11 \
	'/srv/absent: No such file or directory: create it, or remove it from the policy' <<END
version: 1
rules:
  - path: /srv/absent
    deny: [read]
END

it 'exception does not exist' rejects 4 6:7 \
	'/srv/absent: No such file or directory: create it, or remove it from the policy' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [/srv/prog,
      /srv/absent]
END

it 'exception is a directory' rejects 4 5:14 \
	"/srv/e: not a regular file: 'except' takes programs" <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [/srv/e]
END

it 'exception is not executable' rejects 4 5:14 \
	'/srv/data: not executable: chmod +x, or remove it' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [/srv/data]
END

it 'exception is a script' rejects 4 5:14 \
	'/srv/script: is a script: the kernel runs its interpreter, which runs any other script, too: except a compiled program' <<END
version: 1
rules:
  - path: /srv/d
    deny: [read]
    except: [/srv/script]
END

too_many_rules()
{
	local n

	for ((n = 0; n <= 1024; n++)); do
		echo "  - {path: /srv/$n, deny: [read]}"
	done | write_policy
	gives 3 pathward check "$policy"
	complains "$policy:1027:" 'too many: at most 1024 rules'
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
	gives 3 pathward check "$policy"
	complains "$policy:5:" 'aliases (*name) are not accepted: write it out'
}

# Otherwise a policy with ten mistakes would take ten tries.
all_at_once()
{
	objects
	write_policy <<-END
		  - path: srv/d
		    deny: [read]
		  - path: /srv/e
		    allow: [write]
		    deny: [write]
	END
	gives 3 pathward check "$policy"
	is messages "$policy:3:11: srv/d: not absolute: start the path with /
$policy:7:12: /srv/e: both allows and denies write" "$err"
	gives 3 pathward -j check "$policy"
	is lines $'3\n7' "$(json line)"
}

no_such_file()
{
	gives 3 pathward load /srv/none
	is message 'pathward: /srv/none: No such file or directory' "$err"
	gives 3 pathward load /srv
	is message 'pathward: /srv: Is a directory' "$err"
	gives 3 pathward -j check /srv/none
	is JSON '3 /srv/none: No such file or directory' "$(json exit error)"
}

# A policy that is in force stays so, and as it was, whatever is tried.
stays_in_force()
{
	local before

	tree
	deny_secret
	gives 0 pathward -j status
	before=$(json file since mode default rules)
	write_policy <<<"  - path: /srv/none
    deny: [read]"
	gives 4 pathward load "$policy"
	write_policy 'mode: loud' <<<'  []'
	gives 3 pathward load "$policy"
	write_policy 'mode: audit' <<<'  []'
	gives 7 pathward load "$policy"
	gives 0 pathward -j status
	is status "$before" "$(json file since mode default rules)"
	denied r /srv/secret/f
	denied w /srv/secret/f
	opened r /srv/other/f
}

it 'too many rules' too_many_rules
it 'an alias' an_alias
it 'all mistakes are told at once' all_at_once
it 'no such file' no_such_file
it 'a loaded policy stays as it was' stays_in_force

finish
