#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# What users may put into a bpffs that is world-writable, as the kernel's default
# is, and as the guest's: root's load and unload touch nothing of theirs, do not
# wait for them, and say what is in the way.
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
	gives 1 pathward load "$policy"
	complains "$bpffs/$1: $remedy"
	gives 1 pathward unload
	complains "$bpffs/$1: $remedy"
	cat /srv/secret/f /srv/secret/a/b/c/f >/dev/null
	rm "$bpffs/$1"
	gives 0 pathward load "$policy"
	denied r /srv/secret/f
}

users_directory()
{
	victim
	trap 'clear "$1"' EXIT
	"${alice[@]}" mkdir -p "$bpffs/$1/x/y"
	gives 1 pathward load "$policy"
	complains "$bpffs/$1: $remedy"
	gives 1 pathward unload
	complains "$bpffs/$1: $remedy"
	opened r /srv/secret/f
	rm -r "${bpffs:?}/$1"
	gives 0 pathward load "$policy"
	denied r /srv/secret/f
}

# The user's directory is left, and the policy ends all the same.
unload_beside_a_users_directory()
{
	victim
	trap 'clear pathward-new' EXIT
	gives 0 pathward load "$policy"
	"${alice[@]}" mkdir "$bpffs/pathward-new"
	gives 1 pathward unload
	complains "$bpffs/pathward-new: $remedy"
	opened r /srv/secret/f
	[[ ! -e $pins ]]
	gives 8 pathward status
	is message 'pathward: no policy is loaded' "$err"
}

# A user cannot hold the lock, whatever else is locked.
users_locks()
{
	victim
	mkfifo -m 666 /srv/locked
	"${alice[@]}" /usr/bin/flock -F "$bpffs" sh -c \
		'echo >/srv/locked; exec sleep 1000' &
	read -r _ </srv/locked
	gives 0 pathward load "$policy"
	gives 0 pathward unload
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
	gives 1 pathward load "$policy"
	complains 'another pathward load or unload is running (waited 10 s)'
	kill $!
	gives 0 pathward load "$policy"
}

unsafe_bpffs()
{
	victim
	trap 'chmod 1777 $bpffs' EXIT
	chmod 777 "$bpffs"
	gives 6 pathward load "$policy"
	complains "$bpffs: other users can rename directories of root in it" \
		"chmod 0700 $bpffs"
	nothing_left
	chmod 700 "$bpffs"
	gives 0 pathward load "$policy"
	denied r /srv/secret/f
}

# The programs run on: status must not deny it.
without_settings()
{
	victim
	gives 0 pathward load "$policy"
	rm "$pins/settings"
	denied r /srv/secret/f
	gives 1 pathward status
	complains "$pins/settings: missing: a policy may be enforced" \
		'unload, then load again'
	gives 0 pathward unload
	opened r /srv/secret/f
	nothing_left
}

# The policy goes on for a moment after its link is gone, and denies opening bpffs.
without_settings_under_the_policy()
{
	victim
	load_policy <<<"  - {path: $bpffs, deny: [read]}"
	rm "$pins/settings"
	gives 0 pathward unload
	nothing_left
}

# A caller that ignores its children's ends
ignored_children()
{
	victim
	gives 0 bash -c "trap '' CHLD; exec pathward load $policy"
	denied r /srv/secret/f
}

for name in pathward pathward-new; do
	it "a user's symbolic link: $name" users_symbolic_link "$name"
	it "a user's directory: $name" users_directory "$name"
done
it "unload beside a user's directory" unload_beside_a_users_directory
it "a user's locks" users_locks
it "root's lock" roots_lock
it 'a bpffs in which users can rename' unsafe_bpffs
it 'the settings are gone' without_settings
it 'the settings are gone, bpffs is denied' without_settings_under_the_policy
it 'a caller that ignores its children' ignored_children

finish
