#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
usage()
{
	cat <<'END'
usage: series.sh [--dir DIR] [--force] tree|export
       series.sh check|status
       series.sh diff KERNEL KERNEL

The patches of kernel-patches/ as commits, and the commits as patches.

  tree    make a git repository of the kernel's source with the patches as
          commits, print its directory. The tag "base" is the source, and the
          branch of a directory of patches ends with its last patch: "fixes",
          "series" for the patches outside of a directory, "stat".
  export  write the commits of the tree back to the patch files
  check   apply the patch files with git am, export the commits, and compare
          the result with the files, byte for byte
  status  tell whether the tree has work that was not exported
  diff    compare the series of two kernels with git range-diff; print only
          the patches that differ

  --dir    use the tree in DIR, not the one in the cache
  --force  throw away work in the tree (tree), or changes of the patch files
           since the tree was made (export)

The exit status is 0, 1 after an error or a difference, 2 after wrong usage.
To change a patch:
  git -C "$(scripts/series.sh tree)" rebase -i base && scripts/series.sh export
The branches follow the rebase by themselves.

The tree takes 2 GB in ${XDG_CACHE_HOME:-~/.cache}/pathward, or in
PATHWARD_CACHE. KERNEL_SRC=/dir/or/tarball replaces the packaged source.
END
}

set -euo pipefail

# shellcheck source=common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=source.sh
. "$top/scripts/source.sh"

# No configuration but the repository's own has a say in the patches.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

dir='' force='' verb='' kernels=() work=''

parse_options()
{
	while (($#)); do
		case $1 in
		--dir)
			[[ -n ${2:-} ]] || { usage >&2 && exit 2; }
			dir=$(readlink -m "$2")
			shift
			;;
		--force) force=yes ;;
		-h | --help) usage && exit 0 ;;
		tree | export | check | status | diff)
			[[ -z $verb ]] || { usage >&2 && exit 2; }
			verb=$1
			;;
		-*) usage >&2 && exit 2 ;;
		*) kernels+=("$1") ;;
		esac
		shift
	done
	[[ -n $verb ]] || { usage >&2 && exit 2; }
	case $verb in
	diff) ((${#kernels[@]} == 2)) ;;
	*) ((${#kernels[@]} == 0)) ;;
	esac || { usage >&2 && exit 2; }
}

# The directories of the series, in order; "." is that of the patches outside
series_dirs()
{
	series_names | while read -r name; do dirname "$name"; done | uniq
}

# branch_of DIR: the name of the branch that ends with the last patch of DIR
branch_of()
{
	if [[ $1 == . ]]; then
		echo series
	else
		echo "$1"
	fi
}

# All files that the patches touch
touched()
{
	(cd "$base_dir" && series_names |
		xargs sed -n 's|^+++ b/||p; s|^--- a/||p' | sort -u)
}

# A hash of the files that export writes, but for the cover letters: their text
# is edited in the files, and export keeps it.
patches_hash()
{
	(cd "$base_dir" && find . \( -name '[0-9]*.patch' -o -name series \) \
		! -name '0000-*' -type f -print0 | sort -z | xargs -0 sha256sum | short)
}

# repository_init DIR: make DIR, which holds the source, a repository whose
# settings lead to the same patches everywhere. The author of new commits is
# that of the first patch.
repository_init()
{
	local from

	from=$(sed -n '/^From: /{s///p;q}' "$base_dir/$(series_names | head -n 1)")
	from=${from%>}
	git init -q -b base-branch "$1"
	git -C "$1" config user.name "${from% <*}"
	git -C "$1" config user.email "${from#*<}"
	git -C "$1" config core.abbrev 12
	git -C "$1" config core.compression 1
	git -C "$1" config gc.auto 0
	git -C "$1" config commit.gpgSign false
	git -C "$1" config rebase.updateRefs true
}

# repository_base DIR: commit the contents of DIR as the base
repository_base()
{
	git -C "$1" add -A -f
	GIT_AUTHOR_DATE='2000-01-01 00:00 +0000' \
		GIT_COMMITTER_DATE='2000-01-01 00:00 +0000' \
		git -C "$1" commit -q -m "Linux $VERSION"
	git -C "$1" tag base
	git -C "$1" checkout -q --detach
	git -C "$1" branch -q -D base-branch
}

# repository_apply DIR: apply the patches to the base in DIR, a branch each for
# the directories they are from
repository_apply()
{
	local part name

	for part in $(series_dirs); do
		git -C "$1" checkout -q -B "$(branch_of "$part")"
		while read -r name; do
			[[ $(dirname "$name") == "$part" ]] || continue
			git -C "$1" am -q --committer-date-is-author-date \
				"$base_dir/$name" && continue
			git -C "$1" am --abort || :
			die "$name: git am refuses it"
		done < <(series_names)
	done
}

# repository_scratch DIR: the patches on a base of the touched files alone, which
# is made in seconds
repository_scratch()
{
	local plain

	plain=$cache/series/plain-$({ echo "$source_hash" && touched; } | short)
	if [[ ! -d $plain ]]; then
		rm -rf "$cache"/series/plain-*
		mkdir -p "$plain.new"
		unpack_touched "$plain.new"
		mv -T "$plain.new" "$plain"
	fi
	cp -r "$plain" "$1"
	repository_init "$1"
	repository_base "$1"
	repository_apply "$1"
}

# unpack_touched DIR: the files that the patches touch, but for those that they
# add, and two more: .gitattributes tells git how to name the hunks, Makefile is
# there in any kernel.
unpack_touched()
{
	local file name

	if [[ -d $source ]]; then
		for file in .gitattributes Makefile $(touched); do
			[[ ! -e $source/$file ]] || (cd "$source" &&
				cp --parents "$file" "$1")
		done
		return
	fi
	name=$(tar -tf "$source" 2>/dev/null | sed 's|/.*||;q') || :
	{ printf '%s\n' .gitattributes Makefile && touched; } | sed "s|^|$name/|" |
		tar -C "$1" --strip-components=1 -xf "$source" -T - \
			2>"$cache/series/unpack.log" || :
	[[ -s $1/Makefile ]] || {
		tail -n 3 "$cache/series/unpack.log" >&2
		die "$source: not a kernel source"
	}
}

# unpack_all DIR: the whole source, without a repository that it may come with
unpack_all()
{
	say "unpacking $source into a repository, one or two minutes"
	if [[ -d $source ]]; then
		tar -C "$source" --exclude .git -cf - . | tar -C "$1" -xmf -
	else
		tar -C "$1" --strip-components=1 -xmf "$source"
	fi
}

# Unexported work shows in these: all branches and HEAD
tree_refs()
{
	git -C "$dir" for-each-ref --format='%(refname) %(objectname)' refs/heads
	git -C "$dir" symbolic-ref -q HEAD || echo "detached $(git -C "$dir" \
		rev-parse HEAD)"
}

# tree_record: the tree and the patch files are the same now
tree_record()
{
	{
		echo "source $source_hash"
		echo "patches $(patches_hash)"
		tree_refs
	} >"$dir/.git/pathward.new"
	mv "$dir/.git/pathward.new" "$dir/.git/pathward"
}

recorded()
{
	sed -n "s/^$1 //p" "$dir/.git/pathward"
}

tree_exists()
{
	[[ -e $dir/.git/pathward ]]
}

tree_in_progress()
{
	[[ -d $dir/.git/rebase-merge || -d $dir/.git/rebase-apply ]]
}

# Is there anything that tree would throw away? The branch that is checked out
# does not matter, nor do files that the kernel's .gitignore names.
tree_has_work()
{
	tree_in_progress && return
	[[ -z $(git -C "$dir" status --porcelain) ]] || return 0
	[[ $(tree_refs | grep '^refs/heads/.* \|^detached') != \
		$(grep '^refs/heads/.* \|^detached' "$dir/.git/pathward") ]]
}

tree_unpack()
{
	rm -rf "$dir.new"
	mkdir -p "$dir.new"
	unpack_all "$dir.new"
	[[ -f $dir.new/Makefile ]] || die "$source: not a kernel source"
	repository_init "$dir.new"
	repository_base "$dir.new"
	rm -rf "$dir"
	mv -T "$dir.new" "$dir"
}

# tree_reset: back to the base, whatever was done in the tree
tree_reset()
{
	local branch

	rm -rf "$dir/.git/rebase-merge" "$dir/.git/rebase-apply"
	git -C "$dir" checkout -q -f --detach base
	git -C "$dir" clean -q -f -d
	git -C "$dir" for-each-ref --format='%(refname:short)' refs/heads |
		while read -r branch; do
			git -C "$dir" branch -q -D "$branch"
		done
}

tree()
{
	if tree_exists && [[ -z $force &&
		$(recorded source) == "$source_hash" &&
		$(recorded patches) == "$(patches_hash)" ]]; then
		echo "$dir"
		return
	fi
	if tree_exists && tree_has_work && [[ -z $force ]]; then
		die "$dir has work that was not exported, and the patch files or" \
			"the source have changed since it was made. Save it" \
			"(series.sh --force export overwrites the changes), or" \
			"throw it away: series.sh --force tree"
	fi
	if tree_exists && [[ $(recorded source) == "$source_hash" ]]; then
		rm "$dir/.git/pathward"
		tree_reset
	else
		[[ ! -e $dir || -d $dir/.git || -z $(ls -A "$dir") ]] ||
			die "$dir: there, and not a tree of ours"
		tree_unpack
	fi
	repository_apply "$dir"
	tree_record
	echo "$dir"
}

# prefix_of DIR: the prefix that the subjects of the patches in DIR have
prefix_of()
{
	sed -n 's|^Subject: \[\(.*\) 0*1/[0-9]*\] .*|\1|p' \
		"$base_dir/$1"/0*1-*.patch
}

# export_cover OLD NEW: NEW is the cover letter as git makes it. Make it that of
# OLD with the number of patches, shortlog and diffstat of NEW.
export_cover()
{
	local count

	count=$(sed -n 's|^Subject: \[.* \([0-9]*/[0-9]*\)\].*|\1|p;/^Subject: /q' "$2")
	{
		awk -v count="$count" '
			!subject && /^Subject: / {
				sub(/[0-9]+\/[0-9]+\]/, count "]")
				subject = 1
			}
			{ line[NR] = $0 }
			# a shortlog: an author with a count, and a first subject
			/^  [^ ]/ && line[NR - 1] ~ /^[^ ].* \([0-9]+\):$/ && !end {
				end = NR - 2
			}
			END {
				if (!end)
					end = NR
				for (i = 1; i <= end; i++)
					print line[i]
				exit line[end] != ""
			}' "$1" || echo
		sed '1,/^\*\*\* BLURB HERE \*\*\*$/d' "$2" | sed 1d
	} >"$2.new"
	mv "$2.new" "$2"
}

# export_dir REPOSITORY DIR BEGIN OUT: the commits of DIR, which follow BEGIN, as
# patches in OUT/DIR; prints their names
export_dir()
{
	local prefix cover=() file

	prefix=$(prefix_of "$2")
	[[ -n $prefix ]] || die "$2: the first patch has no [PATCH 1/N] in its subject"
	[[ ! -e $base_dir/$2/0000-cover-letter.patch ]] || cover=(--cover-letter)
	git -C "$1" format-patch -q --zero-commit --no-signature -n "${cover[@]}" \
		--subject-prefix="$prefix" -o "$4/$2" "$3..$(branch_of "$2")"
	[[ -z ${cover[*]} ]] || export_cover "$base_dir/$2/0000-cover-letter.patch" \
		"$4/$2/0000-cover-letter.patch"
	for file in "$4/$2"/[0-9]*.patch; do
		[[ $file != */0000-cover-letter.patch ]] || continue
		[[ -e $file ]] || die "$2: no commit is left for this series"
		file=${file#"$4/"}
		echo "${file#./}"
	done
}

# export_all REPOSITORY OUT: all series, and the file that names the patches
export_all()
{
	local part begin=base

	for part in $(series_dirs); do
		export_dir "$1" "$part" "$begin" "$2"
		begin=$(branch_of "$part")
	done >"$2/series"
}

# check_branches: export would write each commit, and in order
check_branches()
{
	local part begin=base branch

	for part in $(series_dirs); do
		branch=$(branch_of "$part")
		git -C "$dir" rev-parse -q --verify "refs/heads/$branch" >/dev/null ||
			die "$dir has no branch $branch, where the patches of" \
				"$part end"
		git -C "$dir" merge-base --is-ancestor "$begin" "$branch" ||
			die "$branch does not contain $begin. If you amended" \
				"$begin: git rebase --update-refs --onto" \
				"$begin $begin@{1} BRANCH, with the last branch"
		begin=$branch
	done
	[[ -z $(git -C "$dir" rev-list --merges "base..$begin") ]] ||
		die "there is a merge in $dir; patches cannot have that"
	git -C "$dir" merge-base --is-ancestor HEAD "$begin" ||
		die "HEAD of $dir is not in the branch $begin, so it would be" \
			"missing from the patches"
}

export_tree()
{
	local part file

	tree_exists || die "there is no tree to export: series.sh tree"
	! tree_in_progress ||
		die "finish the rebase or am in $dir first"
	[[ -z $(git -C "$dir" status --porcelain) ]] ||
		die "$dir has changes that are not committed"
	check_branches
	[[ -n $force || $(recorded patches) == "$(patches_hash)" ]] ||
		die "$base_dir has changed since the tree was made, and the" \
			"export would undo that: series.sh --force export does"
	export_all "$dir" "$work"
	for part in $(series_dirs); do
		for file in "$base_dir/$part"/[0-9]*.patch; do
			[[ -e $work/$part/${file##*/} ]] || rm "$file"
		done
		for file in "$work/$part"/[0-9]*.patch; do
			cmp -s "$file" "$base_dir/$part/${file##*/}" ||
				cp "$file" "$base_dir/$part/"
		done
	done
	cp "$work/series" "$base_dir/series"
	tree_record
	say "$(series_names | wc -l) patches are in $base_dir"
}

check()
{
	local count

	series_find all
	mkdir "$work/out"
	repository_scratch "$work/linux"
	export_all "$work/linux" "$work/out"
	mkdir "$work/have"
	(cd "$base_dir" && find . \( -name '[0-9]*.patch' -o -name series \) \
		-type f -exec cp --parents -t "$work/have" {} +)
	count=$(series_names | wc -l)
	if ! (cd "$work" && diff -r have out); then
		die "an export of the $count patches is not what is in $base_dir" \
			"(< in the files, > exported). Change patches with" \
			"series.sh tree and export, not by hand."
	fi
	say "$count patches apply, and the export leaves them as they are"
}

status()
{
	tree_exists || { say "there is no tree" && return; }
	! tree_has_work || die "$dir has work that was not exported"
	say "$dir has no work that was not exported"
}

diff_kernels()
{
	local kernel n=0 last out

	for kernel in "${kernels[@]}"; do
		kernel_choose "$kernel"
		source_find
		series_find all
		n=$((n + 1))
		repository_scratch "$work/$n"
		last=$(branch_of "$(series_dirs | tail -n 1)")
		git -C "$work/$n" tag "last$n" "$last"
	done
	git -C "$work/1" fetch -q "$work/2" refs/tags/base:refs/tags/base2 \
		refs/tags/last2:refs/tags/last2
	out=$(git -C "$work/1" range-diff --no-color base..last1 base2..last2 |
		grep -vE '^ *[0-9]+: +[0-9a-f]+ = ') || return 0
	echo "$out"
	return 1
}

parse_options "$@"
: "${dir:=$cache/series/${base_dir##*/}}"
if [[ $verb == status ]]; then
	status
	exit
fi
for kernel in "${kernels[@]}"; do
	(kernel_choose "$kernel")
done
cache_create
mkdir -p "$cache/series"
lock "$cache/series.lock"
work=$(mktemp -d "$cache/series/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
case $verb in
tree)
	source_find
	series_find all
	tree
	;;
export)
	source_find
	export_tree
	;;
check)
	source_find
	check
	;;
diff) diff_kernels ;;
esac
