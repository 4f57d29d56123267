#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# A policy outlives its loader, memory pressure and renames; a load or unload
# that is killed leaves all of it or nothing; unload leaves nothing.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

drop_caches()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	echo 3 >/proc/sys/vm/drop_caches
}

# An overlay's inodes are dropped from memory, as a disk filesystem's, and as
# a tmpfs's are not.
overlay_tree()
{
	mkdir -p /srv/low/secret/d /srv/low/other /srv/up /srv/work /srv/o
	echo f | tee /srv/low/secret/d/f >/srv/low/other/f
	cp /bin/busybox /srv/low/busybox-prog
	mount -t overlay -o lowerdir=/srv/low,upperdir=/srv/up \
		-o workdir=/srv/work,redirect_dir=on none /srv/o
}

overlay_policy()
{
	load_policy <<-END
		  - path: /srv/o/secret
		    deny: [read]
		    except: [/srv/o/busybox-prog]
	END
}

outlives_the_loader()
{
	tree
	deny_secret
	expect_eq 'processes of the loader' '' "$(pidof pathward || :)"
	denied r /srv/secret/f
}

outlives_drop_caches()
{
	overlay_tree
	overlay_policy
	denied r /srv/o/secret/d/f
	drop_caches
	denied r /srv/o/secret/d/f /srv/o/secret
	allowed /srv/o/busybox-prog cat /srv/o/secret/d/f
	opened r /srv/o/other/f
	# Neither does a copy to the upper layer change the object.
	chmod 700 /srv/o/secret
	drop_caches
	denied r /srv/o/secret/d/f
}

# Return whether the file is denied no more, once unused inodes are dropped.
dropped_and_opened()
{
	drop_caches
	[[ $("$here/open" r /srv/o/secret/d/f) == opened ]]
}

# The control of the case before: an inode that is not kept in memory is lost.
lost_without_the_keeper()
{
	overlay_tree
	overlay_policy
	denied r /srv/o/secret/d/f
	rm "$pins/keeper"
	await dropped_and_opened
	exits 0 pathward -j status
	expect_eq states 'replaced replaced' "$(json rules.0.state rules.0.except.0.state)"
}

disk_tree()
{
	dd if=/dev/zero of=/srv/disk bs=1M count=16 2>/dev/null
	/usr/bin/mke2fs -q -t ext4 /srv/disk
	mkdir /srv/d
	mount -o loop /srv/disk /srv/d
	mkdir /srv/d/secret
	cp /bin/busybox /srv/d/prog
	echo f >/srv/d/secret/f
}

# A policy does not hold the filesystem: it is written and its device is free.
keeps_no_filesystem_busy()
{
	disk_tree
	load_policy <<-END
		  - path: /srv/d/secret
		    deny: [read]
		    except: [/srv/d/prog]
	END
	drop_caches
	denied r /srv/d/secret/f
	umount /srv/d
	expect_eq 'loop devices' '' "$(losetup -a)"
	exits 0 pathward -j status
	expect_eq states 'missing missing' "$(json rules.0.state rules.0.except.0.state)"
	# The rule has ended with the filesystem, as docs/policy.md says.
	mount -o loop /srv/disk /srv/d
	opened r /srv/d/secret/f
	exits 0 pathward -j status
	expect_eq state replaced "$(json rules.0.state)"
	exits 0 pathward unload
	umount /srv/d
	nothing_left
}

renamed_and_dropped()
{
	overlay_tree
	overlay_policy
	mv /srv/o/secret /srv/o/other/moved
	drop_caches
	denied r /srv/o/other/moved/d/f /srv/o/other/moved
	opened r /srv/o/other/f
}

# Nothing at all: not a pin, mount or process; and everything can be opened.
unload_leaves_nothing()
{
	tree
	cp /bin/busybox /srv/busybox-prog
	nothing_left
	load_policy 'default: deny' 'mode: audit' <<-END
		  - path: /srv/secret
		    deny: [read, write]
		    except: [/srv/busybox-prog]
		  - path: /srv/other/f
		    deny: [read]
	END
	exits 0 pathward unload
	expect_eq 'said by unload' '' "$out$err"
	nothing_left
	opened rw /srv/secret/f /srv/other/f
	await no_programs
	umount /srv
	mount -t tmpfs none /srv
}

# The kernel frees them some time after their last user is gone.
no_programs()
{
	[[ $(bpftool prog show) != *pathward* ]]
}

# A policy that denies everything to everybody does not stand in the way of unload.
unload_under_the_policy()
{
	load_policy 'default: deny' < <(rules_for_a_shell)
	denied r /sys/fs/bpf /proc /run /sys/kernel/security/lsm
	exits 0 pathward -j status
	expect_eq loaded true "$(json loaded)"
	exits 0 pathward unload
	nothing_left
}

load_and_unload_again()
{
	local n

	tree
	for n in 1 2 3; do
		deny_secret
		denied r /srv/secret/f
		exits 0 pathward unload
		opened r /srv/secret/f
	done
	nothing_left
}

# One wins, the others say that it did.
several_loads_at_once()
{
	local n status pids=() loaded=0

	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	for n in 1 2 3 4 5; do
		pathward load "$policy" 2>"$tmp/err.$n" &
		pids+=($!)
	done
	for n in "${pids[@]}"; do
		status=0
		wait "$n" || status=$?
		((status == 0 || status == 7)) || wrong "status $status"
		((loaded += !status)) || :
	done
	expect_eq 'loads that succeeded' 1 "$loaded"
	denied r /srv/secret/f
	exits 0 pathward unload
	nothing_left
}

# all_or_nothing AT: status agrees with the decision of an open.
all_or_nothing()
{
	local status=0 open

	open=$("$here/open" r /srv/secret/f || :)
	pathward status >/dev/null 2>&1 || status=$?
	case $status$open in
	0EACCES | 8opened) ;;
	*) wrong "killed at $1: open: $open, status: $status" ;;
	esac
}

# killed_at CALL VERB...: at a call that changes something, see
# killat.c. After it, the policy is there as a whole or not at all, and
# unload does what it always does.
killed_at()
{
	exits 0 "$here/killat" "$1" /usr/sbin/pathward "${@:2}"
	all_or_nothing "$1"
	pathward unload >/dev/null 2>&1 || (($? == 8))
	nothing_left
	opened r /srv/secret/f
}

killed_load()
{
	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	killed_at "$1" load "$policy"
}

killed_unload()
{
	tree
	deny_secret
	killed_at "$1" unload
}

# The rest of an interrupted load does not stand in the way of the next one.
load_after_a_killed_load()
{
	tree
	write_policy <<<"  - {path: /srv/secret, deny: [read]}"
	exits 0 "$here/killat" rename /usr/sbin/pathward load "$policy"
	[[ -e $pins-new ]]
	opened r /srv/secret/f
	exits 8 pathward events -d
	exits 0 pathward load "$policy"
	denied r /srv/secret/f
	[[ ! -e $pins-new ]]
}

it 'outlives the loader' outlives_the_loader
it 'outlives drop_caches' outlives_drop_caches
it 'control: lost without the keeper' lost_without_the_keeper
it 'its filesystem is unmounted as without it' keeps_no_filesystem_busy
it 'renamed, then dropped from the caches' renamed_and_dropped
it 'unload leaves nothing' unload_leaves_nothing
it 'unload under default: deny' unload_under_the_policy
it 'load and unload, again' load_and_unload_again
it 'several loads at once' several_loads_at_once
for call in bpf-map-update clone bpf-link-create mkdir bpf-obj-pin rename+ \
	exit_group; do
	it "load killed at $call" killed_load "$call"
done
for call in bpf-map-update unlinkat unlinkat+ rmdir exit_group; do
	it "unload killed at $call" killed_unload "$call"
done
it 'load after a killed load' load_after_a_killed_load

finish
