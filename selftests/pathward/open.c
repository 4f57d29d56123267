// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: open [-m MOUNTPOINT | -d LEVELS] HOW FILE
 *
 * Open FILE and print "opened" or the name of the error. HOW is made of the
 * letters r, w (rw: both), 3 (the access mode of that number), a (append),
 * t (truncate), p (O_PATH).
 *
 * -m: drop caches and open FILE by its handle, so that its parents are unknown
 * -d: FILE is a directory: make LEVELS nested directories below it, and open a
 *     new file in the last one
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "world.h"

static int flags_of(const char *how)
{
	static const char letters[] = "atp";
	static const int values[] = { O_APPEND, O_TRUNC, O_PATH };
	int flags = O_RDONLY;
	size_t i;

	if (strchr(how, 'w'))
		flags = strchr(how, 'r') ? O_RDWR : O_WRONLY;
	else if (strchr(how, '3'))
		flags = O_ACCMODE;
	for (i = 0; letters[i]; i++) {
		if (strchr(how, letters[i]))
			flags |= values[i];
	}
	return flags;
}

/* Make the file without opening it, so that only one open is decided. */
static int deep(const char *directory, int levels, int flags)
{
	int dirfd = world_open(directory, O_PATH);

	dirfd = world_deep(dirfd, levels);
	if (mknodat(dirfd, "file", S_IFREG | 0644, 0))
		err(2, "mknod");
	return openat(dirfd, "file", flags);
}

int main(int argc, char **argv)
{
	const char *mountpoint = NULL, *levels = NULL;
	int option, flags, fd;

	while ((option = getopt(argc, argv, "m:d:")) >= 0) {
		if (option == 'm')
			mountpoint = optarg;
		else if (option == 'd')
			levels = optarg;
		else
			return 2;
	}
	if (argc - optind != 2)
		errx(2, "usage: open [-m MOUNTPOINT | -d LEVELS] HOW FILE");
	flags = flags_of(argv[optind]);
	if (mountpoint)
		fd = world_open_by_handle(mountpoint, argv[optind + 1], flags);
	else if (levels)
		fd = deep(argv[optind + 1], atoi(levels), flags);
	else
		fd = open(argv[optind + 1], flags);
	puts(fd < 0 ? strerrorname_np(errno) : "opened");
	return fd < 0;
}
