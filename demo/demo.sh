#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The demonstration, host side: takes files of this machine, boots the patched
# kernel on them, and has guest.sh protect and attack them there.
#
# Exits with 0 if everything was as expected.
set -euo pipefail
PATH+=:/usr/sbin:/sbin	# of mke2fs; not in every user's

here=$(dirname "$(readlink -f "$0")")
build=$(readlink -m "$here/../build")
image=$build/demo/tree.img
wanted=12000	# files; the guest insists on 10000

# Small ones, so that copying and reading them takes seconds.
files_of_this_machine()
{
	# it fails where a directory cannot be read; the guest counts
	{ find /usr -xdev -type f -size -16k -readable 2>/dev/null || :; } |
		LC_ALL=C sort | sed -n "1,${wanted}p"
}

make_image()
{
	local stage kib

	stage=$(mktemp -d "$build/demo/stage.XXXXXX")
	# shellcheck disable=SC2064	# now, while it is known
	trap "rm -rf '$stage'" EXIT
	mkdir -p "$stage/secret/tree" "$stage/secret-not"
	files_of_this_machine | cpio -pdm --quiet "$stage/secret/tree"
	find "$stage/secret/tree" -type f -print0 | sed -zn 1,200p |
		xargs -0r cp -t "$stage/secret-not" --backup=numbered
	chmod -R a+rX "$stage"
	kib=$(du -sk --apparent-size "$stage" | cut -f1)
	mke2fs -q -t ext4 -O ^has_journal -b 1024 -N $((wanted * 3)) \
		-d "$stage" "$image.new" "$((kib * 2 + 65536))k" >/dev/null
	mv "$image.new" "$image"
	rm -rf "$stage"
}

mkdir -p "$build/demo"
if [[ ! -e $image ]]; then
	echo "demo: copying $wanted files of this machine's /usr into an image"
	make_image
fi
exec "$here/../selftests/vm/run.sh" -d "$image" -l "$build/demo/console.log" \
	-- bash /demo/guest.sh
