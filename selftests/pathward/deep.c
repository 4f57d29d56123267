// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: deep DIRECTORY LEVELS MOUNTPOINT
 *
 * Make LEVELS nested directories below DIRECTORY and bind-mount the last one on
 * MOUNTPOINT. It needs this short name because its full path would be too long.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdlib.h>
#include <unistd.h>
#include "world.h"

int main(int argc, char **argv)
{
	int fd;

	if (argc != 4)
		errx(2, "usage: deep DIRECTORY LEVELS MOUNTPOINT");
	fd = world_deep(world_open(argv[1], O_PATH), atoi(argv[2]));
	if (fchdir(fd))
		err(2, "fchdir");
	world_bind(".", argv[3]);
	return 0;
}
