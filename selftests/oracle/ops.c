// SPDX-License-Identifier: GPL-2.0-only
/* The operations by their kinds, the names that they give, and the beginning */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "rooms.h"
#include "world.h"

#define HOME "/t"

static const struct {
	const char *name;
	bool (*run)(struct world *w, const struct op *op);
} ops[NR_OPS] = {
	[OP_MKDIR] = { "mkdir", files_make },
	[OP_MKFILE] = { "mkfile", files_make },
	[OP_DEEP] = { "deep", files_deep },
	[OP_RENAME] = { "rename", files_rename },
	[OP_EXCHANGE] = { "exchange", files_exchange },
	[OP_REMOVE] = { "remove", files_remove },
	[OP_LINK] = { "link", files_link },
	[OP_MOUNT] = { "mount", mounts_mount },
	[OP_FSMOUNT] = { "fsmount", mounts_mount },
	[OP_BIND] = { "bind", mounts_bind },
	[OP_CLONE] = { "clone", mounts_clone },
	[OP_ATTACH] = { "attach", mounts_attach },
	[OP_DISSOLVE] = { "dissolve", change_dissolve },
	[OP_UMOUNT] = { "umount", change_umount },
	[OP_PROPAGATION] = { "propagation", change_propagation },
	[OP_PIVOT] = { "pivot_root", change_pivot },
	[OP_HOLD] = { "hold", places_hold },
	[OP_TMPFILE] = { "tmpfile", places_tmpfile },
	[OP_INTERNAL] = { "internal", places_internal },
	[OP_CHROOT] = { "chroot", places_chroot },
};

const char *ops_name(enum op_kind kind)
{
	return ops[kind].name;
}

bool ops_run(struct world *w, const struct op *op)
{
	w->label_learned = op->label + LABEL_LEARNED;
	w->op = op;
	if (!ops[op->kind].run(w, op))
		return false;
	w->report->done[op->kind]++;
	return true;
}

void ops_trace(const struct world *w, const char *format, ...)
{
	va_list args;

	if (!w->trace)
		return;
	printf("#   %-12s ", *format == ' ' ? "" : ops_name(w->op->kind));
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* Its trace would come when it is done. */
static void print_current(struct world *w)
{
	const struct op *op = w->op;
	struct level from = { model_mnt(w, op->mnt), model_node(w, op->node) };
	struct level to = { model_mnt(w, op->to_mnt),
			    model_node(w, op->to_node) };

	printf("# %s", ops_name(op->kind));
	if (from.mnt && from.node)
		printf(" %s", text_level(from));
	if (to.mnt && to.node)
		printf(", %s", text_level(to));
	printf(", arg %d: ", op->arg);
}

void ops_fail(struct world *w, enum verdict verdict, const char *format, ...)
{
	va_list args;

	if (w->trace) {
		if (verdict == WRONG_MOUNTS)
			print_current(w);
		else
			printf("# ");
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
		printf("\n");
	}
	w->report->verdict = verdict;
	fflush(NULL);
	_exit(1);
}

__u64 ops_random(__u64 *state)
{
	__u64 x = *state += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

/* Short, or of any length up to the longest, and of any bytes */
void ops_file_name(const struct op *op, int nr, char *name)
{
	__u64 state = op->name + nr;
	int kind = ops_random(&state) % 8, length;

	if (op->plain || kind < 4) {
		sprintf(name, "%c%d", letters[op->kind], op->label / LABELS);
		if (nr)
			sprintf(name + strlen(name), ".%d", nr);
		return;
	}
	length = kind == 4 ? 255 : 1 + ops_random(&state) % 255;
	for (int i = 0; i < length; i++) {
		unsigned char byte = ops_random(&state) >> 20;

		if (kind < 6 || !byte || byte == '/' || length < 3)
			byte = letters[byte % 36];
		name[i] = byte;
	}
	name[length] = '\0';
}

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
	fs->root = files_add(w, label, fs, NULL, "", dup(fd));
	mnt = mounts_add(w, label, fs->root);
	mnt->where = ATTACHED;
	mounts_identify(mnt, fd);
	return mnt;
}

/*
 * The mount namespace of the process is that of a test, see world_setup(). The
 * world has one of its own, with a new tmpfs in the place of the test's.
 */
void world_begin(struct world *w)
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
	home->mountpoint = files_add(w, LABEL_BASE + 1, base->fs, base->root,
				     HOME + 1, fd);
	w->root_mnt = w->base = base;
	w->chroot = (struct level){ base, base->root };
	sync_foreign(w);
	home->fs->door = -1;
	home->fs->only = home;
	mounts_make_door(home->fs);
}
