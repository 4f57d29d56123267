// SPDX-License-Identifier: GPL-2.0-only
/* Count the special features of the places that were compared. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>

#include "internal.h"

enum feature {
	CROSSED,
	CROSSED_THREE,
	STACKED,
	COVERED_ANCESTOR,
	COVERED_ITSELF,
	DISCONNECTED_PLACE,
	DISCONNECTED_MOUNTPOINT,
	DISCONNECTED_DEEP,
	DELETED,
	DELETED_ANCESTOR,
	TOP_DETACHED,
	TOP_DISSOLVED,
	TOP_UNMOUNTED,
	TOP_COVERED,
	TOP_PIVOTED,
	IN_CHROOT,
	OUTSIDE_CHROOT,
	BOUND_FILE,
	FS_ROOT_ABOVE,
	OVER_32,
	OVER_64,
	OVER_96,
	NAME_OF_255,
	ON_OVERLAY,
	ON_PROC,
	ON_RAMFS,
	TMPFILE,
	LINKED,
	INTERNAL,
	SHARED,
	SLAVE,
	PROPAGATED,
	RECURSIVE,
	MOVED,
	BENEATH,
	OLD_ROOT,
	NR
};

_Static_assert(NR < NR_FEATURES, "no room for the features");

static const char *const names[NR_FEATURES] = {
	[CROSSED] = "crossed-mount",
	[CROSSED_THREE] = "crossed-three",
	[STACKED] = "stacked",
	[COVERED_ANCESTOR] = "covered-ancestor",
	[COVERED_ITSELF] = "covered-itself",
	[DISCONNECTED_PLACE] = "disconnected",
	[DISCONNECTED_MOUNTPOINT] = "disconnected-mountpoint",
	[DISCONNECTED_DEEP] = "disconnected-over-32",
	[DELETED] = "deleted",
	[DELETED_ANCESTOR] = "deleted-ancestor",
	[TOP_DETACHED] = "detached",
	[TOP_DISSOLVED] = "dissolved",
	[TOP_UNMOUNTED] = "lazily-unmounted",
	[TOP_COVERED] = "top-covered",
	[TOP_PIVOTED] = "pivoted",
	[IN_CHROOT] = "in-chroot",
	[OUTSIDE_CHROOT] = "outside-chroot",
	[BOUND_FILE] = "bound-file",
	[FS_ROOT_ABOVE] = "fs-root-above-mount-root",
	[OVER_32] = "over-32",
	[OVER_64] = "over-64",
	[OVER_96] = "over-96",
	[NAME_OF_255] = "name-of-255",
	[ON_OVERLAY] = "overlay",
	[ON_PROC] = "proc",
	[ON_RAMFS] = "ramfs",
	[TMPFILE] = "tmpfile",
	[LINKED] = "hard-link",
	[INTERNAL] = "internal-mount",
	[SHARED] = "shared",
	[SLAVE] = "slave",
	[PROPAGATED] = "propagated",
	[RECURSIVE] = "recursive-bind",
	[MOVED] = "moved",
	[BENEATH] = "mounted-beneath",
	[OLD_ROOT] = "below-old-root",
};

const char *cover_name(int feature)
{
	return names[feature];
}

static bool hit[NR_FEATURES];

static void cover_mount(const struct mnt *mnt)
{
	hit[STACKED] |= mnt->parent && mnt->mountpoint == mnt->parent->root;
	hit[ON_OVERLAY] |= mnt->fs->kind == FS_OVERLAY;
	hit[ON_PROC] |= mnt->fs->kind == FS_PROC;
	hit[ON_RAMFS] |= mnt->fs->kind == FS_RAMFS;
	if (mnt->where == ATTACHED) {
		hit[SHARED] |= !!(mnt->propagation & MS_SHARED);
		hit[SLAVE] |= !!(mnt->propagation & MS_SLAVE);
	}
	hit[PROPAGATED] |= mnt->propagated;
	hit[RECURSIVE] |= mnt->recursive;
	hit[MOVED] |= mnt->moved;
	hit[BENEATH] |= mnt->beneath;
	hit[OLD_ROOT] |= mnt->pivoted;
}

static void cover_levels(const struct world *w, const struct chain *chain)
{
	const struct level *level = chain->level;
	const struct mnt *mnt = NULL;
	int mounts = 0, chroot = -1;

	for (int i = 0; i < chain->nr; i++) {
		if (level[i].mnt != mnt) {
			mnt = level[i].mnt;
			mounts++;
			cover_mount(mnt);
		}
		if (model_same(level[i], w->chroot))
			chroot = i;
		if (model_mounted_on(w, level[i]))
			hit[i ? COVERED_ANCESTOR : COVERED_ITSELF] = true;
		if (level[i].node->deleted)
			hit[i ? DELETED_ANCESTOR : DELETED] = true;
		hit[NAME_OF_255] |= strlen(level[i].node->name) == 255;
		hit[LINKED] |= level[i].node->linked;
	}
	hit[CROSSED] = mounts > 1;
	hit[CROSSED_THREE] = mounts > 3;
	hit[OUTSIDE_CHROOT] = w->chroot_fd >= 0 && chroot < 0;
	hit[IN_CHROOT] = chroot >= 0 && chroot < chain->nr - 1;
}

static void cover_top(const struct world *w, struct level top)
{
	hit[TOP_DETACHED] = top.mnt->where == DETACHED;
	hit[TOP_DISSOLVED] = top.mnt->where == DISSOLVED;
	hit[TOP_UNMOUNTED] = top.mnt->where == UNMOUNTED;
	hit[TOP_COVERED] = model_mounted_on(w, top) != NULL;
	hit[TOP_PIVOTED] = top.mnt == w->root_mnt &&
			   top.mnt->label != LABEL_BASE;
}

static void cover_chains(const struct world *w, struct level at)
{
	static struct chain plain, up, fs_root;

	model_walk(w, at, HOW_PLAIN, &plain);
	model_walk(w, at, HOW_DISCONNECTED, &up);
	model_walk(w, at, HOW_FS_ROOT, &fs_root);
	cover_levels(w, &up);
	cover_top(w, up.level[up.nr - 1]);
	if (!model_below(at.node, at.mnt->root)) {
		hit[DISCONNECTED_PLACE] = true;
		for (int depth = 0; at.node; at.node = at.node->parent)
			hit[DISCONNECTED_DEEP] |= ++depth > 32;
	} else if (plain.ret == -ENOENT) {
		hit[DISCONNECTED_MOUNTPOINT] = true;
	}
	hit[FS_ROOT_ABOVE] = fs_root.nr > up.nr;
	hit[OVER_32] = up.nr > 32;
	hit[OVER_64] = up.nr > 64;
	hit[OVER_96] = up.nr > 96;
}

void cover_place(struct world *w, const struct place *place)
{
	memset(hit, 0, sizeof(hit));
	if (place->internal) {
		hit[INTERNAL] = true;
	} else {
		cover_chains(w, place->at);
		hit[TMPFILE] = place->at.node->tmpfile;
		hit[BOUND_FILE] = !place->at.mnt->root->dir;
	}
	for (int i = 0; i < NR; i++)
		w->report->feature[i] += hit[i];
}
