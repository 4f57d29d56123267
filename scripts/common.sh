# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# Shared by the build scripts: messages, the cache, locks, progress.

top=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
cache=${PATHWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pathward}
cc=gcc clang=clang-19 llvm_strip=llvm-strip-19

# Neither the caller's language nor his build may leak into the kernel's.
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL ARCH CROSS_COMPILE O W C
unset CFLAGS CPPFLAGS LDFLAGS KCFLAGS KAFLAGS HOSTCFLAGS EXTRA_CFLAGS

say()
{
	echo "${0##*/}: $*" >&2
}

die()
{
	say "$*"
	exit 1
}

# short TEXT-ON-STDIN: a hash that is long enough to name a directory
short()
{
	sha256sum | cut -c 1-16
}

# Marked the standard way, so that backups leave it out and distclean knows
# what it is about to remove.
cache_create()
{
	mkdir -p "$cache"/{src,obj,kernel,tools,log,sha256}
	[[ -e $cache/CACHEDIR.TAG ]] || cat >"$cache/CACHEDIR.TAG" <<-END
		Signature: 8a477f597d28d172789f06886806bc55
		# Unpacked and built kernels of pathward; "make distclean" removes it.
	END
}

# Removes the cache, but only if the scripts made it: the variable that
# names the cache may be wrong.  Work in a tree of the series stays.
cache_remove()
{
	[[ -d $cache ]] || return 0
	[[ -e $cache/CACHEDIR.TAG ]] ||
		die "$cache: no CACHEDIR.TAG in it, so not a cache of ours"
	"$top/scripts/series.sh" status >/dev/null 2>&1 ||
		die "the tree of the series has work that was not exported:" \
			"see series.sh status"
	rm -rf "$cache"/{src,obj,kernel,tools,log,sha256,check,check.lock}
	rm -rf "$cache"/{series,series.lock}
	rm "$cache/CACHEDIR.TAG"
	rmdir --ignore-fail-on-non-empty "$cache"
}

# lock FILE: held until the script and all it started have ended
lock()
{
	exec 9>"$1"
	flock -n 9 && return
	say "waiting for another build to finish ($1)"
	flock 9
}

# sha256_of FILE: remembered as long as the file looks the same, for reading
# 150 MB at each call of make would be felt
sha256_of()
{
	local memo

	memo=$cache/sha256/$(stat -L -c '%n %d %i %s %Y %y' "$1" | short)
	if [[ ! -s $memo ]]; then
		sha256sum "$1" | cut -d ' ' -f 1 >"$memo.$$"
		mv "$memo.$$" "$memo"
	fi
	cat "$memo"
}

# link_to DIR LINK: makes LINK point to DIR, and writes DIR's name to LINK.key
# if that is news, so that make sees a change behind the link
link_to()
{
	local name=${1##*/}

	[[ $(readlink "$2" || :) == "$1" ]] || ln -sfn "$1" "$2"
	[[ -e $2.key && $(<"$2.key") == "$name" ]] || echo "$name" >"$2.key"
}

duration()
{
	if (($1 < 90)); then
		echo "$1 s"
	else
		echo "$((($1 + 30) / 60)) min"
	fi
}

# progress NAME TOTAL: counts the steps of a kernel build that go by on its
# input; TOTAL may be empty
progress()
{
	local line steps=0 next=5 begin=$SECONDS now text

	while read -r line; do
		[[ $line =~ ^[A-Z][A-Z0-9]+\  ]] && steps=$((steps + 1))
		now=$((SECONDS - begin))
		((now >= next)) || continue
		text="$1: $steps${2:+ of about $2} steps, $(duration "$now")"
		if [[ -t 2 ]]; then
			printf '\r%s ' "$text" >&2
			next=$((now + 1))
		else
			say "$text"
			next=$((now + 30))
		fi
	done
	[[ ! -t 2 ]] || ((next == 5)) || echo >&2
}

# logged NAME TOTAL LOG COMMAND...: runs it with progress; if it fails, shows
# the first errors and where the rest is
logged()
{
	local what=$1 total=$2 log=$3

	shift 3
	if "$@" </dev/null 2>&1 | tee "$log" | progress "$what" "$total"; then
		return
	fi
	grep -aE -m 12 -A 3 'error|Error|\*\*\*|undefined reference' "$log" >&2 ||
		tail -n 12 "$log" >&2
	die "$what: failed; the whole log: $log"
}
