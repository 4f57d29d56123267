#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A policy loses no data: a file that was written just before umount is on the
# disk when umount has returned, though a rule is on the filesystem, and though
# the machine is reset at once. The control, which must lose the file: a mount
# namespace that still has the filesystem.
set -euo pipefail

# shellcheck source=../lib/host.sh
. "$(dirname "$(readlink -f "$0")")/../lib/host.sh"
vm=$selftests/vm/run.sh
reset_status=126 # "the guest died before it could tell a status"

# Guest commands: mount the disk, have it held as %s says, write, and reset
write_and_reset='set -e
mkdir /mnt/d
mount -t ext4 /dev/vda /mnt/d
mkdir /mnt/d/secret
sync
%s
echo kept >/mnt/d/file
umount /mnt/d
! grep -q " /mnt/d " /proc/self/mountinfo
reboot -n -f'
hold_by_policy='printf "version: 1\nrules:\n  - {path: /mnt/d/secret, deny: [read]}\n" >/tmp/policy
pathward load /tmp/policy'
# The namespace is private once the process says so.
hold_by_mount='mkfifo /tmp/ready
unshare -m sh -c "echo >/tmp/ready; exec sleep 1000" &
read -r _ </tmp/ready'
read_back='mount -t ext4 /dev/vda /mnt && cat /mnt/file'

# after_reset HOLD: prints the file as it is on the disk after the reset
after_reset()
{
	local status=0 script

	truncate -s 16M "$tmp/disk"
	PATH+=:/sbin mke2fs -q -F -t ext4 "$tmp/disk"
	# shellcheck disable=SC2059 # the format is ours
	printf -v script "$write_and_reset" "$1"
	"$vm" -d "$tmp/disk" -l "$tmp/console" -- "$script" >"$tmp/err" 2>&1 ||
		status=$?
	((status == reset_status)) || return 1
	"$vm" -d "$tmp/disk" -l "$tmp/console" -- "$read_back" 2>&1
	rm "$tmp/disk"
}

kept()
{
	[[ $(after_reset "$1") == kept ]]
}

lost()
{
	[[ $(after_reset "$1") == *'/mnt/file'*'No such file or directory'* ]]
}

check 'a file written before umount, with a rule on the filesystem' \
	kept "$hold_by_policy"
check 'control: lost where the filesystem is held' lost "$hold_by_mount"
finish
