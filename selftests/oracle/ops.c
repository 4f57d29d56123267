// SPDX-License-Identifier: GPL-2.0-only
/* Run operations by their kinds. */
#include "internal.h"

static bool (*const run[NR_OPS])(struct world *w, const struct op *op) = {
	[OP_MKDIR] = files_make,
	[OP_MKFILE] = files_make,
	[OP_DEEP] = files_deep,
	[OP_RENAME] = files_rename,
	[OP_EXCHANGE] = files_exchange,
	[OP_REMOVE] = files_remove,
	[OP_LINK] = files_link,
	[OP_MOUNT] = mounts_mount,
	[OP_FSMOUNT] = mounts_mount,
	[OP_BIND] = mounts_bind,
	[OP_CLONE] = mounts_clone,
	[OP_ATTACH] = mounts_attach,
	[OP_DISSOLVE] = change_dissolve,
	[OP_UMOUNT] = change_umount,
	[OP_PROPAGATION] = change_propagation,
	[OP_PIVOT] = change_pivot,
	[OP_HOLD] = places_hold,
	[OP_TMPFILE] = places_tmpfile,
	[OP_INTERNAL] = places_internal,
	[OP_CHROOT] = places_chroot,
};

bool ops_run(struct world *w, const struct op *op)
{
	w->label_learned = op->label + LABEL_LEARNED;
	w->op = op;
	if (!run[op->kind](w, op))
		return false;
	w->report->done[op->kind]++;
	return true;
}
