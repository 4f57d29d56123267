// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that hold something open, to walk from. They go by the mount that
 * they name, so what is mounted in it can be in the way.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rooms.h"
#include "world.h"

/* Opens as much of the names as fits in a path at once. */
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

int places_open(int fd, const struct node *from, const struct node *node)
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

int places_reach(const struct world *w, struct level at)
{
	if (!model_in_reach(w, at))
		return -1;
	return places_open(at.mnt->fd, at.mnt->root, at.node);
}

static struct place *add_place(struct world *w, int label, struct level at,
			       int fd)
{
	struct place *place = &w->place[w->nr_places++];

	*place = (struct place){ .label = label, .at = at, .fd = fd };
	return place;
}

static bool room_for_place(const struct world *w)
{
	return w->nr_places < MAX_PLACES;
}

bool places_hold(struct world *w, const struct op *op)
{
	struct level at = { model_mnt(w, op->mnt), model_node(w, op->node) };
	struct seen want, found;
	int fd;

	if (!at.mnt || !at.node || !room_for_place(w))
		return false;
	fd = places_reach(w, at);
	if (fd < 0)
		return false;
	want = model_seen(at);
	found = place_at(fd, "");
	if (memcmp(&want, &found, sizeof(want)))
		ops_fail(w, WRONG_MOUNTS, "hold: %s is not what was opened",
			 text_level(at));
	add_place(w, op->label, at, fd);
	ops_trace(w, "%s", text_level(at));
	return true;
}

/* A file that never had a name, though a place */
bool places_tmpfile(struct world *w, const struct op *op)
{
	struct level at = { model_mnt(w, op->mnt), model_node(w, op->node) };
	int dir, fd = -1;

	if (!at.mnt || !at.node || !at.node->dir || !room_for_place(w) ||
	    (at.node->fs->kind != FS_TMPFS && at.node->fs->kind != FS_RAMFS))
		return false;
	dir = places_reach(w, at);
	if (dir >= 0)
		fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
	close(dir);
	if (fd < 0)
		return false;
	at.node = files_add(w, op->label, at.node->fs, at.node, "(tmpfile)",
			    dup(fd));
	at.node->deleted = at.node->tmpfile = true;
	add_place(w, op->label, at, fd);
	ops_trace(w, "%s", text_level(at));
	return true;
}

/* An object without a place in any file tree */
bool places_internal(struct world *w, const struct op *op)
{
	static const char *const names[] = { "pipe", "memfd", "namespace" };
	struct level nowhere = {};
	int fds[2] = { -1 };

	if (!room_for_place(w))
		return false;
	switch (op->arg) {
	case 0:
		if (!pipe(fds))
			close(fds[1]);
		break;
	case 1:
		fds[0] = memfd_create("m", MFD_CLOEXEC);
		break;
	case 2:
		fds[0] = openat(w->proc_fd, "../ns/uts", O_RDONLY | O_CLOEXEC);
	}
	if (fds[0] < 0)
		err(1, "%s", names[op->arg]);
	add_place(w, op->label, nowhere, fds[0])->internal = true;
	ops_trace(w, "%s", names[op->arg]);
	return true;
}

/* Where the walks will see the root of the process */
bool places_chroot(struct world *w, const struct op *op)
{
	struct level at = { model_mnt(w, op->mnt), model_node(w, op->node) };
	int fd;

	if (!at.mnt || !at.node || !at.node->dir)
		return false;
	fd = places_reach(w, at);
	if (fd < 0)
		return false;
	close(w->chroot_fd);
	w->chroot_fd = fd;
	w->chroot = at;
	ops_trace(w, "%s", text_level(at));
	return true;
}
