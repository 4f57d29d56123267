#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: check-patches.sh [--boot]
#
# Check that the series are fit to be sent: each patch applies and is equal to
# the export of series.sh, and no patch brings a new warning of W=1, sparse or
# kernel-doc in the files that it touches. With --boot, also build and boot a
# kernel for each patch that changes it (some minutes each).
set -euo pipefail

# shellcheck source=common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=source.sh
. "$top/scripts/source.sh"

config=$("$top/scripts/kernel.sh" build)/config
work=$cache/check
mapfile -t names < <(series_names)
# The C files that the patches touch, as far as they are part of the kernel
mapfile -t sources < <(cd "$base_dir" && sed -n 's|^+++ b/||p' "${names[@]}" |
	sort -u | grep '\.c$' | grep -v '^tools/')
# Files for machines without an MMU cannot be compiled for x86.
mapfile -t objects < <(printf '%s\n' "${sources[@]/%.c/.o}" | grep -v -e '-nommu\.o$')

# The series in a tree of its own, which nobody works in
prepare()
{
	rm -rf "$work"
	mkdir -p "$work/obj" "$work/out"
	"$top/scripts/series.sh" --dir "$work/linux" tree >/dev/null
	cp "$config" "$work/obj/.config"
	kbuild olddefconfig prepare >"$work/prepare.log" 2>&1 ||
		die "make prepare failed; the log: $work/prepare.log"
}

kbuild()
{
	make -C "$work/linux" O="$work/obj" CC=$cc HOSTCC=$cc "$@"
}

# warnings COMMIT NAME: all warnings about the sources at COMMIT, without line
# numbers
warnings()
{
	git -C "$work/linux" checkout -q --detach "$1"
	(cd "$work/linux" && touch "${sources[@]}")
	# kfuncs are declared by BTF alone, which -Wdecl does not know
	kbuild W=1 C=1 CF=-Wno-decl "${objects[@]}" >"$work/out/log" 2>&1 || {
		tail -n 20 "$work/out/log" >&2
		die "$2: does not build; the log: $work/out/log"
	}
	(cd "$work/linux" && scripts/kernel-doc -none -Wall "${sources[@]}") \
		>>"$work/out/log" 2>&1
	grep -E 'warning:|error:' "$work/out/log" |
		sed -E 's/:[0-9]+(:[0-9]+)?:/:/g' | LC_ALL=C sort || :
}

check_each()
{
	local commits before after new n

	mapfile -t commits < <(git -C "$work/linux" rev-list --reverse base..HEAD)
	((${#commits[@]} == ${#names[@]})) || die "internal: a patch is missing"
	before=$(warnings base "without patches")
	for n in "${!names[@]}"; do
		after=$(warnings "${commits[n]}" "${names[n]}")
		new=$(LC_ALL=C comm -13 <(echo "$before") <(echo "$after"))
		[[ -z $new ]] || die "${names[n]}: new warnings"$'\n'"$new"
		before=$after
		say "${names[n]}: applies, builds, no new warning"
	done
}

# changes_kernel NAME: whether the patch changes the kernel that is built
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
lock "$cache/check.lock"
"$top/scripts/series.sh" check
prepare
check_each
[[ ${1:-} != --boot ]] || check_boots
