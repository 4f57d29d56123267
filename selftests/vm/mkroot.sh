#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: mkroot.sh DIR [FILE=GUESTPATH]...
#
# Makes the guest's root in DIR and the initramfs DIR.cpio from it: busybox and
# its applets, the host's programs named in the file host-programs, and the given
# files, each with the libraries it is linked against.
set -euo pipefail
# Of chroot, mkfs.* and their like; not in every user's
PATH+=:/usr/sbin:/sbin

here=$(dirname "$(readlink -f "$0")")
root=${1:?usage: mkroot.sh DIR [FILE=GUESTPATH]...}
shift

die()
{
	echo "mkroot.sh: $*" >&2
	exit 1
}

# add FILE GUESTPATH: a copy without debug information, and its libraries
add()
{
	local file=$1 to=$root$2 lib

	[[ -e $file ]] || die "$file: no such file"
	mkdir -p "${to%/*}"
	cp -L "$file" "$to"
	[[ $(head -c 4 "$file") == $'\x7fELF' ]] || return 0
	# A BPF object is left alone: it is loaded by its BTF.
	[[ $file == *.bpf.o ]] || strip -g "$to"
	while read -r lib; do
		[[ -e $root$lib ]] || add "$lib" "$lib"
	done < <(ldd "$file" 2>/dev/null | grep -o '/[^ ]*' || :)
}

add_busybox()
{
	local applet

	busybox --list >/dev/null || die "busybox (static) is not installed"
	ldd "$(command -v busybox)" &>/dev/null &&
		die "busybox is not static: install busybox-static"
	add "$(command -v busybox)" /bin/busybox
	for applet in $(busybox --list); do
		[[ $applet == busybox ]] || ln -s busybox "$root/bin/$applet"
	done
}

add_programs()
{
	local name path

	while read -r name; do
		path=$(type -P "$name") || die "$name: not found on this host"
		add "$path" "/usr/bin/$name"
	done < <(grep -v '^#' "$here/host-programs")
}

add_etc()
{
	cat >"$root/etc/passwd" <<-END
		root:x:0:0:root:/root:/bin/sh
		alice:x:1000:1000:alice:/home/alice:/bin/sh
		nobody:x:65534:65534:nobody:/nonexistent:/bin/false
	END
	cat >"$root/etc/group" <<-END
		root:x:0:
		tty:x:5:
		alice:x:1000:
		nogroup:x:65534:
	END
	echo pathward >"$root/etc/hostname"
	echo 'export PS1="guest:\w# "' >"$root/etc/profile"
}

rm -rf "$root" "$root.cpio"
mkdir -p "$root"/{bin,dev,etc,home/alice,mnt,proc,root,run,sbin,srv,sys,tmp,vm}
mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,var/tmp,lib64}
add_busybox
add_programs
add_etc
install "$here/init" "$root/init"
install "$here/sbin-init" "$root/sbin/init"
for spec in "$@"; do
	add "${spec%%=*}" "${spec#*=}"
done
chmod 700 "$root/root"
(cd "$root" && find . -print0 | LC_ALL=C sort -z |
	cpio -0 -o -H newc -R +0:+0 --quiet) >"$root.cpio.new"
mv "$root.cpio.new" "$root.cpio"
