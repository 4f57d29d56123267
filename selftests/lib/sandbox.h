/* SPDX-License-Identifier: GPL-2.0-only */
/* Landlock sandboxes */
#ifndef __SANDBOX_H__
#define __SANDBOX_H__

#include <err.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct sandbox_rule {
	int dir; /* an O_PATH descriptor */
	__u64 allowed;
};

/*
 * Restrict this thread and its children for good: @handled accesses are only
 * allowed by the @nr @rules. Die with a message on error.
 */
static inline void sandbox(__u64 handled, const struct sandbox_rule *rules,
			   int nr)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = handled };
	int fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (fd < 0)
		err(1, "landlock_create_ruleset");
	for (int i = 0; i < nr; i++) {
		struct landlock_path_beneath_attr rule = {
			.allowed_access = rules[i].allowed,
			.parent_fd = rules[i].dir,
		};

		if (syscall(SYS_landlock_add_rule, fd,
			    LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
			err(1, "landlock_add_rule");
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_landlock_restrict_self, fd, 0))
		err(1, "landlock_restrict_self");
	close(fd);
}

/* Allow that files are opened for reading only below @dir, nothing else. */
static inline void sandbox_reads_below(int dir)
{
	const struct sandbox_rule rule = { dir, LANDLOCK_ACCESS_FS_READ_FILE };

	sandbox(LANDLOCK_ACCESS_FS_READ_FILE, &rule, 1);
}

#endif
