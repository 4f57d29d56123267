// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that hold a place open to walk from. They reach it by the mount
 * that they name, so other mounts can be in the way.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"
#include "world.h"

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
	fd = track_reach(w, at);
	if (fd < 0)
		return false;
	want = model_seen(at);
	found = place_at(fd, "");
	if (memcmp(&want, &found, sizeof(want)))
		say_fail(w, WRONG_MOUNTS, "hold: %s is not what was opened",
			 text_level(at));
	add_place(w, op->label, at, fd);
	say_trace(w, "%s", text_level(at));
	return true;
}

/* Make a file that has a place but never had a name. */
bool places_tmpfile(struct world *w, const struct op *op)
{
	struct level at = { model_mnt(w, op->mnt), model_node(w, op->node) };
	int dir, fd = -1;

	if (!at.mnt || !at.node || !at.node->dir || !room_for_place(w) ||
	    (at.node->fs->kind != FS_TMPFS && at.node->fs->kind != FS_RAMFS))
		return false;
	dir = track_reach(w, at);
	if (dir >= 0)
		fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
	close(dir);
	if (fd < 0)
		return false;
	at.node = track_node(w, op->label, at.node->fs, at.node, "(tmpfile)",
			     dup(fd));
	at.node->deleted = at.node->tmpfile = true;
	add_place(w, op->label, at, fd);
	say_trace(w, "%s", text_level(at));
	return true;
}

/* Open an object that has no place in any file tree. */
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
	say_trace(w, "%s", names[op->arg]);
	return true;
}

/* Choose the root of the process during the walks. */
bool places_chroot(struct world *w, const struct op *op)
{
	struct level at = { model_mnt(w, op->mnt), model_node(w, op->node) };
	int fd;

	if (!at.mnt || !at.node || !at.node->dir)
		return false;
	fd = track_reach(w, at);
	if (fd < 0)
		return false;
	close(w->chroot_fd);
	w->chroot_fd = fd;
	w->chroot = at;
	say_trace(w, "%s", text_level(at));
	return true;
}
