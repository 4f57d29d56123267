#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# The bare object, loaded with bpftool: without a policy it harms nobody.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

object=/usr/lib/pathward/walk.bpf.o
bare=/sys/fs/bpf/bare

load_bare()
{
	exits 0 bpftool prog loadall "$object" "$bare" autoattach
	trap 'rm -rf $bare' EXIT
}

# attached: is a program of ours on a hook
attached()
{
	[[ $(bpftool link show) == *lsm* &&
		$(bpftool prog show) == *'lsm  name pathward_file_open'* ]]
}

not_attached()
{
	[[ $(bpftool prog show) != *pathward* ]]
}

harms_nobody()
{
	tree
	not_attached
	load_bare
	attached
	opened rw /srv/secret/f /srv/other/f
	opened r /srv/secret /
	allowed /usr/bin/cat /srv/secret/a/b/c/f
	allowed touch /srv/secret/new
	expect_eq pipe piped "$(echo piped | cat /proc/self/fd/0)"
}

ends_with_its_pins()
{
	load_bare
	attached
	rm -r "$bare"
	await not_attached
	expect_eq links '' "$(bpftool link show)"
}

# It is no policy, and a policy beside it counts.
beside_a_policy()
{
	tree
	load_bare
	exits 8 pathward status
	deny_secret
	denied r /srv/secret/f
	opened r /srv/other/f
	rm -r "$bare"
	denied r /srv/secret/f
	exits 0 pathward unload
	opened r /srv/secret/f
}

it 'loaded and attached, it harms nobody' harms_nobody
it 'it ends with its pins' ends_with_its_pins
it 'beside a policy' beside_a_policy

finish
