// SPDX-License-Identifier: GPL-2.0-only
/* The beginning of a world */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "internal.h"
#include "world.h"

#define HOME "/t"

static struct mnt *begin_with(struct world *w, int label, const char *path,
			      enum fs_kind kind)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct fs *fs = &w->fs[w->nr_fs++];
	struct mnt *mnt;

	if (fd < 0)
		err(1, "%s", path);
	*fs = (struct fs){ .label = label, .kind = kind };
	fs->dev = place_at(fd, "").dev;
	fs->root = track_node(w, label, fs, NULL, "", dup(fd));
	mnt = track_mount(w, label, fs->root);
	mnt->where = ATTACHED;
	track_identify(mnt, fd);
	return mnt;
}

/*
 * Start from the mount namespace of a test, see world_setup(), and give the
 * world a namespace of its own, with a new tmpfs instead of the test's.
 */
void begin_world(struct world *w)
{
	struct mnt *base, *home;
	int fd;

	if (unshare(CLONE_NEWNS) || umount2(HOME, MNT_DETACH))
		err(1, "a mount namespace for a world");
	w->proc_fd = world_open("/proc/self/fd", O_PATH);
	w->depot = w->chroot_fd = -1;
	base = begin_with(w, LABEL_BASE, "/", FS_BASE);
	base->fs->door = base->fd;
	fd = world_open(HOME, O_PATH);
	world_tmpfs(HOME);
	home = begin_with(w, LABEL_HOME, HOME, FS_TMPFS);
	home->parent = base;
	home->mountpoint = track_node(w, LABEL_BASE + 1, base->fs, base->root,
				      HOME + 1, fd);
	w->root_mnt = w->base = base;
	w->chroot = (struct level){ base, base->root };
	sync_foreign(w);
	home->fs->door = -1;
	home->fs->only = home;
	track_make_door(home->fs);
}
