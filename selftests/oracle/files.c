// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on files and directories. They use the door of the filesystem, a
 * mount of its root that nothing is mounted on, so that no mount of the world
 * is in the way.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

#define HOW (O_PATH | O_NOFOLLOW | O_CLOEXEC)

static int open_by_door(const struct node *node)
{
	return track_open(node->fs->door, node->fs->root, node);
}

/* Open @dir if @name can be created in it. Return -1 if not. */
static int open_parent(struct world *w, const struct node *dir,
		       const char *name)
{
	if (!dir || !dir->dir || dir->deleted || dir->fs->kind == FS_PROC ||
	    dir->fs->kind == FS_BASE || model_child(w, dir, name))
		return -1;
	return open_by_door(dir);
}

static int make(int dir, const char *name, bool is_dir)
{
	int fd;

	if (is_dir)
		return mkdirat(dir, name, 0755) ? -1 : openat(dir, name, HOW);
	fd = openat(dir, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
	if (fd < 0)
		return -1;
	close(fd);
	return openat(dir, name, HOW);
}

bool files_make(struct world *w, const struct op *op)
{
	struct node *dir = model_node(w, op->node);
	char name[256];
	int parent, fd;

	random_name(op, 0, name);
	parent = open_parent(w, dir, name);
	if (parent < 0)
		return false;
	fd = make(parent, name, op->kind == OP_MKDIR);
	close(parent);
	if (fd < 0)
		return false;
	say_trace(w, "%s",
		  text_node(track_node(w, op->label, dir->fs, dir, name, fd)));
	return true;
}

/* Make many directories, each in the previous one. */
bool files_deep(struct world *w, const struct op *op)
{
	struct node *dir = model_node(w, op->node);
	char name[256];
	int parent, fd;

	random_name(op, 0, name);
	parent = open_parent(w, dir, name);
	if (parent < 0 || w->nr_nodes + op->arg >= MAX_NODES)
		return false;
	for (int i = 0; i < op->arg; i++) {
		random_name(op, i, name);
		fd = make(parent, name, true);
		if (fd < 0)
			err(1, "level %d of %d", i, op->arg);
		close(parent);
		parent = dup(fd);
		dir = track_node(w, op->label + i, dir->fs, dir, name, fd);
	}
	close(parent);
	say_trace(w, "%d levels, to %s", op->arg, text_node(dir));
	return true;
}

static bool may_rename(const struct node *node)
{
	return node && node->parent && !node->deleted;
}

static bool renamed(const struct node *from, int to_dir, const char *to_name,
		    int flags)
{
	int from_dir = open_by_door(from->parent);
	bool done;

	done = from_dir >= 0 && to_dir >= 0 &&
	       !renameat2(from_dir, from->name, to_dir, to_name, flags);
	close(from_dir);
	close(to_dir);
	return done;
}

bool files_rename(struct world *w, const struct op *op)
{
	struct node *node = model_node(w, op->node);
	struct node *dir = model_node(w, op->to_node);
	char name[256];

	random_name(op, 0, name);
	if (!may_rename(node) || !dir || dir->fs != node->fs ||
	    model_below(dir, node))
		return false;
	if (!renamed(node, open_parent(w, dir, name), name, RENAME_NOREPLACE))
		return false;
	say_trace(w, "%s", text_node(node));
	node->parent = dir;
	strcpy(node->name, name);
	say_trace(w, "    to %s", text_node(node));
	return true;
}

bool files_exchange(struct world *w, const struct op *op)
{
	struct node *a = model_node(w, op->node), *parent;
	struct node *b = model_node(w, op->to_node);
	char name[256];

	if (!may_rename(a) || !may_rename(b) || a->fs != b->fs ||
	    model_below(a, b) || model_below(b, a))
		return false;
	if (!renamed(a, open_by_door(b->parent), b->name, RENAME_EXCHANGE))
		return false;
	say_trace(w, "%s", text_node(a));
	parent = a->parent;
	a->parent = b->parent;
	b->parent = parent;
	strcpy(name, a->name);
	strcpy(a->name, b->name);
	strcpy(b->name, name);
	say_trace(w, "    with %s", text_node(b));
	return true;
}

static int remove_tree(struct world *w, struct node *node)
{
	int removed = 0, parent;
	bool empty = true;

	for_each_node(w, n)
		if (n->parent == node && !n->deleted) {
			removed += remove_tree(w, n);
			empty &= n->deleted;
		}
	if (!empty)
		return removed;
	parent = open_by_door(node->parent);
	if (parent >= 0 &&
	    !unlinkat(parent, node->name, node->dir ? AT_REMOVEDIR : 0)) {
		node->deleted = true;
		removed++;
		track_deleted(w, node);
	}
	close(parent);
	return removed;
}

bool files_remove(struct world *w, const struct op *op)
{
	struct node *node = model_node(w, op->node);
	int removed;

	if (!may_rename(node) || node->fs->kind == FS_PROC ||
	    node->fs->kind == FS_BASE)
		return false;
	removed = remove_tree(w, node);
	if (removed)
		say_trace(w, "%s, %d files and directories%s", text_node(node),
			  removed, node->deleted ? "" : ", not all of it");
	return removed;
}

bool files_link(struct world *w, const struct op *op)
{
	struct node *file = model_node(w, op->node), *link;
	struct node *dir = model_node(w, op->to_node);
	int from, to, fd = -1;
	char name[256];

	random_name(op, 0, name);
	if (!may_rename(file) || file->dir || !dir || dir->fs != file->fs)
		return false;
	from = open_by_door(file->parent);
	to = open_parent(w, dir, name);
	if (from >= 0 && to >= 0 && !linkat(from, file->name, to, name, 0))
		fd = openat(to, name, HOW);
	close(from);
	close(to);
	if (fd < 0)
		return false;
	link = track_node(w, op->label, dir->fs, dir, name, fd);
	link->linked = file->linked = true;
	say_trace(w, "%s", text_node(file));
	say_trace(w, "    to %s", text_node(link));
	return true;
}
