// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compare the model with listmount() and statmount() after each operation on
 * mounts. The effects of propagation are learned from them, as far as
 * propagation can cause them:
 *
 *  - A copy of the attached tree, or of a mount in it, appears on a mount that
 *    was there.
 *  - A mount that was there before moves onto the copy.
 *  - With an unmount, other mounts go away, and the mounts on their roots move
 *    to their places.
 *
 * Everything else is a mistake of the kernel or of the model.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"
#include "statmount.h"

#define MAX_LIST 1024

static struct mount_info answer;
static __u64 listed[MAX_LIST], foreign[MAX_LIST];
static int nr_listed, nr_foreign;

/* Fail with ENOENT if the mount is not in the namespace any more. */
static int try_to_ask(__u64 id, __u64 what)
{
	return stat_mount(id, what, &answer);
}

static const struct mount_info *ask(__u64 id, __u64 what)
{
	if (try_to_ask(id, what))
		err(1, "statmount");
	return &answer;
}

static bool contains(const __u64 *ids, int nr, __u64 id)
{
	while (nr--)
		if (ids[nr] == id)
			return true;
	return false;
}

/* List the mounts below mount @id, or the root, that are not listed yet. */
static void list_below(__u64 id)
{
	static __u64 below[MAX_LIST];
	int nr = list_mounts(id, below, MAX_LIST);

	if (nr < 0 || nr_listed + nr >= MAX_LIST)
		err(1, "listmount: %d", nr);
	for (int i = 0; i < nr; i++)
		if (!contains(listed, nr_listed, below[i]))
			listed[nr_listed++] = below[i];
}

/*
 * List all mounts. listmount() leaves out mounts that cannot be reached from
 * the root, such as a mount on a directory that was renamed out of its bind
 * mount. So ask for the mounts of the model one by one.
 */
static void list(struct world *w)
{
	nr_listed = 0;
	list_below(ROOT_MOUNT);
	for_each_mnt(w, m) {
		if (m->where != ATTACHED || !m->id ||
		    contains(listed, nr_listed, m->id) ||
		    try_to_ask(m->id, STATMOUNT_MNT_BASIC))
			continue;
		listed[nr_listed++] = m->id;
		list_below(m->id);
	}
}

static struct mnt *by_id(struct world *w, __u64 id)
{
	for_each_mnt(w, m)
		if (m->id == id)
			return m;
	return NULL;
}

/* Ignore all mounts that are not in the model now. */
void sync_foreign(struct world *w)
{
	list(w);
	nr_foreign = 0;
	for (int i = 0; i < nr_listed; i++)
		if (!by_id(w, listed[i]))
			foreign[nr_foreign++] = listed[i];
	w->above_top = ask(w->root_mnt->id, STATMOUNT_MNT_BASIC)->parent_id;
}

void sync_before(struct world *w)
{
	for_each_mnt(w, m) {
		m->was_parent = m->parent;
		m->was_mountpoint = m->mountpoint;
		m->source = NULL;
		m->fresh = false;
	}
}

/* Write the names from the root of @parent to @node, as in a path. */
static void names(const struct node *node, const struct mnt *parent, char *text,
		  size_t size)
{
	char *at = text + size - 1;

	*at = '\0';
	for (; node != parent->root; node = node->parent) {
		size_t len = strlen(node->name);

		at -= len;
		memcpy(at, node->name, len);
		*--at = '/';
	}
	memmove(text, at, strlen(at) + 1);
}

/*
 * Return the path of the mountpoint, to be followed by names. It is valid until
 * the next ask().
 */
static const char *point(__u64 id)
{
	const char *path = ask(id, STATMOUNT_MNT_POINT)->text + answer.point;

	return strcmp(path, "/") ? path : "";
}

/* Return whether the paths show mount @id on @parent at @node of it. */
static bool is_mounted_at(__u64 id, const struct mnt *parent,
			  const struct node *node)
{
	static char below[1 << 16], on[1 << 16];
	const char *path;
	size_t len;

	if (!model_below(node, parent->root))
		return false;
	names(node, parent, below, sizeof(below));
	snprintf(on, sizeof(on), "%s", point(parent->id));
	len = strlen(on);
	path = point(id);
	return !strncmp(path, on, len) && !strcmp(path + len, below);
}

/*
 * Return whether @m may be the origin of the new mount on @parent, if @parent
 * is a copy itself, or else the model's own copy, whose id is not known yet.
 */
static bool is_candidate(const struct mnt *m, const struct mnt *parent)
{
	if (parent->fresh)
		return !m->fresh && m->was_parent &&
		       m->was_parent == parent->source;
	return !m->id && m->parent == parent;
}

/* Find the candidate; of several, the one with the same mountpoint. */
static struct mnt *find_candidate(struct world *w, __u64 id, struct mnt *parent)
{
	struct mnt *found = NULL;
	int nr = 0;

	for_each_mnt(w, m)
		if (is_candidate(m, parent)) {
			found = m;
			nr++;
		}
	if (nr < 2)
		return found;
	for_each_mnt(w, m)
		if (is_candidate(m, parent) &&
		    is_mounted_at(id, parent,
				  parent->fresh ? m->was_mountpoint :
						  m->mountpoint))
			return m;
	return NULL;
}

static void learn(struct world *w, __u64 id, struct mnt *parent,
		  struct mnt *attached)
{
	struct mnt *origin = find_candidate(w, id, parent), *mnt;

	if (origin && !parent->fresh) {
		origin->id = id;
		return;
	}
	if (!parent->fresh)
		origin = attached;
	if (!origin)
		say_fail(w, WRONG_MOUNTS, "mount %llx: a copy of what?", id);
	mnt = track_mount(w, w->label_learned++, origin->root);
	mnt->id = id;
	mnt->fresh = mnt->propagated = true;
	mnt->source = origin;
	mnt->where = ATTACHED;
	model_mount(w, mnt,
		    (struct level){ parent, parent->fresh ?
						    origin->was_mountpoint :
						    attached->mountpoint });
}

/*
 * Learn the new mounts. They are listed in the order in which they were made,
 * which can put a mount before its parent.
 */
static void learn_new(struct world *w, struct mnt *attached)
{
	bool progress, more;

	do {
		progress = more = false;
		for (int i = 0; i < nr_listed; i++) {
			struct mnt *parent;

			if (by_id(w, listed[i]) ||
			    contains(foreign, nr_foreign, listed[i]))
				continue;
			parent = by_id(
				w,
				ask(listed[i], STATMOUNT_MNT_BASIC)->parent_id);
			if (parent && attached)
				learn(w, listed[i], parent, attached);
			progress |= parent && attached;
			more |= !parent || !attached;
		}
	} while (progress && more);
	if (more)
		say_fail(w, WRONG_MOUNTS, "unexpected mounts");
}

static void verify(struct world *w, struct mnt *m)
{
	__u64 parent = m->parent ? m->parent->id : w->above_top;

	if (ask(m->id, STATMOUNT_MNT_BASIC)->parent_id != parent)
		say_fail(w, WRONG_MOUNTS, "%s is not mounted on %s",
			 text_label(m->label),
			 m->parent ? text_label(m->parent->label) : "the top");
	m->propagation = answer.propagation;
}

static void verify_list(struct world *w)
{
	for (int i = 0; i < nr_listed; i++)
		if (!by_id(w, listed[i]) &&
		    !contains(foreign, nr_foreign, listed[i]))
			say_fail(w, WRONG_MOUNTS, "mount %llx is unexpected",
				 listed[i]);
	for_each_mnt(w, m) {
		if (m->where == ATTACHED && !contains(listed, nr_listed, m->id))
			say_fail(w, WRONG_MOUNTS, "%s is not mounted",
				 text_label(m->label));
	}
}

void sync_verify(struct world *w)
{
	list(w);
	verify_list(w);
	for_each_mnt(w, m)
		if (m->where == ATTACHED)
			verify(w, m);
}

/*
 * Move @m onto @copy, which has come beneath it: onto the root of the copy, or
 * onto a mount that is stacked there.
 */
static void tuck(struct world *w, struct mnt *m, struct mnt *copy)
{
	struct mnt *parent =
		by_id(w, ask(m->id, STATMOUNT_MNT_BASIC)->parent_id);
	struct mnt *x = parent;
	struct level at;

	while (x && x != copy)
		x = x->parent && x->mountpoint == x->parent->root ? x->parent :
								    NULL;
	at = model_root(x ? parent : copy);
	w->shadows |= model_mounted_on(w, at) != NULL;
	model_mount(w, m, at);
}

static void tuck_all(struct world *w, const struct mnt *attached)
{
	for_each_mnt(w, copy) {
		struct level at = { copy->parent, copy->mountpoint };
		struct mnt *m;

		if (!copy->fresh || copy->source != attached)
			continue;
		copy->order = -1;
		m = model_mounted_on(w, at);
		if (m != copy)
			tuck(w, m, copy);
		model_mount(w, copy, at);
	}
}

void sync_attach(struct world *w, struct mnt *attached)
{
	list(w);
	learn_new(w, attached);
	tuck_all(w, attached);
	verify_list(w);
	/* The other mounts are verified at the end, which is soon enough. */
	for_each_mnt(w, m) {
		if (m->where != ATTACHED || m->parent == m->was_parent)
			continue;
		verify(w, m);
		if (m->fd < 0)
			track_find(w, m);
	}
}

/* Update the place of @m, now that mounts below it may be gone. */
static void restore(struct mnt *m)
{
	struct node *mountpoint = m->was_mountpoint;
	struct mnt *parent = m->was_parent;

	while (parent && parent->where == UNMOUNTED) {
		mountpoint = parent->was_mountpoint;
		parent = parent->was_parent;
	}
	m->parent = parent;
	m->mountpoint = mountpoint;
}

/* Remove the mounts that are gone. Each is alone now, see umount_tree(). */
void sync_umount(struct world *w, struct mnt *umounted)
{
	list(w);
	for_each_mnt(w, m) {
		if (m->where != ATTACHED || contains(listed, nr_listed, m->id))
			continue;
		m->where = UNMOUNTED;
		m->parent = NULL;
		m->mountpoint = NULL;
	}
	for_each_mnt(w, m)
		if (m->where == ATTACHED)
			restore(m);
	if (umounted->where == ATTACHED)
		say_fail(w, WRONG_MOUNTS, "%s is still mounted",
			 text_label(umounted->label));
	sync_verify(w);
}
