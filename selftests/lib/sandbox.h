/* SPDX-License-Identifier: GPL-2.0-only */
/* A Landlock sandbox that allows reads only below one directory */
#ifndef __SANDBOX_H__
#define __SANDBOX_H__

#include <err.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Restrict this thread and its children for good: files can be opened for
 * reading only below @dir, an O_PATH descriptor. Nothing else is restricted.
 * Die with a message on error.
 */
static inline void sandbox_reads_below(int dir)
{
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE,
	};
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
		.parent_fd = dir,
	};
	int fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (fd < 0 ||
	    syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH,
		    &rule, 0) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_landlock_restrict_self, fd, 0))
		err(1, "landlock");
	close(fd);
}

#endif
