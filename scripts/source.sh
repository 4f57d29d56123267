# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel source: found, unpacked into the cache, patched. To be sourced
# after common.sh. There is one working tree for a source, kept from build to
# build. Changing the series touches only the files of the patches that
# changed, and so a build after it compiles only the files that depend on them.
#
# Next to the tree, in $tree.state:
#   applied/NNN-NAME  a copy of each patch that is in the tree, in order
#   before/           the files they touch, as before a change of the series
#   dirty             there while the tree is being changed; if it is there at the
#                     beginning, an earlier run was killed: unpack again
#
# The series is that of the kernel $KERNEL, a directory of kernel-patches/, or of
# the canonical one. A script that takes a kernel as an option calls
# kernel_choose() for it.

: "${top:?}" "${cache:?}"

# kernel_choose NAME: set $kernel, $base_dir, and the variables of its SOURCE
kernel_choose()
{
	local known

	kernel=$1
	base_dir=$top/kernel-patches/$kernel
	if [[ ! $kernel =~ ^[0-9][0-9.]*$ || ! -r $base_dir/SOURCE ]]; then
		known=("$top"/kernel-patches/*/SOURCE)
		known=("${known[@]%/SOURCE}")
		die "$kernel: no such kernel; there are: ${known[*]##*/}"
	fi
	# shellcheck source=/dev/null
	. "$base_dir/SOURCE"
	: "${VERSION:?}" "${PACKAGE:?}" "${PACKAGE_VERSION:?}" "${SHA256:?}"
}

kernel_choose "${KERNEL:-$(<"$top/kernel-patches/CANONICAL")}"

# source_find: sets $source (a tarball or a directory), $source_hash, $tree
source_find()
{
	source=${KERNEL_SRC:-/usr/src/$PACKAGE.tar.xz}
	[[ -r $source ]] ||
		die "$source: not there. Install $PACKAGE (make does, where" \
			"there is apt-get), or set KERNEL_SRC=/dir/or/tarball" \
			"to the source of Linux $VERSION."
	source=$(readlink -f "$source")
	if [[ -d $source ]]; then
		[[ -f $source/Kbuild && -f $source/MAINTAINERS ]] ||
			die "$source: not a kernel source tree"
		source_hash=$(cd "$source" && find . -name .git -prune -o \
			-type f -printf '%P %s %T@\n' | sort | sha256sum)
		source_hash=${source_hash%% *}
	else
		source_hash=$(sha256_of "$source")
	fi
	tree=$cache/src/${source_hash:0:16}
}

# series_names: of all patches, in order
series_names()
{
	sed 's/[[:space:]]*#.*//; /^$/d' "$base_dir/series"
}

# series_find all|none|N: sets $patches, the files to apply, in order
series_find()
{
	local name lines=()

	mapfile -t lines < <(series_names)
	case $1 in
	all) ;;
	none) lines=() ;;
	*)
		(($1 <= ${#lines[@]})) ||
			die "--series $1: there are ${#lines[@]} patches"
		lines=("${lines[@]:0:$1}")
		;;
	esac
	patches=()
	for name in "${lines[@]}"; do
		[[ -r $base_dir/$name ]] ||
			die "$base_dir/series names $name, which is not there"
		patches+=("$base_dir/$name")
	done
}

tree_version()
{
	sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = //p' "$tree/Makefile" |
		paste -sd .
}

# Files are stamped with the time of unpacking: objects of an earlier tree at
# this place must not look newer than the files unpacked now.
tree_unpack()
{
	say "unpacking $source, half a minute"
	rm -rf "$tree" "$tree.new"
	mkdir -p "$tree.new"
	if [[ -d $source ]]; then
		tar -C "$source" --exclude .git -cf - . |
			tar -C "$tree.new" -xmf -
		[[ ! -e $tree.new/.config && ! -d $tree.new/include/config ]] ||
			make -s -C "$tree.new" mrproper >&2
	else
		tar -C "$tree.new" --strip-components=1 -xmf "$source"
	fi
	[[ -f $tree.new/Kbuild ]] || die "$source: not a kernel source"
	rm -rf "$tree.state"
	mkdir -p "$tree.state/applied"
	mv -T "$tree.new" "$tree"
}

run_patch()
{
	(cd "$tree" && patch -p1 -F0 -s -f --no-backup-if-mismatch "$@")
}

# The files in which a patch does not fit, from the messages of patch(1)
misfits()
{
	{ run_patch --dry-run --verbose <"$1" 2>&1 || :; } | awk '
		/^(checking|patching) file / { file = $3 }
		/FAILED|ignored/ { bad[file] }
		/can.t find file|No file to patch/ { bad["a file that is missing"] }
		END { for (file in bad) print file }' | sort | paste -sd ' '
}

# pop: takes the topmost patch off the tree
pop()
{
	local state

	state=$(printf '%s\n' "$tree.state/applied"/* | tail -n 1)
	run_patch -R --dry-run <"$state" >/dev/null 2>&1 || return 1
	run_patch -R <"$state" >/dev/null
	rm "$state"
}

push()
{
	local patch=$1 count

	run_patch --dry-run <"$patch" >/dev/null 2>&1 || return 1
	run_patch <"$patch" >/dev/null
	count=$(find "$tree.state/applied" -type f | wc -l)
	cp "$patch" "$(printf '%s/%03d-%s' "$tree.state/applied" "$count" \
		"${patch##*/}")"
}

# The number of patches, from the first, that the tree has as they are wanted
common()
{
	local n=0 state=("$tree.state/applied"/*)

	while ((n < ${#patches[@]} && n < ${#state[@]})); do
		cmp -s "${state[n]}" "${patches[n]}" || break
		n=$((n + 1))
	done
	echo "$n"
}

applied()
{
	find "$tree.state/applied" -type f | wc -l
}

refuse()
{
	local version where

	version=$(tree_version)
	where=$(misfits "$1")
	while (($(applied))); do
		pop || die "internal: a patch that was applied does not come off"
	done
	rm "$tree.state/dirty"
	say "${1##*/} does not fit $source (Linux $version): ${where:-see the patch}"
	die "the series was made on Linux $VERSION, package $PACKAGE" \
		"$PACKAGE_VERSION. Use that with KERNEL_SRC=, or adapt the" \
		"patch. The tree was left unpatched."
}

# save_times, restore_times: a file that patches leave unchanged by coming and
# going keeps its time, or every file that includes it would be compiled anew
save_times()
{
	local file

	mkdir "$tree.state/before"
	find "$tree.state/applied" -type f -exec sed -n 's|^+++ b/||p' {} + |
		while read -r file; do
			[[ ! -e $tree/$file ]] || (cd "$tree" &&
				cp -p --parents "$file" "$tree.state/before/")
		done
}

restore_times()
{
	local file

	(cd "$tree.state/before" && find . -type f) | while read -r file; do
		! cmp -s "$tree.state/before/$file" "$tree/$file" ||
			touch -r "$tree.state/before/$file" "$tree/$file"
	done
}

# tree_series: makes the tree have exactly $patches
tree_series()
{
	local keep have patch

	keep=$(common)
	have=$(applied)
	((keep < have || keep < ${#patches[@]})) || return 0
	: >"$tree.state/dirty"
	rm -rf "$tree.state/before"
	save_times
	while (($(applied) > keep)); do
		pop && continue
		say "the tree was changed by hand and is unpacked afresh"
		tree_unpack
		: >"$tree.state/dirty"
		keep=0
	done
	for patch in "${patches[@]:keep}"; do
		push "$patch" || refuse "$patch"
	done
	[[ ! -d $tree.state/before ]] || restore_times
	rm -rf "$tree.state/before" "$tree.state/dirty"
}

# Succeeds if the tree is as wanted already, and nobody is changing it
source_ready()
{
	[[ -d $tree && -d $tree.state && ! -e $tree.state/dirty ]] &&
		(($(applied) == ${#patches[@]})) &&
		(($(common) == ${#patches[@]}))
}

# source_prepare: the tree unpacked and patched; the caller holds its lock
source_prepare()
{
	if [[ ! -d $tree || ! -d $tree.state || -e $tree.state/dirty ]]; then
		tree_unpack
	fi
	[[ $source_hash == "$SHA256" ]] ||
		say "$source (Linux $(tree_version)) is not that of SOURCE" \
			"($VERSION): the series is used if it fits without fuzz"
	tree_series
}
