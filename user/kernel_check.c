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
#include "kernel_check.h"
#include "pins.h"
#include "util.h"

#define WALK_KFUNC "bpf_vfs_walk_ancestors"
#define LSM_LIST "/sys/kernel/security/lsm"

/* The inode numbers of their nsfs files, the same on every kernel */
#define INITIAL_USER_NAMESPACE 0xEFFFFFFDU
#define INITIAL_PID_NAMESPACE 0xEFFFFFFCU

static bool is_initial(const char *namespace, ino_t initial)
{
	struct stat st;

	return stat(namespace, &st) || st.st_ino == initial;
}

/* Of a user namespace of one's own, one is root, but not of the kernel. */
static bool in_initial_user_namespace(void)
{
	return is_initial("/proc/self/ns/user", INITIAL_USER_NAMESPACE);
}

/*
 * What keeps the rules in memory is mounted in the caller's mount namespace, and
 * ends with it: that of a service or container would take them along.
 */
static int check_mount_namespace(void)
{
	struct stat ours, first;

	if (!is_initial("/proc/self/ns/pid", INITIAL_PID_NAMESPACE))
		return fail(
			EXIT_PRIVILEGE,
			"in a container (a PID namespace): the rules would be forgotten when it ends; run it on the host");
	if (stat("/proc/self/ns/mnt", &ours) ||
	    stat("/proc/1/ns/mnt", &first) || ours.st_ino == first.st_ino)
		return EXIT_OK;
	return fail(
		EXIT_PRIVILEGE,
		"not in the mount namespace of the host's process 1: the rules would be forgotten when this one ends; nsenter -t 1 -m pathward ...");
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
		return check_mount_namespace();
	return fail(
		EXIT_PRIVILEGE,
		"not privileged: CAP_SYS_ADMIN is needed to load BPF programs and to mount; run as root, in the initial user namespace");
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

static int check_bpffs(void)
{
	struct statfs fs;

	if (!statfs(PIN_BPFFS, &fs) && fs.f_type == BPF_FS_MAGIC)
		return EXIT_OK;
	return fail(
		EXIT_KERNEL,
		"%s: no BPF filesystem is mounted there: mount -t bpf -o mode=0700 bpf %s",
		PIN_BPFFS, PIN_BPFFS);
}

int kernel_check(void)
{
	return check_kfunc() ?: check_lsm() ?: check_bpffs();
}
