#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Where the paths of a policy lead: check, load and status say it; a rule that
# would not hold is refused, and a rule that matches less, or more, than its text
# says is warned of.
# shellcheck source=selftests/lib/guest.sh
. "$(dirname "$0")/../lib/guest.sh"

# checked STATUS [TEXT]...: of the policy with the rules on standard input, and
# load agrees; the texts are in the messages of both
checked()
{
	local verb

	write_policy
	for verb in check load; do
		exits "$1" pathward "$verb" "$policy"
		stderr_has "${@:2}"
	done
	(($1)) || exits 0 pathward unload
	nothing_left
}

# said_nothing: no warning by the last command
said_nothing()
{
	expect_eq 'standard error' '' "$err"
}

says_where_they_lead()
{
	tree
	mkdir /srv/mine
	ln -s ../secret /srv/mine/link
	write_policy <<-END
		  - path: /srv/mine/link
		    deny: [read]
		    except: [/usr/bin/tar]
		  - path: /srv/other/f
		    deny: [read]
	END
	exits 0 pathward check "$policy"
	stdout_has "$policy: ok, 2 rules" \
		'  line 3: /srv/mine/link -> /srv/secret (directory on tmpfs 0:' \
		'  line 5: /usr/bin/tar (file on tmpfs 0:' \
		'  line 6: /srv/other/f (file on tmpfs 0:'
	said_nothing
	exits 0 pathward -j check "$policy"
	expect_eq JSON '2 /srv/mine/link /srv/secret directory tmpfs 3 file -' \
		"$(json rules objects.0.path objects.0.resolved objects.0.type \
			objects.0.filesystem objects.0.line objects.1.type \
			objects.1.resolved)"
	exits 0 pathward load "$policy"
	exits 0 pathward status
	stdout_has '  1   /srv/mine/link -> /srv/secret (directory on tmpfs' \
		'      except /usr/bin/tar (file on tmpfs'
	exits 0 pathward -j status
	expect_eq JSON '/srv/mine/link /srv/secret /usr/bin/tar' "$(json rules.0.path \
		rules.0.resolved rules.0.except.0.path)"
}

# A home directory in which a link cuts off a program's log
links_to_devices()
{
	mkdir /srv/home
	ln -s /dev/null /srv/home/.adobe
	checked 4 '/srv/home/.adobe: leads to the device /dev/null' \
		'name the device itself' <<<'  - {path: /srv/home/.adobe, deny: [read]}'
	opened rw /dev/null
	checked 0 '/dev/zero: is a device: the rule holds for every program' \
		<<<'  - {path: /dev/zero, deny: [read]}'
	checked 0 '/dev//zero: is a device' <<<'  - {path: /dev//zero, deny: [read]}'
}

# Each of them was a rule that nothing matched, or that a user got around.
kernel_filesystems()
{
	local path

	for path in /proc/self /proc/self/environ /proc/thread-self \
		/proc/net/unix /proc/version /proc/sys/kernel /proc/1; do
		checked 4 "$path: is in procfs" \
			<<<"  - {path: $path, deny: [read]}"
		checked 4 "$path: is in procfs" \
			<<<"  - {path: $path, allow: [read]}"
	done
	checked 4 '/proc/1/root/proc/version: is in procfs' \
		<<<'  - {path: /proc/1/root/proc/version, deny: [read]}'
	checked 4 '/sys/kernel/tracing/events/sched: is in tracefs' \
		<<<'  - {path: /sys/kernel/tracing/events/sched, deny: [read]}'
	checked 0 <<<'  - {path: /sys/kernel/tracing, deny: [read]}'
	for path in /proc /sys /sys/kernel; do
		checked 4 "$path: is in " 'which users can mount anew' \
			<<<"  - {path: $path, deny: [read]}"
		checked 0 <<<"  - {path: $path, allow: [read]}"
	done
}

# overlay OPTION...: on /srv/o, a file of two names below it
overlay()
{
	mkdir -p /srv/low/d /srv/up /srv/work /srv/o
	echo secret >/srv/low/a
	ln /srv/low/a /srv/low/b
	mount -t overlay -o lowerdir=/srv/low,upperdir=/srv/up \
		-o "workdir=/srv/work$1" none /srv/o
}

# Each name has an inode of its own, and a file that is copied up may get another.
files_on_overlayfs()
{
	local path

	overlay ,index=off
	for path in /srv/o/a /srv/o/b; do
		checked 4 "$path: is a file on overlayfs without an index" \
			'write the rule on its directory' \
			<<<"  - {path: $path, deny: [read]}"
	done
	load_policy <<<'  - {path: /srv/o, deny: [read]}'
	denied r /srv/o/a /srv/o/b
}

# Both names are one inode there, and one rule does.
files_on_indexed_overlayfs()
{
	overlay "$1"
	load_policy <<-END
		  - {path: /srv/o/a, deny: [read]}
		  - {path: /srv/o/d, deny: [read]}
	END
	denied r /srv/o/a /srv/o/b
	chmod 700 /srv/o/a /srv/o/d
	echo 3 >/proc/sys/vm/drop_caches
	denied r /srv/o/a /srv/o/b /srv/o/d
}

# The kernel does not show an option that is its default.
index_parameter=/sys/module/overlay/parameters/index
files_on_overlayfs_with_default_index()
{
	trap 'echo N >$index_parameter' EXIT
	echo Y >"$index_parameter"
	files_on_indexed_overlayfs ''
}

files_on_overlayfs_without_upper_layer()
{
	mkdir -p /srv/low /srv/low2 /srv/o
	echo secret >/srv/low/a
	ln /srv/low/a /srv/low/b
	mount -t overlay -o lowerdir=/srv/low:/srv/low2 none /srv/o
	load_policy <<<'  - {path: /srv/o/a, deny: [read]}'
	echo 3 >/proc/sys/vm/drop_caches
	denied r /srv/o/a /srv/o/b
}

# A comma in the name of a layer is not the end of an option.
options_in_names()
{
	mkdir -p '/srv/l,index=on' /srv/up /srv/work /srv/o
	echo secret >'/srv/l,index=on/a'
	mount -t overlay -o 'lowerdir=/srv/l\,index=on,upperdir=/srv/up' \
		-o workdir=/srv/work,index=off none /srv/o
	checked 4 '/srv/o/a: is a file on overlayfs without an index' \
		<<<'  - {path: /srv/o/a, deny: [read]}'
}

host_directory()
{
	mkdir /srv/host
	mount -t 9p -o "trans=virtio$1" host /srv/host
	mkdir -p /srv/host/d
	checked 4 '/srv/host/d: is on 9p, which makes its inodes anew' \
		<<<'  - {path: /srv/host/d, deny: [read]}'
	rmdir /srv/host/d
	umount /srv/host
}

# An exception is for an inode, whatever name it is started by.
programs_of_several_names()
{
	mkdir /srv/bin
	cp /usr/bin/tar /srv/bin/one
	ln /srv/bin/one /srv/bin/two
	ln -s /bin/busybox /srv/bin/tar
	checked 0 '/srv/bin/tar: leads to /bin/busybox' \
		'/srv/bin/tar: runs any command or script' <<-END
		  - {path: /srv/bin, deny: [write], except: [/srv/bin/tar]}
	END
	checked 0 '/srv/bin/two: has 2 names (hard links)' <<-END
		  - {path: /srv/bin, deny: [write], except: [/srv/bin/two]}
	END
	checked 0 '/usr/bin/bash: runs any command or script' <<-END
		  - {path: /srv/bin, deny: [write], except: [/usr/bin/bash]}
	END
	checked 0 <<<'  - {path: /srv/bin, deny: [write], except: [/usr/bin/tar]}'
	said_nothing
}

links_of_others()
{
	tree
	mkdir -m 777 /srv/home
	"${alice[@]}" ln -s /srv/secret /srv/home/pub
	checked 0 'another user can change the symbolic link /srv/home/pub' <<-END
		  - {path: /srv/home/pub/a, allow: [read]}
	END
	ln -s ../home /srv/other/link
	checked 0 'another user can change the symbolic link /srv/other/../home/pub' <<-END
		  - {path: /srv/other/link/pub, allow: [read]}
	END
	mkdir /srv/alice
	ln -s /srv/secret /srv/alice/roots
	chown 1000 /srv/alice
	checked 0 'another user can change the symbolic link /srv/alice/roots' <<-END
		  - {path: /srv/alice/roots, allow: [read]}
	END
	ln -s /mnt /srv/elsewhere
	checked 0 'the symbolic link /srv/elsewhere leads to /mnt on another filesystem (tmpfs)' <<-END
		  - {path: /srv/elsewhere, deny: [read]}
	END
}

mounts_below()
{
	tree
	mount -t tmpfs none /srv/secret/a/b
	checked 0 'users who can reach /srv/secret/a/b, a mount below it' \
		<<<'  - {path: /srv/secret, deny: [read]}'
	checked 0 <<-END
		  - {path: /srv/secret, deny: [read]}
		  - {path: /srv/secret/a/b, deny: [read]}
	END
	said_nothing
}

lockout()
{
	local said='nobody could start it to unload the policy: allow it'

	write_policy <<<'  - {path: /usr, deny: [read]}'
	exits 0 pathward check "$policy"
	stderr_has "/usr: denies reading /usr/sbin/pathward: $said"
	write_policy 'default: deny' <<<'  []'
	exits 0 pathward check "$policy"
	stderr_has "the default denies reading /usr/sbin/pathward: $said"
	write_policy <<-END
		  - {path: /usr, deny: [read]}
		  - {path: /usr/sbin/pathward, allow: [read]}
	END
	exits 0 pathward check "$policy"
	said_nothing
	write_policy 'default: deny' 'mode: audit' <<<'  []'
	exits 0 pathward check "$policy"
	said_nothing
}

# state: of the one rule, as each of two mount namespaces sees it
state()
{
	exits 0 /usr/bin/unshare -m pathward -j status
	json rules.0.state
	exits 0 pathward -j status
	json rules.0.state
}

tells_stale_rules()
{
	tree
	load_policy <<<'  - {path: /srv/secret, deny: [read]}'
	expect_eq state $'in-place\nin-place' "$(state)"
	mount -t tmpfs none /srv/secret
	expect_eq state $'covered\ncovered' "$(state)"
	exits 0 pathward status
	stdout_has '[covered: something is mounted over it]'
	umount /srv/secret
	mv /srv/secret /srv/moved
	expect_eq state $'missing\nmissing' "$(state)"
	mkdir /srv/secret
	expect_eq state $'replaced\nreplaced' "$(state)"
	exits 0 pathward status
	stdout_has '[stale: another object is at the path now]'
	rmdir /srv/secret
	mv /srv/moved /srv/secret
	expect_eq state $'in-place\nin-place' "$(state)"
}

# The paths of a policy mean what they mean where it was loaded.
loaded_in_another_namespace()
{
	tree
	write_policy <<<'  - {path: /srv/secret, deny: [read]}'
	exits 0 /usr/bin/unshare -m pathward load "$policy"
	denied r /srv/secret/f
	exits 0 pathward -j status
	expect_eq state unknown "$(json rules.0.state)"
	exits 0 pathward status
	stdout_has '[not compared with the path: it cannot be looked up from here]'
}

it 'check, load and status say where they lead' says_where_they_lead
it 'a symbolic link to a device, and a device' links_to_devices
it 'procfs, sysfs and tracefs' kernel_filesystems
it 'files on overlayfs' files_on_overlayfs
it 'files on overlayfs with an index' files_on_indexed_overlayfs ,index=on
it 'files on overlayfs with an index by default' \
	files_on_overlayfs_with_default_index
it 'files on overlayfs without an upper layer' \
	files_on_overlayfs_without_upper_layer
it 'options in names of layers' options_in_names
it '9p' host_directory ''
it '9p with a cache' host_directory ,cache=loose
it 'programs of several names' programs_of_several_names
it 'symbolic links of other users, and to other filesystems' links_of_others
it 'mounts below a directory' mounts_below
it 'a policy that locks out' lockout
it 'status tells stale rules' tells_stale_rules
it 'a policy loaded in another mount namespace' loaded_in_another_namespace

finish
