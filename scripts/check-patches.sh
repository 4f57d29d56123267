#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: check-patches.sh [--boot]
#
# Are the series fit to be sent? Each applies with plain git am, comes out of
# git format-patch as it went in (each directory is one), and no patch brings a
# new warning of W=1, sparse or kernel-doc in what it touches. With --boot, a
# kernel is built and booted for each patch that changes it, too (some minutes
# each).
set -euo pipefail

# shellcheck source=common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=source.sh
. "$top/scripts/source.sh"

config=$("$top/scripts/kernel.sh" build)/config
work=$cache/check
mapfile -t names < <(series_names)
# what the patches touch, and what of it the kernel is made of
mapfile -t touched < <(cd "$base_dir" && sed -n 's|^+++ b/||p' "${names[@]}" | sort -u)
mapfile -t sources < <(printf '%s\n' "${touched[@]}" | grep '\.c$' | grep -v '^tools/')
# x86 has an MMU: what is for those without cannot be compiled for it
mapfile -t objects < <(printf '%s\n' "${sources[@]/%.c/.o}" | grep -v -e '-nommu\.o$')

git()
{
	command git -C "$work/linux" -c user.name=check -c user.email=check@localhost \
		-c core.abbrev=12 "$@"
}

# A tree of its own, whose repository knows only what the patches touch.
unpack()
{
	local file

	rm -rf "$work"
	mkdir -p "$work/linux" "$work/obj" "$work/out"
	if [[ -d $source ]]; then
		cp -a "$source/." "$work/linux"
		rm -rf "$work/linux/.git"
	else
		tar -C "$work/linux" --strip-components=1 -xf "$source"
	fi
	command git init -q "$work/linux"
	for file in "${touched[@]}"; do
		[[ ! -e $work/linux/$file ]] || git add -f "$file"
	done
	git commit -qm base
	git tag base
	cp "$config" "$work/obj/.config"
	kbuild olddefconfig prepare >"$work/prepare.log" 2>&1 ||
		die "make prepare failed; the log: $work/prepare.log"
}

kbuild()
{
	make -C "$work/linux" O="$work/obj" CC=$cc HOSTCC=$cc "$@"
}

# warnings WHAT: of all objects and kernel-doc, without line numbers, after WHAT
warnings()
{
	(cd "$work/linux" && touch "${sources[@]}")
	# kfuncs are declared by BTF alone, which -Wdecl does not know
	kbuild W=1 C=1 CF=-Wno-decl "${objects[@]}" >"$work/out/log" 2>&1 || {
		tail -n 20 "$work/out/log" >&2
		die "$1: does not build; the log: $work/out/log"
	}
	(cd "$work/linux" && scripts/kernel-doc -none -Wall "${sources[@]}") \
		>>"$work/out/log" 2>&1
	grep -E 'warning:|error:' "$work/out/log" |
		sed -E 's/:[0-9]+(:[0-9]+)?:/:/g' | LC_ALL=C sort || :
}

check_each()
{
	local name before after new

	before=$(warnings "without patches")
	for name in "${names[@]}"; do
		git am -q --keep-cr "$base_dir/$name" ||
			die "$name: git am refuses it"
		after=$(warnings "$name")
		new=$(LC_ALL=C comm -13 <(echo "$before") <(echo "$after"))
		[[ -z $new ]] || die "$name: new warnings"$'\n'"$new"
		before=$after
		say "$name: applies, builds, no new warning"
	done
}

# export_series DIR BEGIN END: of the commits from BEGIN to END, with the prefix
# that the first patch of DIR has
export_series()
{
	local prefix

	prefix=$(sed -n 's|^Subject: \[\(.*\) 0*1/[0-9]*\] .*|\1|p' \
		"$base_dir/$1"/0*1-*.patch)
	git format-patch -q --zero-commit --no-signature -n -o "$work/out/$1" \
		--subject-prefix="$prefix" "$2..$3"
}

# The export of what was applied is what was applied. A directory is a series.
check_round_trip()
{
	local name dir begin=0 end=0

	for ((; end < ${#names[@]}; begin = end)); do
		dir=$(dirname "${names[begin]}")
		while [[ $(dirname "${names[end]:-/}") == "$dir" ]]; do
			end=$((end + 1))
		done
		export_series "$dir" "HEAD~$((${#names[@]} - begin))" \
			"HEAD~$((${#names[@]} - end))"
	done
	for name in "${names[@]}"; do
		cmp "$base_dir/$name" "$work/out/$name" ||
			die "$name: git format-patch makes another one of it"
	done
	say "the round trip leaves all ${#names[@]} patches as they are"
}

# Does the patch touch what the kernel is made of?
changes_kernel()
{
	sed -n 's|^+++ b/||p' "$base_dir/$1" | grep -qvE '^(Documentation|tools)/'
}

# From the last one on, whose objects are there: a header that many files include
# is changed once on the way, not back and forth.
check_boots()
{
	local n dir release

	for ((n = ${#names[@]}; n >= 1; n--)); do
		if ! changes_kernel "${names[n - 1]}"; then
			say "${names[n - 1]}: the kernel before it boots"
			continue
		fi
		dir=$("$top/scripts/kernel.sh" --series "$n" build)
		release=$("$top/selftests/vm/run.sh" -k "$dir" -- uname -r) ||
			die "${names[n - 1]}: does not boot"
		say "${names[n - 1]}: $release boots"
	done
}

cache_create
source_find
lock "$cache/check.lock"
unpack
check_each
check_round_trip
[[ ${1:-} != --boot ]] || check_boots
