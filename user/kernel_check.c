// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "error.h"
#include "keep.h"
#include "kernel_check.h"
#include "pins.h"
#include "util.h"

#define WALK_KFUNC "bpf_vfs_walk_ancestors"
#define LSM_LIST "/sys/kernel/security/lsm"

/* The inode number of its nsfs file, the same on every kernel */
#define INITIAL_USER_NAMESPACE 0xEFFFFFFDU

/* Root in a child user namespace has no privilege in the initial one. */
static bool in_initial_user_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/user", &st) ||
	       st.st_ino == INITIAL_USER_NAMESPACE;
}

enum exit_code privilege_check(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (!syscall(SYS_capget, &header, data) &&
	    data[0].effective & 1U << CAP_SYS_ADMIN &&
	    in_initial_user_namespace())
		return EXIT_OK;
	return fail_hint(EXIT_PRIVILEGE,
			 "run as root in the initial user namespace",
			 "not privileged: CAP_SYS_ADMIN is required");
}

static bool is_in_list(char *list, const char *name)
{
	char *save, *item;

	for (item = strtok_r(list, ",\n", &save); item;
	     item = strtok_r(NULL, ",\n", &save)) {
		if (!strcmp(item, name))
			return true;
	}
	return false;
}

static enum exit_code lsm_inactive(char *list)
{
	char hint[sizeof("boot with lsm=,bpf (needs CONFIG_BPF_LSM)") + 1024];
	const char *others = list;

	if (!strncmp(list, "capability,", 11)) /* always there, not an option */
		others += 11;
	snprintf(hint, sizeof(hint), "boot with lsm=%s,bpf (needs %s)", others,
		 "CONFIG_BPF_LSM");
	return fail_hint(EXIT_KERNEL, hint,
			 "bpf is not an active security module: %s has %s",
			 LSM_LIST, list);
}

static enum exit_code check_lsm(void)
{
	__cleanup(close_fd) int fd = open(LSM_LIST, O_RDONLY | O_CLOEXEC);
	char list[1024], copy[1024];
	ssize_t n;

	if (fd < 0)
		return fail_hint(EXIT_KERNEL,
				 "mount -t securityfs securityfs "
				 "/sys/kernel/security",
				 "%s: %s", LSM_LIST, strerror(errno));
	n = read(fd, list, sizeof(list) - 1);
	if (n < 0)
		return fail(EXIT_KERNEL, "%s: %s", LSM_LIST, strerror(errno));
	list[n] = '\0';
	memcpy(copy, list, n + 1);
	if (is_in_list(copy, "bpf"))
		return EXIT_OK;
	list[strcspn(list, "\n")] = '\0';
	return lsm_inactive(list);
}

static void free_btf(struct btf **btf)
{
	btf__free(*btf);
}

static enum exit_code check_kfunc(void)
{
	__cleanup(free_btf) struct btf *btf = btf__load_vmlinux_btf();

	if (!btf)
		return fail_hint(EXIT_KERNEL,
				 "build it with CONFIG_DEBUG_INFO_BTF=y",
				 "the kernel has no type information (BTF)");
	if (btf__find_by_name_kind(btf, WALK_KFUNC, BTF_KIND_FUNC) < 0)
		return fail_hint(EXIT_KERNEL,
				 "boot a kernel with pathward's patches "
				 "(kernel-patches/)",
				 "the kernel has no %s()", WALK_KFUNC);
	return EXIT_OK;
}

static enum exit_code check_landlock(void)
{
	if (keep_supported())
		return EXIT_OK;
	return fail_hint(EXIT_KERNEL,
			 "boot with lsm=landlock,... (needs "
			 "CONFIG_SECURITY_LANDLOCK)",
			 "landlock is not an active security module, which "
			 "keeps rules in memory");
}

/* In a directory without the sticky bit, other users can exchange ours. */
static enum exit_code check_bpffs(void)
{
	struct statfs fs;
	struct stat st;

	if (statfs(PIN_BPFFS, &fs) || fs.f_type != BPF_FS_MAGIC)
		return fail_hint(EXIT_KERNEL,
				 "mount -t bpf -o mode=0700 bpf " PIN_BPFFS,
				 "%s: no BPF filesystem is mounted there",
				 PIN_BPFFS);
	if (!stat(PIN_BPFFS, &st) && st.st_uid == 0 &&
	    (st.st_mode & S_ISVTX || !(st.st_mode & (S_IWGRP | S_IWOTH))))
		return EXIT_OK;
	return fail_hint(EXIT_KERNEL, "chmod 0700 " PIN_BPFFS,
			 "%s: other users can rename directories of root in it",
			 PIN_BPFFS);
}

enum exit_code kernel_check(void)
{
	return check_kfunc()		?:
		       check_lsm()	?:
		       check_landlock() ?:
					  check_bpffs();
}
