/* SPDX-License-Identifier: GPL-2.0-only */
/* Files to open, and a sandbox. All functions exit with a message on error. */
#ifndef __OPENS_H__
#define __OPENS_H__

#include <stddef.h>

/* Room for the path of a file */
#define FILE_PATH 4096

/*
 * Make a chain of directories on a tmpfs, with a file at each of the @nr
 * @depths, which are in ascending order. Store the paths of the files in
 * @files.
 */
void opens_make_files(const int *depths, size_t nr, char (*files)[FILE_PATH]);

/* Begin or end an interval of plugin/insns.c. */
void opens_mark(void);

/* Open and close @path @times times. */
void opens_repeat(const char *path, int times);

/*
 * Return the clock cycles per call of a function that makes @times calls. In
 * QEMU's icount lane the time stamp counter counts instructions.
 */
double opens_cost(void (*repeat)(const char *path, int times),
		  const char *path);

/*
 * Restrict this process and its children by Landlock. One rule at the root
 * allows them to read files.
 */
void opens_restrict(void);

#endif
