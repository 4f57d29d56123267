#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The demonstration, guest side: a real tree under an overlay, a policy that
# denies one directory of it to all but one program, and programs that try.
set -uo pipefail

secret=/srv/secret
policy=/etc/pathward.yaml
events=/run/events
rows=0 wrong=0

die()
{
	echo "demo: $*" >&2
	exit 1
}

# The tree: read-only files of the host, with a writable layer over them.
mount_tree()
{
	local layers=lowerdir=/lower,upperdir=/upper/dir,workdir=/upper/work

	mkdir -p /lower /upper /srv
	mount -t ext4 -o ro /dev/vda /lower || die "cannot mount the image"
	mount -t tmpfs none /upper || die "cannot mount a tmpfs"
	mkdir /upper/dir /upper/work
	mount -t overlay -o $layers none /srv || die "cannot mount the overlay"
}

# Places that policy tools are known to get wrong.
make_places()
{
	local i

	echo top >$secret/file
	echo not >/srv/secret-not/file
	deep=$secret
	for ((i = 1; i <= 60; i++)); do
		deep=$deep/level$i
	done
	long=$(printf '%0255d' 0)
	mkdir -p "$deep" "$secret/$long/$long/$long"
	echo deep >"$deep/file"
	echo long >"$secret/$long/$long/$long/$long"
	ln -s $secret/file /tmp/link
	mkdir -p /mnt/dir /mnt/below /srv/bin
	mount --bind $secret /mnt/dir
	mount --bind "$deep" /mnt/below
	cp /bin/busybox /srv/bin/busybox
	cp /usr/bin/tar /usr/sbin/backup
	chmod -R a+rX "$secret/level1" "$secret/$long"
	exec 7<$secret 8<$secret/file
}

load_policy()
{
	cat >$policy <<END
version: 1
mode: enforce
default: allow
rules:
  - path: $secret
    deny: [read, write]
    except: [/usr/sbin/backup]
END
	pathward load $policy || die "the policy cannot be loaded"
	mkfifo /run/ready
	pathward events >$events 2>/run/ready &
	follower=$!
	read -r _ </run/ready	# it says when it follows
}

# counter NAME [STATUS]
counter()
{
	local status=${2:-$(pathward -j status)}

	grep -o "\"$1\": *[0-9]*" <<<"$status" | grep -o '[0-9]*$'
}

# Every denial is an event. Wait until the follower has written all of them.
await_events()
{
	local want

	want=$(($(counter denied) - $(counter events_lost)))
	until [[ $(wc -l <$events) -ge $want ]]; do
		kill -0 $follower || die "nobody follows the events"
	done
	wc -l <$events
}

# attempt denied|allowed TEXT COMMAND...
attempt()
{
	local expected=$1 what=$2 before after error status=0 got event=-
	local verdict=ok
	shift 2

	before=$(await_events)
	error=$("$@" 2>&1 >/dev/null) || status=$?
	after=$(await_events)
	if [[ $status == 0 ]]; then
		got=allowed
	elif [[ $error == *'Permission denied'* ]]; then
		got=denied
	else
		got="failed: $error"
	fi
	# TIME denied RIGHTS PATH by rule N PATH (line N): COMM pid N uid N
	if ((after > before)); then
		event=$(tail -n 1 $events | sed -E \
			's/^[^ ]+ //; s| [^ ]+( by )|\1|; s/ pid .*//')
		((after - before == 1)) || event+=" (x$((after - before)))"
	fi
	case $got/$((after > before)) in
	denied/1 | allowed/0) ;;
	*) verdict=WRONG ;;
	esac
	[[ $got == "$expected" ]] || verdict=WRONG
	[[ $verdict == ok ]] || ((++wrong))
	((++rows))
	printf '%-46s %-8s %-8s %-5s %s\n' "$what" "$expected" "$got" \
		"$verdict" "$event"
}

in_new_namespace() { unshare -m "$@"; }

# Root of a namespace of one's own, where anyone may mount.
as_alice()
{
	# shellcheck disable=SC2016	# expanded by the inner shell
	setpriv --reuid 1000 --regid 1000 --clear-groups unshare -Urm \
		sh -c 'mount --bind "$1" /mnt && cat /mnt/file' sh "$deep"
}

append() { sh -c 'echo more >>"$1"' sh "$1"; }
copy() { cp "$1" /tmp/copy; }
overwrite() { dd if=/dev/zero of="$1" bs=1 count=1 conv=notrunc; }
archive_all() { /usr/sbin/backup -cf /tmp/secret.tar -C /srv secret; }

attempts()
{
	printf '%-46s %-8s %-8s %-5s %s\n' attempt expected happened '' event
	attempt denied 'cat a file in the directory' cat $secret/file
	attempt denied 'cp it' copy $secret/file
	attempt denied 'dd over it' overwrite $secret/file
	attempt denied 'sh appends to it' append $secret/file
	attempt denied 'truncate it' truncate -s 0 $secret/file
	attempt denied '60 levels down' cat "$deep/file"
	attempt denied 'names of 255 bytes' \
		cat "$secret/$long/$long/$long/$long"
	attempt denied 'through a symbolic link' cat /tmp/link
	attempt denied 'openat() below a directory opened before' \
		/demo/at 7 file
	attempt denied '/proc/self/fd of that directory' \
		cat /proc/self/fd/7/file
	attempt denied '/proc/self/fd of a file opened before' \
		cat /proc/self/fd/8
	attempt denied 'a bind mount of the directory' cat /mnt/dir/file
	attempt denied 'a bind mount of a directory below it' \
		cat /mnt/below/file
	attempt denied 'after unshare -m' \
		in_new_namespace cat $secret/file
	attempt denied "another user's namespace and bind mount" as_alice
	attempt denied 'in a chroot' \
		chroot /srv /bin/busybox cat /secret/file
	attempt denied 'find lists the directory' find $secret
	attempt denied 'tar reads the directory' \
		tar -cf /tmp/no.tar -C /srv secret
	echo 3 >/proc/sys/vm/drop_caches
	attempt denied 'after caches were dropped' cat $secret/file
	attempt allowed 'the named program archives all of it' archive_all
	attempt allowed 'sibling with the same prefix: cat' \
		cat /srv/secret-not/file
	attempt allowed 'sibling: sh appends' append /srv/secret-not/file
	attempt allowed 'sibling: tar reads all of it' \
		tar -cf /tmp/not.tar -C /srv secret-not
	attempt allowed 'sibling: find' find /srv/secret-not
}

mount_tree
make_places
files=$(find $secret -type f | wc -l)
((files >= 10000)) || die "only $files files, 10000 are wanted"
echo "demo: $files files below $secret, from this machine's /usr; the policy:"
load_policy
sed 's/^/    /' $policy
echo
attempts
archived=$(tar -tf /tmp/secret.tar | grep -vc '/$')
totals=$(pathward -j status)	# one moment for all of them
echo
echo "totals: $(counter opens "$totals") opens," \
	"$(counter denied "$totals") denied," \
	"$(counter allowed "$totals") allowed, $(await_events) events;" \
	"$archived files archived by the named program"
pathward unload || die "unload"
kill $follower
wait $follower 2>/dev/null
cat $secret/file >/dev/null || die "still denied after unload"
((archived == files)) || die "the archive has $archived of $files files"
echo "demo: $rows attempts, $wrong not as expected"
((wrong == 0))
