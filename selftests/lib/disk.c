// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <linux/random.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "disk.h"
#include "world.h"

/* Use full paths: the mke2fs of busybox makes no ext4. */
static const struct disk {
	const char *type;
	off_t size; /* btrfs needs at least 109 MB */
	const char *mkfs;
} disks[] = {
	{ "ext4", 64 << 20, "/usr/bin/mke2fs -q -t ext4" },
	/* without the option, xfs needs 300 MB, 64 of them for its log */
	{ "xfs", 64 << 20, "/usr/bin/mkfs.xfs -q --unsupported >/dev/null" },
	{ "btrfs", 128 << 20, "/usr/bin/mkfs.btrfs -q >/dev/null" },
};

/*
 * Feed the random pool. A guest gathers no randomness of its own, and libuuid
 * waits a second for each UUID before it goes without. The contents of a test's
 * disk are no secret.
 */
static void feed_random(void)
{
	struct {
		int bits, size;
		uint32_t pool[16];
	} seed = { .bits = 256, .size = sizeof(seed.pool) };
	int fd = world_open("/dev/urandom", O_RDWR);

	if (ioctl(fd, RNDADDENTROPY, &seed))
		err(1, "RNDADDENTROPY");
	close(fd);
}

/* Open a loop device with a new file behind it. Its last close detaches it. */
static int open_loop(off_t size, int *nr)
{
	struct loop_config config = { .info.lo_flags = LO_FLAGS_AUTOCLEAR };
	int control = world_open("/dev/loop-control", O_RDWR);
	int fd = world_open("/tmp", O_TMPFILE | O_RDWR);
	char path[32];
	int loop;

	config.fd = fd;
	if (ftruncate(fd, size))
		err(1, "image of %lld bytes", (long long)size);
	*nr = ioctl(control, LOOP_CTL_GET_FREE);
	if (*nr < 0)
		err(1, "no loop device is free");
	snprintf(path, sizeof(path), "/dev/loop%d", *nr);
	loop = world_open(path, O_RDWR);
	if (ioctl(loop, LOOP_CONFIGURE, &config))
		err(1, "set up %s", path);
	close(fd);
	close(control);
	return loop;
}

int world_disk(const char *type, const char *on)
{
	const struct disk *disk = disks;
	char command[128], path[32];
	int loop, nr;

	while (strcmp(disk->type, type))
		disk++;
	feed_random();
	loop = open_loop(disk->size, &nr);
	snprintf(path, sizeof(path), "/dev/loop%d", nr);
	snprintf(command, sizeof(command), "%s %s", disk->mkfs, path);
	if (system(command))
		errx(1, "%s: failed", command);
	world_mkdir(on);
	if (mount(path, on, type, 0, NULL))
		err(1, "%s on %s", type, on);
	close(loop);
	return nr;
}
