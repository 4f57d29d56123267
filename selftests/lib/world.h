/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Places in the file tree, as the kernel tells them to user space, to compare
 * with what a walk has shown.
 */
#ifndef __WORLD_H__
#define __WORLD_H__

#include <linux/types.h>

#include "ancestors.h"

/* The object at @path below @dirfd, itself if @path is "". Dies on error. */
struct seen place_at(int dirfd, const char *path);

/* The object at absolute @path, reached by the mount of @by. */
struct seen place_by(const char *path, struct seen by);

static inline struct seen place(const char *path)
{
	return place_at(-1, path);
}

/*
 * A mount namespace of the calling process alone, with an empty tmpfs at /t.
 * All of these die with a message on error.
 */
void world_setup(void);
void world_mkdir(const char *path);
void world_write(const char *path);
void world_bind(const char *from, const char *to);
void world_tmpfs(const char *on);
void world_rename(const char *from, const char *to);
int world_open(const char *path, int flags);

/*
 * Opens @file by its handle, the caches dropped, so that nobody knows its parents,
 * if its filesystem forgets them. Returns what open_by_handle_at() has returned.
 */
int world_open_by_handle(const char *mountpoint, const char *file, int flags);

/* A directory @depth levels below @dirfd, each named "d"; an O_PATH fd. */
int world_deep(int dirfd, int depth);

/* Remove these directories again, from the last one, which is closed, upwards. */
void world_remove_deep(int fd, int depth);

/*
 * The number of inodes of the tmpfs at /t. A directory or file that is removed
 * counts until the last reference to it has gone.
 */
unsigned long world_inodes(void);

#endif
