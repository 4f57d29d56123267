/* SPDX-License-Identifier: GPL-2.0-only */
/* The symbolic links that a path leads through. */
#ifndef LINKS_H
#define LINKS_H

#include <sys/stat.h>

/*
 * Call @visit for each symbolic link on the way of the absolute @path, in order:
 * its own path (valid for the call) and the result of lstat(). A link that
 * cannot be followed, and more than 40 of them as in the kernel, end it.
 */
void links_each(const char *path,
		void (*visit)(const char *link, const struct stat *st,
			      void *data),
		void *data);

#endif
