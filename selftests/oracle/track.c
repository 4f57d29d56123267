// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keep the model up to date with the objects of the kernel: add new nodes and
 * mounts, open the descriptors that reach them, and unmount the mounts on
 * deleted directories.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"
#include "world.h"

struct node *track_node(struct world *w, int label, struct fs *fs,
			struct node *parent, const char *name, int fd)
{
	struct node *node = &w->node[w->nr_nodes++];
	struct stat st;

	if (w->nr_nodes == MAX_NODES)
		errx(1, "too many nodes");
	if (fstat(fd, &st))
		err(1, "stat of a new file");
	*node = (struct node){
		.label = label,
		.fs = fs,
		.parent = parent,
		.dir = S_ISDIR(st.st_mode),
		.ino = st.st_ino,
		.fd = -1,
	};
	strcpy(node->name, name);
	if (fs->kind == FS_OVERLAY || fs->kind == FS_PROC)
		node->fd = fd;
	else
		close(fd);
	return node;
}

/* Open the names of @way, as many at once as fit in a path. */
static int open_names(int fd, const struct node **way, int nr)
{
	int at = dup(fd);

	while (nr && at >= 0) {
		char path[4096];
		int len = 0, next;

		while (nr && len + strlen(way[nr - 1]->name) + 2 < sizeof(path))
			len += sprintf(path + len, "%s/", way[--nr]->name);
		path[len - 1] = '\0';
		next = openat(at, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		close(at);
		at = next;
	}
	return at;
}

int track_open(int fd, const struct node *from, const struct node *node)
{
	const struct node *way[MAX_NODES];
	int nr = 0;

	for (; node && node != from; node = node->parent) {
		if (node->deleted)
			return -1;
		way[nr++] = node;
	}
	return node && fd >= 0 ? open_names(fd, way, nr) : -1;
}

int track_reach(const struct world *w, struct level at)
{
	if (!model_in_reach(w, at))
		return -1;
	return track_open(at.mnt->fd, at.mnt->root, at.node);
}

struct mnt *track_mount(struct world *w, int label, struct node *root)
{
	struct mnt *mnt = &w->mnt[w->nr_mnts++];

	if (w->nr_mnts == MAX_MNTS)
		errx(1, "too many mounts");
	*mnt = (struct mnt){
		.label = label,
		.fs = root->fs,
		.root = root,
		.where = DETACHED,
		.fd = -1,
		.tree_fd = -1,
	};
	return mnt;
}

void track_identify(struct mnt *mnt, int fd)
{
	struct seen seen;

	if (fd < 0)
		err(1, "root of mount %d", mnt->label);
	seen = place_at(fd, "");
	if (seen.ino != mnt->root->ino || seen.dev != mnt->fs->dev ||
	    (mnt->id && mnt->id != seen.mnt_id))
		errx(1, "another root than that of mount %d", mnt->label);
	mnt->id = seen.mnt_id;
	mnt->fd = fd;
}

/* Open the top of the stack that begins at @at. */
static int open_top(const struct world *w, struct level at)
{
	struct level dir = { at.mnt, at.node->parent };
	int parent, fd = -1;

	if (at.node == at.mnt->root) /* the top, where ".." stays */
		return openat(at.mnt->fd, "..", O_PATH | O_CLOEXEC);
	parent = track_reach(w, dir);
	if (parent >= 0)
		fd = openat(parent, at.node->name, O_PATH | O_CLOEXEC);
	close(parent);
	return fd;
}

void track_find(struct world *w, struct mnt *mnt)
{
	struct level at = { mnt->parent, mnt->mountpoint };
	int fd;

	while (at.mnt->parent && at.node == at.mnt->root)
		at = (struct level){ at.mnt->parent, at.mnt->mountpoint };
	if (mnt != model_top_of_stack(w, at).mnt)
		return;
	fd = open_top(w, at);
	if (fd >= 0)
		track_identify(mnt, fd);
}

struct mnt *track_attached(struct world *w, int label)
{
	struct mnt *mnt = model_mnt(w, label);

	return mnt && mnt->where == ATTACHED ? mnt : NULL;
}

void track_make_private(int fd, int flags)
{
	struct mount_attr attr = { .propagation = MS_PRIVATE };

	if (mount_setattr(fd, "", AT_EMPTY_PATH | flags, &attr, sizeof(attr)))
		err(1, "make private");
}

/* Give @fs another door, so that its only mount may be mounted on. */
void track_make_door(struct fs *fs)
{
	int fd = open_tree(fs->only->fd, "",
			   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);

	if (fd < 0)
		err(1, "a door to fs %d", fs->label);
	track_make_private(fd, 0);
	close(fs->door);
	fs->door = fd;
	fs->only = NULL;
}

bool track_movable(const struct world *w, const struct mnt *mnt)
{
	if (!mnt || mnt == w->root_mnt || mnt->label == LABEL_BASE)
		return false;
	return mnt->where == ATTACHED ? mnt->parent != NULL :
					mnt->where == DETACHED && !mnt->parent;
}

/*
 * Unmount the mounts on a deleted directory in detached trees. The mounts on
 * them stay with them.
 */
void track_deleted(struct world *w, const struct node *node)
{
	for_each_mnt(w, m) {
		if (m->mountpoint != node)
			continue;
		for_each_mnt(w, x)
			if (model_mounted_below(x, m))
				x->where = UNMOUNTED;
		m->parent = NULL;
		m->mountpoint = NULL;
	}
}
