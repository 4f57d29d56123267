#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
usage()
{
	cat <<'END'
usage: tools.sh [--kernel KERNEL] [--link LINK]

Builds libbpf and bpftool from the kernel's source if that is not done, and
prints their directory:

  bpftool            static, for this host and for the guest
  libbpf.a
  include/bpf        libbpf's headers
  include/linux      the UAPI headers that libbpf was built with
  include/selftests  kselftest_harness.h, kselftest.h, bpf_misc.h,
                     bpf_experimental.h, bpf_kfuncs.h
  selftests/bpf      the files that the series adds to the directory of this
                     name, and prog_tests/verifier.c, which lists them

  --kernel  a directory of kernel-patches/ ($KERNEL, or the canonical one)
  --link    make LINK a symbolic link to it, and LINK.key its name
END
}

set -euo pipefail

# shellcheck source=common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=source.sh
. "$top/scripts/source.sh"

link='' steps=70 tests=tools/testing/selftests
# The sources of the tools: a patch elsewhere in the kernel does not matter.
parts='tools/(arch|bpf|build|include|lib|scripts)/|include/uapi/linux/bpf|'
parts+='kernel/bpf/disasm|scripts/bpf_doc|tools/testing/selftests/kselftest|'
parts+="$tests/bpf"

inputs()
{
	local patch

	echo "source $source_hash"
	for patch in "${patches[@]}"; do
		! grep -qE "^\+\+\+ b/($parts)" "$patch" ||
			echo "patch $(short <"$patch")"
	done
	echo "compiler $($cc --version | head -n 1)"
	echo "recipe $(short <"$top/scripts/tools.sh")"
}

# Every optional feature is set by hand: features that a host has by chance
# (an LLVM to disassemble with, a BTF to make skeletons from) must not matter.
compile()
{
	logged tools "$steps" "$log" make -C "$tree/tools/bpf/bpftool" \
		-j"$(nproc)" OUTPUT="$obj/" CC="$cc" HOSTCC="$cc" \
		CLANG="$clang" LLVM_STRIP="$llvm_strip" EXTRA_LDFLAGS=-static \
		VMLINUX_BTF= feature-clang-bpf-co-re=0 feature-llvm=0 \
		feature-libbfd=0 feature-libbfd-liberty=0 \
		feature-libbfd-liberty-z=0 feature-libcap=1
}

# publish_tests DIR: the BPF selftests that the series adds, and the list of those
# that the kernel's own runner gives to the verifier
publish_tests()
{
	local file name

	awk -f "$top/scripts/added.awk" -v below="$tests/bpf/" \
		/dev/null "${patches[@]}" | while read -r file; do
		mkdir -p "$1/${file%/*}"
		cp "$tree/$tests/bpf/$file" "$1/$file"
	done
	cp "$tree/$tests/bpf/prog_tests/verifier.c" "$1/prog_tests/verifier.c"
}

publish()
{
	local new=$product.new header

	rm -rf "$new"
	mkdir -p "$new"/include/{bpf,linux,selftests}
	cp "$obj/bpftool" "$obj/libbpf/libbpf.a" "$new/"
	cp "$obj/libbpf/include/bpf"/*.h "$new/include/bpf/"
	# Internal to libbpf; there because bpftool needs them.
	for header in hashmap nlattr relo_core libbpf_internal; do
		rm "$new/include/bpf/$header.h"
	done
	for header in bpf bpf_common btf; do
		cp "$tree/tools/include/uapi/linux/$header.h" \
			"$new/include/linux/"
	done
	cp "$tree/$tests"/{kselftest.h,kselftest_harness.h} \
		"$tree/$tests/bpf"/{progs/bpf_misc,bpf_experimental,bpf_kfuncs}.h \
		"$new/include/selftests/"
	publish_tests "$new/selftests/bpf"
	inputs >"$new/inputs"
	mv -T "$new" "$product"
}

build()
{
	[[ ! -d $product ]] || return 0
	lock "$tree.lock"
	[[ ! -d $product ]] || return 0
	source_prepare
	obj=$product.obj
	log=$cache/log/tools-${product##*/}.log
	rm -rf "$obj"
	mkdir -p "$obj"
	say "building libbpf and bpftool, about a minute; log: $log"
	compile
	publish
	rm -rf "$obj"
}

while (($#)); do
	case $1 in
	--kernel) kernel_choose "${2:-}" && shift ;;
	--link) link=${2:?} && shift ;;
	-h | --help) usage && exit 0 ;;
	*) usage >&2 && exit 2 ;;
	esac
	shift
done
cache_create
source_find
series_find all
product=$cache/tools/$(inputs | short)
build
[[ -z $link ]] || link_to "$product" "$link"
echo "$product"
