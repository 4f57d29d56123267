#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Users put things into a bpffs that is world-writable, as it is by the kernel's
# default, and in the guest: root's load and unload touch nothing of theirs, do not
# wait for them, and name the obstacle.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

bpffs=/sys/fs/bpf
remedy='not a directory that root made: remove it, and mount'

victim()
{
	tree
	write_policy <<<'  - {path: /srv/secret, deny: [read]}'
	echo 0 >/proc/sys/fs/protected_symlinks
}

# clear NAME: in bpffs
clear()
{
	rm -rf "${bpffs:?}/$1"
}

users_symbolic_link()
{
	victim
	trap 'clear "$1"' EXIT
	"${alice[@]}" ln -s /srv/secret "$bpffs/$1"
	exits 1 pathward load "$policy"
	stderr_has "$bpffs/$1: $remedy"
	exits 1 pathward unload
	stderr_has "$bpffs/$1: $remedy"
	cat /srv/secret/f /srv/secret/a/b/c/f >/dev/null
	rm "$bpffs/$1"
	exits 0 pathward load "$policy"
	denied r /srv/secret/f
}

users_directory()
{
	victim
	trap 'clear "$1"' EXIT
	"${alice[@]}" mkdir -p "$bpffs/$1/x/y"
	exits 1 pathward load "$policy"
	stderr_has "$bpffs/$1: $remedy"
	exits 1 pathward unload
	stderr_has "$bpffs/$1: $remedy"
	opened r /srv/secret/f
	rm -r "${bpffs:?}/$1"
	exits 0 pathward load "$policy"
	denied r /srv/secret/f
}

# The user's directory is left, and the policy ends all the same.
unload_beside_a_users_directory()
{
	victim
	trap 'clear pathward-new' EXIT
	exits 0 pathward load "$policy"
	"${alice[@]}" mkdir "$bpffs/pathward-new"
	exits 1 pathward unload
	stderr_has "$bpffs/pathward-new: $remedy"
	opened r /srv/secret/f
	[[ ! -e $pins ]]
	exits 8 pathward status
	expect_eq message 'pathward: no policy is loaded' "$err"
}

# A user cannot hold the lock, whatever else is locked.
users_locks()
{
	victim
	mkfifo -m 666 /srv/locked
	"${alice[@]}" /usr/bin/flock -F "$bpffs" sh -c \
		'echo >/srv/locked; exec sleep 1000' &
	read -r _ </srv/locked
	exits 0 pathward load "$policy"
	exits 0 pathward unload
	"${alice[@]}" sh -c ': >/run/pathward.lock' 2>/dev/null &&
		wrong 'a user opens the lock'
	kill $!
}

# Nor does another load that does not end stop this one for ever.
roots_lock()
{
	victim
	mkfifo -m 666 /srv/locked
	/usr/bin/flock -F /run/pathward.lock sh -c \
		'echo >/srv/locked; exec sleep 1000' &
	read -r _ </srv/locked
	exits 1 pathward load "$policy"
	stderr_has 'another pathward load or unload is running (waited 10 s)'
	kill $!
	exits 0 pathward load "$policy"
}

# Where /run is open to users, one of theirs is no lock.
users_lock_file()
{
	victim
	trap 'rm -f /run/pathward.lock' EXIT
	chown 1000 /run/pathward.lock
	exits 1 pathward load "$policy"
	stderr_has '/run/pathward.lock: not made by root: remove it'
	rm /run/pathward.lock
	exits 0 pathward load "$policy"
}

unsafe_bpffs()
{
	victim
	trap 'chmod 1777 $bpffs' EXIT
	chmod 777 "$bpffs"
	exits 6 pathward load "$policy"
	stderr_has "$bpffs: other users can rename directories of root in it" \
		"chmod 0700 $bpffs"
	nothing_left
	chmod 700 "$bpffs"
	exits 0 pathward load "$policy"
	denied r /srv/secret/f
}

# The programs run on: status must not deny it.
without_settings()
{
	victim
	exits 0 pathward load "$policy"
	rm "$pins/settings"
	denied r /srv/secret/f
	exits 1 pathward status
	stderr_has "$pins/settings: missing: a policy may be enforced" \
		'unload, then load again'
	exits 0 pathward unload
	opened r /srv/secret/f
	nothing_left
}

# The policy goes on for a moment after its link is gone, and denies opening bpffs.
without_settings_under_the_policy()
{
	victim
	load_policy <<<"  - {path: $bpffs, deny: [read]}"
	rm "$pins/settings"
	exits 0 pathward unload
	nothing_left
}

# A caller that ignores its children's ends
ignored_children()
{
	victim
	exits 0 bash -c "trap '' CHLD; exec pathward load $policy"
	denied r /srv/secret/f
}

for name in pathward pathward-new; do
	it "a user's symbolic link: $name" users_symbolic_link "$name"
	it "a user's directory: $name" users_directory "$name"
done
it "unload beside a user's directory" unload_beside_a_users_directory
it "a user's locks" users_locks
it "root's lock" roots_lock
it "a user's lock file" users_lock_file
it 'a bpffs in which users can rename' unsafe_bpffs
it 'the settings are gone' without_settings
it 'the settings are gone, bpffs is denied' without_settings_under_the_policy
it 'a caller that ignores its children' ignored_children

finish
