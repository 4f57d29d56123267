// SPDX-License-Identifier: GPL-2.0-only
/* New filesystems, each with a detached mount, and their contents */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"
#include "world.h"

#define DEPOT "/oracle"

static const char *const type[] = {
	[FS_TMPFS] = "tmpfs",
	[FS_RAMFS] = "ramfs",
	[FS_OVERLAY] = "overlay",
	[FS_PROC] = "proc",
};

/* The initial contents. A directory comes before its entries. */
static const char *const overlay_content[] = { "a",	"a/b", "a/b/c",
					       "a/b/f", "a/g", NULL };
static const char *const proc_content[] = { "sys",
					    "sys/kernel",
					    "sys/kernel/random",
					    "sys/kernel/random/uuid",
					    "sys/kernel/ostype",
					    "sys/fs",
					    "version",
					    NULL };

/* Make a directory for the layers of overlays, outside of the walked trees. */
static void make_depot(struct world *w)
{
	if (mkdir(DEPOT, 0755) && errno != EEXIST)
		err(1, "mkdir %s", DEPOT);
	world_tmpfs(DEPOT);
	w->depot = world_open(DEPOT, O_PATH);
	if (mkdirat(w->depot, "lower", 0755))
		err(1, "mkdir lower");
	if (fchdir(w->depot) || chdir("lower"))
		err(1, "depot");
	for (const char *const *name = overlay_content; *name; name++) {
		const char *last = strrchr(*name, '/');

		if (*(last ? last + 1 : *name) < 'f')
			world_mkdir(*name);
		else
			world_write(*name);
	}
	sync_foreign(w);
}

static void set(int fs, const char *key, const char *value)
{
	if (fsconfig(fs, FSCONFIG_SET_STRING, key, value, 0))
		err(1, "overlay: %s", key);
}

static void set_layers(struct world *w, int fs)
{
	char upper[32], work[32];

	if (fchdir(w->depot))
		err(1, "depot");
	snprintf(upper, sizeof(upper), "upper%d", w->nr_fs);
	snprintf(work, sizeof(work), "work%d", w->nr_fs);
	if (mkdir(upper, 0755) || mkdir(work, 0755))
		err(1, "layers of an overlay");
	set(fs, "lowerdir", "lower");
	set(fs, "upperdir", upper);
	set(fs, "workdir", work);
}

static int make_mount(struct world *w, enum fs_kind kind)
{
	int context, fd = -1;

	if (kind == FS_OVERLAY && w->depot < 0) {
		if (w->root_mnt->label != LABEL_BASE)
			return -1;
		make_depot(w);
	}
	context = fsopen(type[kind], FSOPEN_CLOEXEC);
	if (context < 0)
		err(1, "fsopen %s", type[kind]);
	if (kind == FS_OVERLAY)
		set_layers(w, context);
	if (!fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		fd = fsmount(context, FSOPEN_CLOEXEC, 0);
	else if (kind != FS_OVERLAY) /* overlays need a mounted depot */
		err(1, "a new %s", type[kind]);
	close(context);
	return fd;
}

static void add_content(struct world *w, struct fs *fs, int label,
			const char *const *path)
{
	for (; *path; path++) {
		struct node *parent = fs->root;
		char copy[64], *part, *rest = copy;
		int fd = openat(fs->door, *path, O_PATH | O_CLOEXEC);

		if (fd < 0)
			err(1, "%s of a new %s", *path, type[fs->kind]);
		strcpy(copy, *path);
		while (part = strsep(&rest, "/"), rest)
			parent = model_child(w, parent, part);
		track_node(w, label++, fs, parent, part, fd);
	}
}

struct mnt *fs_make(struct world *w, int label, enum fs_kind kind)
{
	struct fs *fs = &w->fs[w->nr_fs];
	struct mnt *mnt;
	int tree_fd;

	if (w->nr_fs == MAX_FS)
		return NULL;
	tree_fd = make_mount(w, kind);
	if (tree_fd < 0)
		return NULL;
	w->nr_fs++;
	*fs = (struct fs){ .label = label, .kind = kind };
	fs->dev = place_at(tree_fd, "").dev;
	fs->root = track_node(w, label, fs, NULL, "", dup(tree_fd));
	mnt = track_mount(w, label, fs->root);
	mnt->tree_fd = tree_fd;
	track_identify(mnt, openat(tree_fd, ".", O_PATH | O_CLOEXEC));
	fs->only = mnt;
	fs->door = dup(mnt->fd);
	if (kind == FS_OVERLAY)
		add_content(w, fs, label + 1, overlay_content);
	if (kind == FS_PROC)
		add_content(w, fs, label + 1, proc_content);
	return mnt;
}
