// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: inject FILE FROM TO COMMAND [ARGUMENT]...
 *
 * Run COMMAND four times and disturb the walk that begins at FILE:
 *
 *  1. FROM is renamed to TO where the walk crosses the first mount;
 *  2. as in 1, and in addition all allocations in the walk fail;
 *  3. all allocations fail, and whenever a pass of the walk begins to call back,
 *     FROM is renamed to TO and back;
 *  4. whenever a pass begins to call back, FROM is renamed to TO, or back, and the
 *     directory that it leaves is removed and made anew.
 *
 * Rename FROM back after each run. Fail if the walk was not disturbed as
 * intended.
 */
#include <err.h>
#include <libgen.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "disturb.h"
#include "inject.h"
#include "world.h"

static void run(char **command)
{
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		execv(command[0], command);
		err(2, "%s", command[0]);
	}
	if (waitpid(pid, NULL, 0) < 0)
		err(2, "wait");
}

static void move_there_and_back(struct disturber *d)
{
	world_rename(d->from, d->to);
	world_rename(d->to, d->from);
}

static void move_and_remove(struct disturber *d)
{
	const char *left = d->from;
	char path[256];

	world_rename(d->from, d->to);
	snprintf(path, sizeof(path), "%s", left);
	if (rmdir(dirname(path)))
		err(1, "rmdir %s", path);
	world_mkdir(path);
	d->from = d->to;
	d->to = left;
}

static void disturb(struct inject_bpf__bss *bss, struct disturber *d,
		    char **argv)
{
	static const struct {
		bool no_memory;
		/* in each pass; else there is one rename */
		void (*act)(struct disturber *d);
	} runs[] = {
		{},
		{ .no_memory = true },
		{ .no_memory = true, .act = move_there_and_back },
		{ .act = move_and_remove },
	};

	for (int i = 0; i < 4; i++) {
		bss->fail_mask = runs[i].no_memory ? INJECT_FROM(1) : 0;
		bss->wait_at = !runs[i].act;
		bss->wait_in_passes = !!runs[i].act;
		d->act = runs[i].act;
		d->from = argv[2];
		d->to = argv[3];
		run(argv + 4);
		if (!disturb_times(d) || bss->nr_walks != i + 1 ||
		    !bss->nr_failed == runs[i].no_memory)
			errx(1, "%llu walks, %llu allocations failed",
			     bss->nr_walks, bss->nr_failed);
		if (access(argv[2], F_OK))
			world_rename(argv[3], argv[2]);
	}
}

int main(int argc, char **argv)
{
	struct inject_bpf *inject;
	struct disturber disturber = {};
	struct seen file;

	if (argc < 5)
		errx(2, "usage: inject FILE FROM TO COMMAND...");
	file = place(argv[1]);
	inject = inject_attach();
	inject->bss->dev = file.dev;
	inject->bss->ino = file.ino;
	disturber.waiting = &inject->bss->waiting;
	disturber.go = &inject->bss->go;
	disturb_begin(&disturber);
	disturb(inject->bss, &disturber, argv);
	disturb_end(&disturber);
	inject_bpf__destroy(inject);
	return 0;
}
