// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: deep DIRECTORY LEVELS MOUNTPOINT
 *
 * Makes that many directories below DIRECTORY, one in the other, and mounts the
 * last one on MOUNTPOINT: a short name for what no name can be long enough for.
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
