/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Places in the file tree, as the kernel reports them to user space, to compare
 * with the report of a walk
 */
#ifndef __WORLD_H__
#define __WORLD_H__

#include <linux/types.h>

#include "ancestors.h"

/*
 * Return the object at @path below @dirfd, or @dirfd itself if @path is "". Die
 * on error.
 */
struct seen place_at(int dirfd, const char *path);

/* Return the object at the absolute @path, reached by the mount of @by. */
struct seen place_by(const char *path, struct seen by);

static inline struct seen place(const char *path)
{
	return place_at(-1, path);
}

/*
 * Give the calling process a mount namespace of its own, with an empty tmpfs at
 * /t. All of these functions die with a message on error.
 */
void world_setup(void);
void world_mkdir(const char *path);
void world_write(const char *path);
void world_bind(const char *from, const char *to);
void world_tmpfs(const char *on);
void world_rename(const char *from, const char *to);
int world_open(const char *path, int flags);

/*
 * Drop the caches and open @file by its handle, so that its parents are unknown
 * if its filesystem forgets them. Return the result of open_by_handle_at().
 */
int world_open_by_handle(const char *mountpoint, const char *file, int flags);

/*
 * Make directories @depth levels deep below @dirfd, each named "d". Return an
 * O_PATH descriptor of the last one.
 */
int world_deep(int dirfd, int depth);

/* Remove these directories again, from the last, @fd, upwards. Close @fd. */
void world_remove_deep(int fd, int depth);

/*
 * Return the number of inodes of the tmpfs at /t. A removed directory or file
 * counts until the last reference to it has gone.
 */
unsigned long world_inodes(void);

#endif
