/* SPDX-License-Identifier: GPL-2.0-only */
/* The mounts that this process sees: /proc/self/mountinfo, see proc(5). */
#ifndef MOUNTINFO_H
#define MOUNTINFO_H

#include <stdbool.h>

struct mount_entry {
	int id;
	unsigned int major; /* of the superblock */
	unsigned int minor;
	char *point; /* where it is mounted, as this process sees it */
	char *type;
	char *options; /* of the superblock, with a comma in a value as \054 */
};

struct mountinfo {
	struct mount_entry *mount;
	unsigned int count;
};

/* Read all mounts. Returns 0 or -errno; mountinfo_free() is for both cases. */
int mountinfo_read(struct mountinfo *mounts);
void mountinfo_free(struct mountinfo *mounts);

/* Return the mount with the id that statx() calls stx_mnt_id, or NULL. */
const struct mount_entry *mountinfo_find(const struct mountinfo *mounts,
					 int id);

/*
 * Return the value of the mount's option @name, "" if it has none, or NULL if
 * the mount does not have the option.
 */
const char *mount_option(const struct mount_entry *mount, const char *name);

#endif
