#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
usage()
{
	cat <<'END'
usage: kernel.sh [--kernel KERNEL] [--lane LANE] [--series all|none|N]
                 [--with PATCH] [--link LINK] [VERB]

  build      build the kernel if it is not there, print its directory (default)
  source     unpack and patch the source, print its directory
  distclean  remove the cache

  --kernel  a directory of kernel-patches/ ($KERNEL, or the canonical one)
  --lane    plain, or a fragment of kernel-config/ on top of common.config (plain)
  --series  the patches of KERNEL's series to apply: all, none, the first N (all)
  --with    a patch to apply after these
  --link    make LINK a symbolic link to the directory, and LINK.key its name

Built kernels are kept in ${XDG_CACHE_HOME:-~/.cache}/pathward, or in
PATHWARD_CACHE, as kernel/KERNEL-LANE-HASH. KERNEL_SRC=/dir/or/tarball replaces
the packaged source.
END
}

set -euo pipefail

# shellcheck source=common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=source.sh
. "$top/scripts/source.sh"

series=all with='' lane=plain link='' verb=build
steps=1700 cpu_minutes=15 keep_kernels=24

parse_options()
{
	while (($#)); do
		[[ $1 != --[klsw]* || $# -gt 1 ]] || die "$1 takes a value"
		case $1 in
		--series) series=${2:-} && shift ;;
		--with) with=${2:-} && shift ;;
		--kernel) kernel_choose "${2:-}" && shift ;;
		--lane) lane=${2:-} && shift ;;
		--link) link=${2:-} && shift ;;
		build | source | distclean) verb=$1 ;;
		-h | --help) usage && exit 0 ;;
		*) usage >&2 && exit 2 ;;
		esac
		shift
	done
	[[ $series =~ ^(all|none|[0-9]+)$ ]] || die "--series is all, none or N"
	find_fragments
}

# find_fragments: set $fragments, the configuration, each on top of those before:
# of all kernels, of this one if it needs any of its own, of the lane
find_fragments()
{
	local dir=$top/kernel-config lanes

	fragments=("$dir/common.config")
	[[ ! -r $dir/$kernel.config ]] || fragments+=("$dir/$kernel.config")
	[[ $lane != plain ]] || return 0
	if [[ ! $lane =~ ^[a-z]+$ || $lane == common || ! -r $dir/$lane.config ]]; then
		lanes=$(cd "$dir" && printf '%s\n' [a-z]*.config |
			sed '/^common\./d; s/\.config$//' | paste -sd ' ')
		die "$lane: no such lane; there are: plain $lanes"
	fi
	fragments+=("$dir/$lane.config")
}

# The options of the fragments, without comments: a change of those builds nothing
options()
{
	sed -e '/^$/d' -e '/^# CONFIG_.* is not set$/b' -e '/^#/d' "${fragments[@]}"
}

# Everything that the product depends on, as text; its hash is the key.
inputs()
{
	echo "source $source_hash"
	# only the diffs count: another word in a message builds nothing anew
	echo "series $(sed -s -n '/^diff --git /,$p' /dev/null "${patches[@]}" | short)"
	echo "config $(options | short)"
	echo "compiler $($cc --version | head -n 1)"
	echo "linker $(ld --version | head -n 1)"
	echo "pahole $(pahole --version)"
}

kbuild()
{
	make -C "$tree" O="$obj" CC="$cc" HOSTCC="$cc" "$@"
}

# An option that Kconfig dropped would be missed much later, and elsewhere.
check_config()
{
	local missing

	missing=$(awk '
		/^CONFIG_/ { name = $0; sub(/=.*/, "", name) }
		FNR == NR { if (name) is[name] = $0; name = ""; next }
		/^CONFIG_/ { want[name] = $0 }
		/^# CONFIG_.* is not set$/ { want[$2] = "" }
		END { for (name in want) if (is[name] != want[name])
			print "  " (want[name] ? want[name] : name " off") }' \
		"$obj/.config" "${fragments[@]}" | sort)
	[[ -z $missing ]] ||
		die "these lines of ${fragments[*]##*/} did not take effect" \
			"(a dependency is missing?):"$'\n'"$missing"
}

configure()
{
	local stamp=$obj/.configured wanted

	wanted=$(options | short)
	if [[ ! -e $stamp || $(<"$stamp") != "$wanted" ]]; then
		rm -f "$stamp"
		kbuild tinyconfig &&
			"$tree/scripts/kconfig/merge_config.sh" -m -O "$obj" \
				"$obj/.config" "${fragments[@]}" || return
	fi
	kbuild olddefconfig && echo "$wanted" >"$stamp"
}

# A build that was killed may have left an object half written. Kbuild writes
# the .cmd file of an object after it, so a sound one is not newer than that.
drop_half_written()
{
	local object dir

	find "$obj" -name '*.o' -type f | while read -r object; do
		dir=${object%/*}
		[[ ! $object -nt $dir/.${object##*/}.cmd ]] || rm "$object"
	done
	rm -f "$obj"/vmlinux* "$obj"/.tmp_vmlinux* "$obj/arch/x86/boot/bzImage"
}

compile()
{
	local total=$steps cpus how

	cpus=$(nproc)
	how="about $((cpu_minutes / cpus + 1)) min on $cpus processors"
	if [[ -e $obj/.built ]]; then
		total='' how="what has changed"
	fi
	[[ ! -e $obj/.building ]] || drop_half_written
	: >"$obj/.building"
	rm -f "$obj/.built"
	say "building Linux $(tree_version), ${#patches[@]} patches," \
		"$lane: $how; log: $log"
	logged kernel "$total" "$log" kbuild -j"$(nproc)" \
		KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' \
		KBUILD_BUILD_VERSION=1 KBUILD_BUILD_USER=pathward \
		KBUILD_BUILD_HOST=pathward bzImage
	: >"$obj/.built"
	rm "$obj/.building"
}

# publish: the product appears whole or not at all
publish()
{
	local new=$product.new

	rm -rf "$new"
	mkdir -p "$new"
	cp --reflink=auto "$obj/arch/x86/boot/bzImage" "$obj/vmlinux" \
		"$obj/System.map" "$new/"
	cp "$obj/.config" "$new/config"
	inputs >"$new/inputs"
	mv -T "$new" "$product"
}

# The kernels least recently used go: each is 140 MB, each patch makes one.
prune()
{
	find "$cache/kernel" -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' |
		sort -rn | tail -n +$((keep_kernels + 1)) | cut -d ' ' -f 2- |
		while read -r old; do
			rm -rf "$old"
		done
}

build()
{
	[[ ! -d $product ]] || return 0
	lock "$tree.lock"
	[[ ! -d $product ]] || return 0
	source_prepare
	obj=$cache/obj/${source_hash:0:16}-$lane-$($cc -dumpfullversion)
	log=$cache/log/kernel-${product##*/}.log
	mkdir -p "$obj"
	configure </dev/null >"$log" 2>&1 || {
		tail -n 12 "$log" >&2
		die "the configuration failed; the whole log: $log"
	}
	check_config
	compile
	publish
	prune
	say "built $product in $(duration "$SECONDS")"
}

parse_options "$@"
if [[ $verb == distclean ]]; then
	cache_remove
	exit
fi
cache_create
source_find
series_find "$series"
[[ -z $with ]] || patches+=("$(readlink -e "$with")") || die "$with: not there"
product=$cache/kernel/$kernel-$lane-$(inputs | short)
case $verb in
build)
	build
	touch "$product"
	[[ -z $link ]] || link_to "$product" "$link"
	echo "$product"
	;;
source)
	if ! source_ready; then
		lock "$tree.lock"
		source_prepare
	fi
	echo "$tree"
	;;
esac
