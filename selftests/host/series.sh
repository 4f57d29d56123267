#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The patched source tree must always be the source plus the series, whatever
# it was before, and only files of changed patches may be touched. Tried on a
# small tree that looks like a kernel's.
set -euo pipefail

# shellcheck source=../lib/host.sh
. "$(dirname "$(readlink -f "$0")")/../lib/host.sh"
export PATHWARD_CACHE=$tmp/cache KERNEL_SRC=$tmp/linux
series=$tmp/kernel-patches/6.12

# source_tree [OPTION]...: as make would do it; sets $tree
source_tree()
{
	local out

	out=$("$tmp/scripts/kernel.sh" "$@" source 2>"$tmp/err") && tree=$out
}

# has A B: the second lines of the two files
has()
{
	[[ $(sed -n 2p "$tree/a") == "$1" && $(sed -n 2p "$tree/b") == "$2" ]]
}

pristine()
{
	diff -r "$KERNEL_SRC" "$tree"
}

patch_of() # FILE FROM TO
{
	printf -- '--- a/%s\n+++ b/%s\n@@ -1,3 +1,3 @@\n one\n-%s\n+%s\n three\n' \
		"$1" "$1" "$2" "$3"
}

make_source()
{
	mkdir -p "$KERNEL_SRC/init" "$series" "$tmp/kernel-config"
	printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = %s\n' "$1" \
		>"$KERNEL_SRC/Makefile"
	touch "$KERNEL_SRC/Kbuild" "$KERNEL_SRC/MAINTAINERS"
	printf 'one\ntwo\nthree\n' >"$KERNEL_SRC/a"
	printf 'one\ntwo\nthree\n' >"$KERNEL_SRC/b"
	touch "$tmp/kernel-config/common.config"
}

cp -r "$top/scripts" "$tmp/scripts"
make_source 1
echo 6.12 >"$tmp/kernel-patches/CANONICAL"
printf '%s\n' VERSION=6.12.1 PACKAGE=x PACKAGE_VERSION=x-1 SHA256=0 \
	>"$series/SOURCE"
printf '1.patch # first\n2.patch\n' >"$series/series"
patch_of a two A >"$series/1.patch"
patch_of b two B >"$series/2.patch"

source_tree
check 'the series is applied' has A B
source_tree --series none
check '--series none: the source as it was' pristine
source_tree --series 1
check '--series 1: the first patch only' has A two

source_tree
touch -d '2001-01-01' "$tree/a" "$tree/b"
patch_of b two C >"$series/2.patch"
source_tree
check 'a changed patch is exchanged' has A C
check 'its file is new' test "$tree/b" -nt "$tree/a"
check 'the file of the other is not touched' \
	test "$(stat -c %y "$tree/a" | cut -c 1-4)" = 2001

touch -d '2001-01-01' "$tree/a" "$tree/b"
sed -i '1s/^/Other words about the same change\n/' "$series/2.patch"
source_tree
check 'a patch with other words leaves the time of its file' \
	test "$(stat -c %y "$tree/b" | cut -c 1-4)" = 2001

patch_of b 2 C >"$series/2.patch"
check 'a patch that does not fit is refused' not source_tree
check 'the message names the patch' grep -q '^kernel.sh: 2.patch' "$tmp/err"
check 'the message names the file' grep -q ': b$' "$tmp/err"
check 'the tree is left unpatched' pristine
patch_of b two C >"$series/2.patch"
source_tree
check 'and is good for the series once it fits' has A C

sed -i 's/^ three/ drei/' "$series/2.patch"
check 'nor is one that would fit with fuzz' not source_tree
patch_of b two B >"$series/2.patch"

source_tree
echo rubbish >"$tree/a"
source_tree --series none
check 'a tree changed by hand is unpacked afresh' pristine

source_tree
touch "$tree.state/dirty"
sed -i d "$tree/b"
source_tree
check 'so is one that a killed run left' has A B
check 'and it is complete' test ! -e "$tree.state/dirty"

rm -rf "$tree.state"
source_tree
check 'and one without a record' has A B

echo 3.patch >>"$series/series"
check 'a patch that is not there is refused' not source_tree
check 'and named' grep -q '3.patch' "$tmp/err"
sed -i '/^3/d' "$series/series"

make_source 2
sed -i '1s/^/zero\n/' "$KERNEL_SRC/b"
source_tree
check 'another point release at other lines will do' grep -q B "$tree/b"
check 'with a word about it' grep -q '6.12.2' "$tmp/err"

mkdir -p "$PATHWARD_CACHE/check"
: >"$PATHWARD_CACHE/check.lock"
check 'distclean removes the cache' \
	"$tmp/scripts/kernel.sh" distclean
check 'all of it' test ! -e "$PATHWARD_CACHE"
mkdir -p "$PATHWARD_CACHE/src"
check 'distclean leaves what is not a cache' \
	not "$tmp/scripts/kernel.sh" distclean
check 'alone' test -d "$PATHWARD_CACHE/src"

finish
