#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# A walk that has failed is no answer: whatever the policy says, and whatever the
# walk has shown before, the open is denied, and the reason is the walk's.
#
# Each policy is tried on two directories that differ in depth: /deep/far has more
# than 16384 levels above it, /deep/near 43, which is more than are gathered at
# once: a walk from there needs memory if it is disturbed. Both are bind mounts,
# for short names.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

near=/deep/near/allow/in/sub
far=/deep/far/allow/in/sub
opener=$here/open
prog=/deep/prog
# of an open for which the walk has failed
verdict=denied
on_error=EACCES

make_world()
{
	local end

	mkdir /deep
	mount -t tmpfs none /deep
	mkdir /deep/chain /deep/short /deep/near /deep/far
	"$here/deep" /deep/chain 16400 /deep/far
	"$here/deep" /deep/short 40 /deep/near
	for end in near far; do
		mkdir -p /deep/$end/allow/in/sub /deep/$end/deny/in
		touch /deep/$end/allow/in/sub/f /deep/$end/deny/f
	done
	cp "$opener" $prog
}

# Plain umount: it fails if a failed walk has left something in use.
remove_world()
{
	umount /deep/far
	umount /deep/near
	umount /deep
	rmdir /deep
}

# policy KEY...: as load_policy, but a rule with @ counts for both directories. The
# last rule lets the policy deny both rights: a walk for a right that nothing denies
# is not made, and cannot fail.
policy()
{
	{
		sed -n '/@/ { h; s/@/near/p; g; s/@/far/ }; p'
		echo '  - {path: /srv, deny: [read, write]}'
	} | load_policy "$@"
}

# compare SUBJECT WANTED FOUND
compare()
{
	echo "$1" >>"$tmp/comparisons"
	expect_eq "$@"
}

# events LINE...: these, and no others
events()
{
	exits 0 pathward -j events -d
	[[ -z $out ]] ||
		out=$(json verdict denied reason rule.id walk_error)
	compare events "$(printf '%s\n' "$@")" "$out"
}

walk_errors()
{
	compare 'walk errors' "$1" "$(counter walk_errors)"
}

# disturbed DIRECTORY OTHER: what comes of opening DIRECTORY/f while the walk is
# disturbed, the same without memory, and disturbed until it gives up, without memory
# and with it. See inject.c.
disturbed()
{
	"$here/inject" "$1/f" "$1" "$2" "$opener" rw "$1/f"
}

# try ANSWER [EVENT]: what comes of opening f for reading and writing, and what is
# said of it, unless the walk fails
try()
{
	local both='["read","write"]'

	compare near "$1" "$("$opener" rw "$near/f" || :)"
	events "${@:2}"
	walk_errors 0

	compare far "$on_error" "$("$opener" rw "$far/f" || :)"
	events "$verdict $both too-deep - E2BIG"
	walk_errors 1

	compare disturbed "$(printf '%s\n' "$1" "$1" "$on_error" "$on_error")" \
		"$(disturbed "$near" "${near/allow/deny}")"
	events "${@:2}" "${@:2}" "$verdict $both no-memory - ENOMEM" \
		"$verdict $both disturbed - ESTALE"
	walk_errors 3
}

allowed_by_default()
{
	policy </dev/null
	try opened
}

# No rule denies anything, so nothing is denied, whatever becomes of a walk.
nothing_to_deny()
{
	load_policy <<<'  - {path: /deep/near, allow: [read, write]}'
	compare near opened "$("$opener" rw "$near/f")"
	compare far opened "$("$opener" rw "$far/f")"
	events
	walk_errors 0
}

# A walk that fails denies the rights only that could be denied.
nothing_to_deny_of_one_right()
{
	load_policy <<<'  - {path: /srv, deny: [write]}'
	compare 'far, reading' opened "$("$opener" r "$far/f")"
	compare 'far, both' EACCES "$("$opener" rw "$far/f" || :)"
	events 'denied ["write"] too-deep - E2BIG'
	walk_errors 1
}

# The rule says nothing of write, so the walk goes on.
allowed_by_rule()
{
	policy <<<'  - {path: /deep/@, allow: [read]}'
	try opened
}

allowed_by_exception()
{
	opener=$prog
	policy <<<"  - {path: /deep/@, deny: [read], except: [$prog]}"
	try opened
}

denied_by_rule()
{
	policy <<<'  - {path: /deep/@, deny: [read]}'
	try EACCES 'denied ["read"] rule 1 -'
}

denied_by_default()
{
	policy 'default: deny' <<-END
		  - {path: /deep/@, allow: [read]}
		$(rules_for_a_shell)
		  - {path: /proc, allow: [read]}
		  - {path: /sys, allow: [read]}
	END
	try EACCES 'denied ["write"] default - -'
}

audited()
{
	verdict=audited
	on_error=opened
	policy 'mode: audit' <<<'  - {path: /deep/@, deny: [read]}'
	try opened 'audited ["read"] rule 1 -'
}

# The walk does not go beyond the rule that decides.
decided_before()
{
	policy <<-END
		  - {path: /deep/@/allow, allow: [read, write]}
		  - {path: /deep/@/deny, deny: [read, write]}
	END
	compare far opened "$("$opener" rw "$far/f")"
	compare far EACCES "$("$opener" rw /deep/far/deny/f || :)"
	events 'denied ["read","write"] rule 4 -'
	walk_errors 0
}

# The file is moved to where another rule holds when the walk has seen the first.
discarded_pass()
{
	local to=${near/allow/deny}
	local errors=('denied ["read","write"] no-memory - ENOMEM'
		'denied ["read","write"] disturbed - ESTALE')

	policy <<-END
		  - {path: /deep/near/allow, allow: [read]}
		  - {path: /deep/near/deny, deny: [read]}
		  - {path: /deep/short, allow: [write]}
	END
	compare 'from allow to deny' $'EACCES\nEACCES\nEACCES\nEACCES' \
		"$(disturbed "$near" "$to")"
	events 'denied ["read"] rule 2 -' 'denied ["read"] rule 2 -' \
		"${errors[@]}"
	mv "$near" "$to"
	compare 'from deny to allow' $'opened\nopened\nEACCES\nEACCES' \
		"$(disturbed "$to" "$near")"
	events "${errors[@]}"
	walk_errors 4
	mv "$to" "$near"
}

make_world || bail_out 'no world to test in'

it 'allowed by default' allowed_by_default
it 'no rule that denies' nothing_to_deny
it 'no rule that denies one of the rights' nothing_to_deny_of_one_right
it 'allowed by a rule' allowed_by_rule
it 'allowed by an exception' allowed_by_exception
it 'denied by a rule' denied_by_rule
it 'denied by default' denied_by_default
it 'audited' audited
it 'decided by rules before the error' decided_before
it 'seen by a pass that is discarded' discarded_pass
it 'nothing is left in use' remove_world

echo "# figure: pathward/failures cases=$number" \
	"comparisons=$(wc -l <"$tmp/comparisons")"
finish
