// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: helper_inject FILE FROM TO COMMAND [ARGUMENT]...
 *
 * Runs COMMAND twice. Each time the first walk from FILE in the kernel is
 * disturbed: it waits where it crosses the first mount until FROM has been
 * renamed to TO, which is undone afterwards. The second time, no memory is to be
 * had in that walk, either. Fails if that has not come about.
 */
#include <err.h>
#include <stdio.h>
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

int main(int argc, char **argv)
{
	struct disturber disturber;
	struct inject_bpf__bss *bss;
	struct inject_bpf *inject;
	struct seen file;

	if (argc < 5)
		errx(2, "usage: helper_inject FILE FROM TO COMMAND...");
	file = place(argv[1]);
	inject = inject_attach();
	bss = inject->bss;
	bss->dev = file.dev;
	bss->ino = file.ino;
	bss->wait_at = 1;
	disturber = (struct disturber){
		.waiting = &bss->waiting,
		.go = &bss->go,
		.from = argv[2],
		.to = argv[3],
	};
	disturb_begin(&disturber);
	for (int i = 0; i < 2; i++) {
		bss->fail_mask = i ? INJECT_FROM(1) : 0;
		run(argv + 4);
		if (!disturb_happened(&disturber))
			errx(1, "%s: the walk was not disturbed", argv[1]);
		world_rename(argv[3], argv[2]);
	}
	disturb_end(&disturber);
	if (bss->nr_walks != 2 || !bss->nr_failed || bss->nr_kept)
		errx(1, "%llu walks, %llu failed allocations, %llu leaks",
		     bss->nr_walks, bss->nr_failed, bss->nr_kept);
	inject_bpf__destroy(inject);
	return 0;
}
