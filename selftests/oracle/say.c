// SPDX-License-Identifier: GPL-2.0-only
/* Reports for people, if the world is traced: the operations and the failure */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "internal.h"

static const char *const names[NR_OPS] = {
	[OP_MKDIR] = "mkdir",
	[OP_MKFILE] = "mkfile",
	[OP_DEEP] = "deep",
	[OP_RENAME] = "rename",
	[OP_EXCHANGE] = "exchange",
	[OP_REMOVE] = "remove",
	[OP_LINK] = "link",
	[OP_MOUNT] = "mount",
	[OP_FSMOUNT] = "fsmount",
	[OP_BIND] = "bind",
	[OP_CLONE] = "clone",
	[OP_ATTACH] = "attach",
	[OP_DISSOLVE] = "dissolve",
	[OP_UMOUNT] = "umount",
	[OP_PROPAGATION] = "propagation",
	[OP_PIVOT] = "pivot_root",
	[OP_HOLD] = "hold",
	[OP_TMPFILE] = "tmpfile",
	[OP_INTERNAL] = "internal",
	[OP_CHROOT] = "chroot",
};

const char *say_name(enum op_kind kind)
{
	return names[kind];
}

void say_trace(const struct world *w, const char *format, ...)
{
	va_list args;

	if (!w->trace)
		return;
	printf("#   %-12s ", *format == ' ' ? "" : say_name(w->op->kind));
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* Print the current operation, which is traced only after it is done. */
static void print_current(struct world *w)
{
	const struct op *op = w->op;
	struct level from = { model_mnt(w, op->mnt), model_node(w, op->node) };
	struct level to = { model_mnt(w, op->to_mnt),
			    model_node(w, op->to_node) };

	printf("# %s", say_name(op->kind));
	if (from.mnt && from.node)
		printf(" %s", text_level(from));
	if (to.mnt && to.node)
		printf(", %s", text_level(to));
	printf(", arg %d: ", op->arg);
}

void say_fail(struct world *w, enum verdict verdict, const char *format, ...)
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
