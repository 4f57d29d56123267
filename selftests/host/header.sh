#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bpf/vfs_walk.bpf.h is usable on its own, and with any vmlinux.h: one that does
# not know the kfunc, and one that declares it as bpftool does.
set -uo pipefail

# shellcheck source=../lib/host.sh
. "$(dirname "$(readlink -f "$0")")/../lib/host.sh"

cat >"$tmp/program.bpf.c" <<'END'
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"

char LICENSE[] SEC("license") = "GPL";

static int visit(const struct path *ancestor, void *data)
{
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(file_open, struct file *file)
{
	if (!bpf_vfs_walk_present())
		return -13;
	if (bpf_vfs_walk_ancestors(&file->f_path, visit, NULL,
				   VFS_WALK_FS_ROOT) < 0)
		return -13;
	return 0;
}
END

# compiles: program.bpf.c does with the vmlinux.h in $tmp, nothing else around
compiles()
{
	clang-19 --target=bpf -mcpu=v3 -O2 -g -Wall -Werror \
		-Wno-unused-function -D__TARGET_ARCH_x86 -I"$tmp" \
		-I"$build/tools/include" -c "$tmp/program.bpf.c" \
		-o "$tmp/program.bpf.o"
}

cp "$top/bpf/vfs_walk.bpf.h" "$tmp"
cp "$build/vmlinux.h" "$tmp/vmlinux.h"
check 'a vmlinux.h without the kfuncs' compiles

cat >>"$tmp/vmlinux.h" <<'END'
#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif
extern int bpf_vfs_walk_ancestors(const struct path *path,
				  int (*cb)(const struct path *, void *),
				  void *ctx__cbctx, u64 flags) __weak __ksym;
extern int bpf_vfs_walk_ancestors_sleepable(const struct path *path,
					    int (*cb)(const struct path *, void *),
					    void *ctx__cbctx, u64 flags) __weak __ksym;
END
check 'one with its prototypes' compiles

# A kernel that had the flags as an enum
cat >>"$tmp/vmlinux.h" <<'END'
enum vfs_walk_flags {
	VFS_WALK_DISCONNECTED = 2,
	VFS_WALK_FS_ROOT = 4,
};
END
check 'one with its flags' compiles
finish
