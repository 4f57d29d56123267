// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

#include "statmount.h"

#ifndef SYS_statmount
#define SYS_statmount 457
#define SYS_listmount 458
#endif

/* struct mnt_id_req of linux/mount.h */
struct request {
	__u32 size, spare;
	__u64 mnt_id, param;
};

int stat_mount(__u64 id, __u64 what, struct mount_info *info)
{
	struct request request = {
		.size = sizeof(request),
		.mnt_id = id,
		.param = what,
	};

	return syscall(SYS_statmount, &request, info, sizeof(*info), 0);
}

int list_mounts(__u64 id, __u64 *ids, int max)
{
	struct request request = {
		.size = sizeof(request),
		.mnt_id = id,
	};

	return syscall(SYS_listmount, &request, ids, max, 0);
}
