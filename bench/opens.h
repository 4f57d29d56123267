/* SPDX-License-Identifier: GPL-2.0-only */
/* The opened files and their sandbox. All functions exit with a message on error. */
#ifndef __OPENS_H__
#define __OPENS_H__

#include <stddef.h>

/* Room for the path of a file */
#define FILE_PATH 4096

/*
 * Makes a chain of directories on a tmpfs, with a file at each of @depths, which
 * rise. Returns their paths in @files.
 */
void opens_make_files(const int *depths, size_t nr, char (*files)[FILE_PATH]);

/* Begins or ends an interval of plugin/insns.c. */
void opens_mark(void);

/* Opens and closes @path @times times. */
void opens_repeat(const char *path, int times);

/*
 * Landlock for this process and its children: files can be read, for the sake
 * of one rule at the root.
 */
void opens_restrict(void);

#endif
