// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdbool.h>
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

int privilege_check(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (!syscall(SYS_capget, &header, data) &&
	    data[0].effective & 1U << CAP_SYS_ADMIN &&
	    in_initial_user_namespace())
		return EXIT_OK;
	return fail(
		EXIT_PRIVILEGE,
		"not privileged: CAP_SYS_ADMIN is needed to load BPF programs; run as root, in the initial user namespace");
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

static int check_lsm(void)
{
	__cleanup(close_fd) int fd = open(LSM_LIST, O_RDONLY | O_CLOEXEC);
	char list[1024], copy[1024], *others = list;
	ssize_t n;

	if (fd < 0)
		return fail(
			EXIT_KERNEL,
			"%s: %s: mount -t securityfs securityfs /sys/kernel/security",
			LSM_LIST, strerror(errno));
	n = read(fd, list, sizeof(list) - 1);
	if (n < 0)
		return fail(EXIT_KERNEL, "%s: %s", LSM_LIST, strerror(errno));
	list[n] = '\0';
	memcpy(copy, list, n + 1);
	if (is_in_list(copy, "bpf"))
		return EXIT_OK;
	list[strcspn(list, "\n")] = '\0';
	if (!strncmp(list, "capability,", 11)) /* there always, not an option */
		others += 11;
	return fail(
		EXIT_KERNEL,
		"BPF programs are not an active security module (%s has %s): boot with lsm=%s,bpf on the kernel's command line (needs CONFIG_BPF_LSM)",
		LSM_LIST, list, others);
}

static void free_btf(struct btf **btf)
{
	btf__free(*btf);
}

static int check_kfunc(void)
{
	__cleanup(free_btf) struct btf *btf = btf__load_vmlinux_btf();

	if (!btf)
		return fail(
			EXIT_KERNEL,
			"the kernel has no type information (BTF): build it with CONFIG_DEBUG_INFO_BTF=y");
	if (btf__find_by_name_kind(btf, WALK_KFUNC, BTF_KIND_FUNC) < 0)
		return fail(
			EXIT_KERNEL,
			"the kernel has no %s(): boot a kernel with pathward's patch series (kernel-patches/)",
			WALK_KFUNC);
	return EXIT_OK;
}

/* In a directory without the sticky bit, other users can exchange ours. */
static int check_bpffs(void)
{
	struct statfs fs;
	struct stat st;

	if (statfs(PIN_BPFFS, &fs) || fs.f_type != BPF_FS_MAGIC)
		return fail(
			EXIT_KERNEL,
			"%s: no BPF filesystem is mounted there: mount -t bpf -o mode=0700 bpf %s",
			PIN_BPFFS, PIN_BPFFS);
	if (!stat(PIN_BPFFS, &st) && st.st_uid == 0 &&
	    (st.st_mode & S_ISVTX || !(st.st_mode & (S_IWGRP | S_IWOTH))))
		return EXIT_OK;
	return fail(
		EXIT_KERNEL,
		"%s: other users can rename what root makes in it: chmod 0700 %s",
		PIN_BPFFS, PIN_BPFFS);
}

static int check_landlock(void)
{
	if (keep_supported())
		return EXIT_OK;
	return fail(
		EXIT_KERNEL,
		"Landlock is not an active security module, which keeps the inodes of rules in memory: boot with landlock in the list lsm= (needs CONFIG_SECURITY_LANDLOCK)");
}

int kernel_check(void)
{
	return check_kfunc()		?:
		       check_lsm()	?:
		       check_landlock() ?:
					  check_bpffs();
}
