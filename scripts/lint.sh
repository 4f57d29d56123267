#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: lint.sh
#
# shellcheck disable=SC2317 # the functions are called by check()
#
# Every check of style and every static check. All are run; the exit status
# says whether all passed. Files that git does not track yet count too.
set -uo pipefail

top=$(dirname "$(dirname "$(readlink -f "$0")")")
cd "$top" && git rev-parse --is-inside-work-tree >/dev/null || exit 1
failed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# files PATTERN...: those of the repository
files()
{
	git ls-files -co --exclude-standard -- "$@" | while read -r file; do
		[[ ! -e $file ]] || echo "$file"
	done
}

# check NAME COUNT COMMAND...
check()
{
	local name=$1 count=$2

	shift 2
	if ((!count)); then
		printf '  %-13s FAILED: there is nothing to check\n' "$name"
		failed=1
	elif "$@"; then
		printf '  %-13s ok, %d files\n' "$name" "$count"
	else
		printf '  %-13s FAILED\n' "$name"
		failed=1
	fi
}

# Inverted: a match is the failure.
whitespace()
{
	! grep -nE '[[:blank:]]+$' "$@"
}

# The patches carry no Signed-off-by: the person who sends them adds it. Run from
# the kernel's tree: in a git repository checkpatch takes a tracked patch for a source file.
# New files are in directories that MAINTAINERS names.
checkpatch()
{
	local tree words patch ignore failed=0

	tree=$(scripts/kernel.sh source) || return 1
	words=$(/usr/bin/python3 -c 'import codespell_lib as c; print(c.__path__[0])')
	# the usual name of a struct nameidata
	grep -v '^nd->' "$words/data/dictionary.txt" >"$tmp/dictionary"
	for patch; do
		# the kernel's history is not at hand; messages are not broken
		ignore=FILE_PATH_CHANGES,UNKNOWN_COMMIT_ID,LONG_LINE_STRING
		# in XFS, each argument has a line of its own; Landlock follows
		# clang-format
		[[ $patch != */????-@(xfs|landlock)-* ]] ||
			ignore+=,OPEN_ENDED_LINE
		case $patch in
		# a global that the verifier must not take for a constant
		*-selftests-bpf-*) ignore+=,VOLATILE ;;
		# like the flags above it
		*-bpf-Support-kfuncs-*) ignore+=,BIT_MACRO ;;
		# lines that move stay as they are
		*/stat/0001-*) ignore+=,LINE_SPACING,UNSPECIFIED_INT ;;
		*/stat/0010-*) ignore+=,SYMBOLIC_PERMS ;;
		esac
		(cd "$tree" && perl scripts/checkpatch.pl --strict --quiet \
			--no-signoff --ignore "$ignore" --codespell \
			--codespellfile="$tmp/dictionary" "$top/$patch") ||
			failed=1
	done
	return "$failed"
}

# The series names each patch, once, and each patch is named; those of a directory
# follow one another by their numbers.
series()
{
	local base=kernel-patches/$1 named

	named=$(sed 's/[[:space:]]*#.*//; /^$/d' "$base/series")
	diff <(sort <<<"$named") <(cd "$base" && find . -name '[0-9]*.patch' \
		! -name '*cover-letter*' -printf '%P\n' | sort) &&
		awk -F / '{ dir = NF > 1 ? $1 : "" }
			dir != before && dir in last || $NF <= last[dir] {
				print "out of order: " $0
				bad = 1
			}
			{ before = dir; last[dir] = $NF }
			END { exit bad }' <<<"$named"
}

mapfile -t c < <(files '*.c' '*.h')
mapfile -t user < <(files 'user/*.c' 'selftests/*.c' 'bench/*.c' |
	grep -v '\.bpf\.c$')
mapfile -t shell < <(files | while read -r file; do
	case $file in
	*.sh) echo "$file" ;;
	*.*) [[ $file == .ci/* ]] && echo "$file" ;;
	*) head -c 64 "$file" | grep -qaE '^#!.*/(ba|da)?sh' && echo "$file" ;;
	esac
done)
mapfile -t kernels < <(files 'kernel-patches/*/SOURCE' | cut -d / -f 2)
mapfile -t patches < <(files 'kernel-patches/*.patch' | grep -v cover-letter)
mapfile -t text < <(files | grep -vE '\.patch$|^LICENSE$|^\.clang-format$')

check clang-format ${#c[@]} clang-format --dry-run -Werror "${c[@]}"
check shellcheck ${#shell[@]} shellcheck "${shell[@]}"
check whitespace ${#text[@]} whitespace "${text[@]}"
check codespell ${#text[@]} codespell "${text[@]}"
check prose ${#text[@]} awk -f scripts/prose.awk "${text[@]}"
check cppcheck ${#user[@]} cppcheck --quiet --error-exitcode=1 \
	--enable=warning,performance,portability --inline-suppr \
	--suppress=missingInclude --suppress=missingIncludeSystem \
	--suppress=syntaxError:selftests/* --suppress=unknownMacro \
	--std=c11 -Ibpf -Iuser "${user[@]}"
for kernel in "${kernels[@]}"; do
	check "series $kernel" 1 series "$kernel"
done
check checkpatch ${#patches[@]} checkpatch "${patches[@]}"
exit $failed
