#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: build.sh
#
# Builds the kernel's own tests in build/upstream/KERNEL/src and prints that
# directory: Landlock's, test_verifier, and test_progs with nothing but the
# tests of the verifier and those that the series adds. The source is the
# packaged one, so that the same programs fit the kernel with the series and
# the one without; of the series it has the patches of selftests only.
set -euo pipefail

# shellcheck source=../../scripts/common.sh
. "$(dirname "$(readlink -f "$0")")/../../scripts/common.sh"
# shellcheck source=../../scripts/source.sh
. "$top/scripts/source.sh"

work=$top/build/upstream/$kernel
src=$work/src
tests=tools/testing/selftests
parts=(Makefile Kbuild arch/x86/include arch/x86/entry/syscalls arch/x86/tools
	arch/x86/Makefile include scripts tools usr/include
	kernel/bpf/disasm.c kernel/bpf/disasm.h)

# Sets $added, the patches that touch selftests and nothing else
find_added()
{
	local patch

	added=()
	for patch in "${patches[@]}"; do
		sed -n 's|^+++ b/||p' "$patch" | grep -qv "^$tests/" ||
			added+=("$patch")
	done
}

# The types of a kernel depend on its configuration; that the programs find
# what they need where a patch has put it is CO-RE's business.
inputs()
{
	echo "source $source_hash"
	cat /dev/null "${added[@]}" "$0"
	grep -v ^series "$patched/inputs"
}

unpack()
{
	local patch

	say "unpacking the tests of $source"
	rm -rf "$src"
	mkdir -p "$src"
	if [[ -d $source ]]; then
		tar -C "$source" -cf - "${parts[@]}" | tar -C "$src" -xf -
	else
		tar -C "$src" --strip-components=1 --wildcards \
			--no-wildcards-match-slash -xf "$source" "${parts[@]/#/*/}"
	fi
	for patch in "${added[@]}"; do
		(cd "$src" && patch -p1 -F0 -s --no-backup-if-mismatch) <"$patch"
	done
}

# test_verifier goes on without the module bpf_testmod, as test_progs does: our
# kernels have no modules. The cases that need it fail.
without_testmod()
{
	local file=$src/$tests/bpf/test_verifier.c

	sed -i '/^\tif (load_bpf_testmod(verbose))$/ {
		N
		s/.*/\tload_bpf_testmod(verbose);/
	}' "$file"
	grep -qx $'\tload_bpf_testmod(verbose);' "$file" ||
		die "test_verifier.c is not as it was"
}

# test_progs is made of all that is in its directories; most of it takes a
# kernel with modules and a network, and all of it an hour to compile.
prune()
{
	find "$src/$tests/bpf/prog_tests" -name '*.c' ! -name verifier.c \
		! -name vfs_walk.c -delete
	# resolve_btfids takes the last
	find "$src/$tests/bpf/progs" -name '*.c' ! -name 'verifier_*.c' \
		! -name vfs_walk.c ! -name btf_data.c -delete
}

# With RELEASE, GCC 12 warns of test_loader.c, and warnings are errors there.
compile()
{
	make -C "$src" -j"$(nproc)" HOSTCC=$cc headers &&
		make -C "$src/$tests/landlock" -j"$(nproc)" CC=$cc \
			KHDR_INCLUDES="-isystem $src/usr/include" &&
		make -C "$src/$tests/bpf" -j"$(nproc)" CC=$cc HOSTCC=$cc \
			CLANG=$clang LLVM_STRIP=$llvm_strip LLVM_CONFIG=false \
			VMLINUX_BTF="$patched/vmlinux" feature-llvm=0 RELEASE=1 \
			LSKELS= LSKELS_EXTRA= LINKED_SKELS= TRUNNER_EXTRA_FILES= \
			SAN_CFLAGS=-Wno-error=maybe-uninitialized \
			test_verifier test_progs
}

source_find
series_find all
find_added
patched=$("$top/scripts/kernel.sh" --kernel "$kernel" build)
mkdir -p "$work"
key=$(inputs | short)
if [[ ! -e $work/built || $(<"$work/built") != "$key" ]]; then
	rm -f "$work/built"
	unpack
	without_testmod
	prune
	say "building the kernel's tests, some minutes; log: $work/build.log"
	logged tests 500 "$work/build.log" compile
	echo "$key" >"$work/built"
fi
echo "$src/$tests"
