// SPDX-License-Identifier: GPL-2.0-only
/* Run a process for each world, and shrink a world that has failed. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

/* Discard the output, which is of no interest while shrinking. */
static void be_quiet(void)
{
	int fd = open("/dev/null", O_WRONLY);

	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
}

static void __attribute__((noreturn))
child(const struct oracle *oracle, __u64 seed, const struct op *op, int nr,
      bool trace)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		err(1, "a world");
	if (!trace)
		be_quiet();
	w->oracle = oracle;
	w->report = oracle->report;
	w->mistake = oracle->mistake;
	w->trace = trace;
	begin_world(w);
	if (op)
		while (nr--)
			ops_run(w, op++);
	else
		plans_world(w, seed);
	check_world(w);
	w->report->verdict = AGREED;
	fflush(NULL);
	_exit(0);
}

enum verdict oracle_world(const struct oracle *oracle, __u64 seed,
			  const struct op *op, int nr, bool trace)
{
	struct report *report = oracle->report;
	int status;
	pid_t pid;

	report->verdict = DIED;
	report->nr_ops = 0;
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid)
		child(oracle, seed, op, nr, trace);
	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	if (trace && WIFSIGNALED(status))
		printf("# killed by signal %d\n", WTERMSIG(status));
	return report->verdict;
}

struct search {
	const struct oracle *oracle;
	enum verdict verdict; /* the verdict to keep */
	struct op *op;
	int nr;
};

static bool still_fails(const struct search *s, const struct op *op, int nr)
{
	return oracle_world(s->oracle, 0, op, nr, false) == s->verdict;
}

/* Leave out @size operations from @at on if the world still fails. */
static bool leave_out(struct search *s, int at, int size)
{
	struct op op[MAX_OPS];

	if (size > s->nr - at)
		size = s->nr - at;
	memcpy(op, s->op, at * sizeof(*op));
	memcpy(op + at, s->op + at + size, (s->nr - at - size) * sizeof(*op));
	if (!still_fails(s, op, s->nr - size))
		return false;
	s->nr -= size;
	memcpy(s->op, op, s->nr * sizeof(*op));
	return true;
}

/* Begin at the end, with operations that no others depend on. */
static bool leave_out_each(struct search *s, int size)
{
	bool progress = false;

	for (int at = (s->nr - 1) / size * size; at >= 0; at -= size)
		if (at < s->nr)
			progress |= leave_out(s, at, size);
	return progress;
}

/* Replace @op by @changed if the world still fails. */
static bool replace(struct search *s, struct op *op, struct op changed)
{
	const struct op was = *op;

	if (!memcmp(&was, &changed, sizeof(was)))
		return false;
	*op = changed;
	if (still_fails(s, s->op, s->nr))
		return true;
	*op = was;
	return false;
}

static void clamp(int *label, const struct op *deep)
{
	if (*label / LABELS == deep->label / LABELS &&
	    *label >= deep->label + deep->arg)
		*label = deep->label + deep->arg - 1;
}

/*
 * Limit an OP_DEEP to @depth directories if the world still fails. References
 * to the directories left out become references to the last one left.
 */
static bool fails_with_depth(struct search *s, int at, int depth)
{
	struct op op[MAX_OPS];

	memcpy(op, s->op, s->nr * sizeof(*op));
	op[at].arg = depth;
	for (int i = 0; i < s->nr; i++) {
		clamp(&op[i].node, &op[at]);
		clamp(&op[i].to_node, &op[at]);
	}
	if (!depth || !still_fails(s, op, s->nr))
		return false;
	memcpy(s->op, op, s->nr * sizeof(*op));
	return true;
}

static bool make_shallow(struct search *s, int at)
{
	return s->op[at].kind == OP_DEEP &&
	       (fails_with_depth(s, at, s->op[at].arg / 2) ||
		fails_with_depth(s, at, s->op[at].arg - 1));
}

/*
 * Simplify @op in the way @how: mostly, an operand becomes the root of the
 * world. Return false if there is no such way.
 */
static bool simplify(struct op *op, int how)
{
	switch (how) {
	case 0:
		op->plain = true;
		return true;
	case 1:
		op->mnt = LABEL_HOME;
		return true;
	case 2:
		op->node = LABEL_HOME;
		return true;
	case 3:
		op->to_mnt = op->to_node = LABEL_HOME;
		return true;
	case 4:
		op->to_node = LABEL_HOME;
		return true;
	case 5:
		if (op->kind == OP_MOUNT || op->kind == OP_FSMOUNT)
			op->arg = FS_TMPFS;
		else if (op->kind != OP_DEEP)
			op->arg = 0;
		return true;
	}
	return false;
}

static bool make_plain(struct search *s, int at)
{
	struct op changed = s->op[at];
	bool progress = false;

	for (int how = 0; simplify(&changed, how); how++) {
		progress |= replace(s, &s->op[at], changed);
		changed = s->op[at];
	}
	while (make_shallow(s, at))
		progress = true;
	return progress;
}

void oracle_shrink(const struct oracle *oracle, struct op *op, int *nr)
{
	struct search s = {
		.oracle = oracle,
		.verdict = oracle->report->verdict,
		.op = op,
		.nr = oracle->report->nr_ops,
	};
	bool progress;

	memcpy(op, oracle->report->op, s.nr * sizeof(*op));
	for (int size = s.nr / 2; size > 1; size /= 2)
		leave_out_each(&s, size);
	do {
		while (s.nr && leave_out_each(&s, 1))
			;
		progress = false;
		for (int i = 0; i < s.nr; i++)
			progress |= make_plain(&s, i);
	} while (progress);
	*nr = s.nr;
}
