#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts/series.sh must turn patches into commits and commits into the same
# patches, and must never throw away work that was not exported.  Tried on a
# small tree that looks like a kernel's, with three series of patches.
set -euo pipefail

# shellcheck source=../lib/host.sh
. "$(dirname "$(readlink -f "$0")")/../lib/host.sh"
export PATHWARD_CACHE=$tmp/cache KERNEL_SRC=$tmp/linux
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
series=$tmp/kernel-patches/6.12

# tool [OPTION]... VERB: sets $out, what series.sh prints
tool()
{
	out=$("$tmp/scripts/series.sh" "$@" 2>"$tmp/err")
}

# status N COMMAND...: the command ends with the exit status N
status()
{
	local want=$1 rc=0

	shift
	"$@" || rc=$?
	((rc == want))
}

in_tree()
{
	git -C "$tree" "$@"
}

# The files of the series are those that were kept
same()
{
	diff -r "$tmp/kept" "$series"
}

keep()
{
	rm -rf "$tmp/kept"
	cp -r "$series" "$tmp/kept"
}

# amend BRANCH SUBJECT: give the last commit of BRANCH another subject, and put
# the branches that follow on top of it
amend()
{
	in_tree checkout -q "$1"
	in_tree commit -q --amend -m "$2"
	[[ $1 == stat ]] || in_tree rebase -q --onto "$1" "$1@{1}" stat
}

make_source()
{
	local file

	mkdir -p "$KERNEL_SRC" "$series/fixes" "$series/stat"
	printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 1\n' \
		>"$KERNEL_SRC/Makefile"
	touch "$KERNEL_SRC/Kbuild" "$KERNEL_SRC/MAINTAINERS"
	for file in a b c d; do
		printf '%s\n' one two three four five >"$KERNEL_SRC/$file"
	done
	printf '%s\n' VERSION=6.12.1 PACKAGE=x PACKAGE_VERSION=x-1 SHA256=0 \
		>"$series/SOURCE"
}

# commit FILE SUBJECT: changes a line of the file
commit()
{
	sed -i "s/^three$/$2/" "$tmp/git/$1"
	git -C "$tmp/git" commit -qam "$2"
}

# format DIR PREFIX RANGE [OPTION]...
format()
{
	git -C "$tmp/git" -c core.abbrev=12 format-patch -q --zero-commit -n \
		--no-signature --subject-prefix="$2" -o "$series/$1" "${@:4}" "$3"
}

# Patches that are made by git alone
make_series()
{
	cp -r "$KERNEL_SRC" "$tmp/git"
	git init -q "$tmp/git"
	git -C "$tmp/git" config user.name somebody
	git -C "$tmp/git" config user.email somebody@localhost
	git -C "$tmp/git" add -A
	git -C "$tmp/git" commit -qm base
	git -C "$tmp/git" tag base
	commit a 'a: Mend a'
	git -C "$tmp/git" tag fixes
	commit b 'b: Add b'
	commit c 'c: Add c'
	git -C "$tmp/git" tag series
	commit d 'd: Add d'
	format fixes PATCH base..fixes
	format . 'PATCH bpf-next' fixes..series --cover-letter
	format stat PATCH series..HEAD
	sed -i 's/^\*\*\* BLURB HERE \*\*\*$/Why b and c are wanted/
		s/\*\*\* SUBJECT HERE \*\*\*/b and c/' \
		"$series/0000-cover-letter.patch"
	(cd "$series" && printf '%s\n' fixes/0*.patch 0*.patch stat/0*.patch |
		grep -v cover-letter >"$tmp/names")
	mv "$tmp/names" "$series/series"
}

cp -r "$top/scripts" "$tmp/scripts"
mkdir -p "$tmp/kernel-patches"
echo 6.12 >"$tmp/kernel-patches/CANONICAL"
make_source
make_series
keep

check 'check accepts patches as git makes them' tool check
check 'a verb that is not known is wrong usage' status 2 tool rebase
check 'so are two verbs' status 2 tool tree export

check 'tree makes a repository' tool tree
tree=$out
mkdir "$tmp/base"
in_tree archive base | tar -C "$tmp/base" -xf -
check 'the base is the source' diff -r "$KERNEL_SRC" "$tmp/base"
check 'with a commit for each patch' \
	test "$(in_tree rev-list --count base..stat)" = 4
check 'and a branch for each directory' \
	test "$(in_tree log -1 --format=%s fixes)" = 'a: Mend a'
check 'export of an unchanged tree' tool export
check 'changes nothing' same
check 'status knows that nothing was done' tool status

amend series 'c: Make c better than ever'
check 'status knows of an amended commit' status 1 tool status
check 'tree leaves it in place' tool tree
check 'as it was' test "$(in_tree log -1 --format=%s series)" = \
	'c: Make c better than ever'

echo '# another hand' >>"$series/series"
check 'if the patch files change, tree refuses to throw it away' \
	status 1 tool tree
check 'and says how to go on' grep -q -e '--force' "$tmp/err"
check 'it is still there' test "$(in_tree log -1 --format=%s series)" = \
	'c: Make c better than ever'
check 'distclean refuses, too' status 1 "$tmp/scripts/kernel.sh" distclean
check 'and leaves it there' test -e "$tree/c"
check 'export refuses to undo the change of the files' status 1 tool export
sed -i '/^#/d' "$series/series"

check 'export of the amended commit' tool export
check 'names the file by its subject' \
	test -e "$series/0002-c-Make-c-better-than-ever.patch"
check 'removes the file of the old one' \
	test ! -e "$series/0002-c-Add-c.patch"
check 'puts the name into the series' \
	grep -qx 0002-c-Make-c-better-than-ever.patch "$series/series"
check 'updates the list of the cover letter' \
	grep -qx '  c: Make c better than ever' "$series/0000-cover-letter.patch"
check 'and keeps its text' \
	grep -qx 'Why b and c are wanted' "$series/0000-cover-letter.patch"
check 'and the other series' cmp "$series/fixes/0001-a-Mend-a.patch" \
	"$tmp/kept/fixes/0001-a-Mend-a.patch"
check 'check accepts that' tool check
check 'so does status' tool status

in_tree checkout -q series
sed -i 's/^four$/c: Vier/' "$tree/c"
in_tree commit -qam 'c: Add a third patch to the series'
in_tree rebase -q --onto series 'series@{1}' stat
check 'a new commit is exported' tool export
check 'and counted in the subjects of its series' grep -q \
	'^Subject: \[PATCH bpf-next 1/3\]' "$series/0001-b-Add-b.patch"
check 'and of the cover letter' grep -q \
	'^Subject: \[PATCH bpf-next 0/3\]' "$series/0000-cover-letter.patch"
keep

in_tree checkout -q stat
GIT_SEQUENCE_EDITOR='sed -i 1s/^pick/reword/' \
	GIT_EDITOR='sed -i "1s/.*/a: Mend a with a rebase/"' \
	in_tree rebase -q -i base >"$tmp/err" 2>&1
check 'the branches follow an interactive rebase' tool export
check 'which changes the series that it is about' \
	test -e "$series/fixes/0001-a-Mend-a-with-a-rebase.patch"
check 'and no other' cmp "$series/0001-b-Add-b.patch" \
	"$tmp/kept/0001-b-Add-b.patch"
keep

in_tree checkout -q stat
echo more >>"$tree/d"
check 'a change that is not committed is work' status 1 tool status
check 'and cannot be exported' status 1 tool export
check 'the files are left alone' same
in_tree checkout -q d
echo new >"$tree/e"
check 'so is a new file' status 1 tool status
rm "$tree/e"
in_tree checkout -q --detach
in_tree commit -q --allow-empty -m 'lost'
check 'a commit outside of the branches cannot be exported' \
	status 1 tool export
in_tree checkout -q fixes
in_tree commit -q --amend -m 'a: Mend a again'
check 'nor can branches that do not follow one another' status 1 tool export
check 'the message says how to mend that' grep -q -e '--onto' "$tmp/err"
check 'the files are left alone by all of that' same
echo '# another hand' >>"$series/series"
check 'tree --force throws all of it away' tool --force tree
check 'and applies the patches afresh' \
	test "$(in_tree log -1 --format=%s fixes)" = 'a: Mend a with a rebase'
sed -i '/^#/d' "$series/series"
check 'without work, tree follows the patch files' tool tree

sed -i 's/^Subject: \(.*\) b: Add b/Subject: \1 b: Add  b/' \
	"$series/0001-b-Add-b.patch"
check 'check rejects a patch that was edited by hand' status 1 tool check
check 'and shows the difference' grep -q 'b: Add  b' <<<"$out"
rm -r "$series"
cp -r "$tmp/kept" "$series"
sed -i 's/^-three$/-drei/' "$series/0001-b-Add-b.patch"
check 'and one that does not apply' status 1 tool check
check 'which it names' grep -q '0001-b-Add-b.patch' "$tmp/err"
check 'so does tree' status 1 tool tree
rm -r "$series"
cp -r "$tmp/kept" "$series"
check 'which works again when it applies' tool tree

check 'diff finds no difference of a kernel to itself' tool diff 6.12 6.12
check 'and prints none' test -z "$out"
check 'a kernel that is not there is refused' status 1 tool diff 6.12 7.3
check 'by name, with those that are' grep -q '7.3.*6.12' "$tmp/err"
check 'diff wants two kernels' status 2 tool diff 6.12

finish
