// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print the instructions of an open() and close() of files at several depths,
 * with each program of open_cost.bpf.c attached in turn.
 *
 * In QEMU's icount lane the time stamp counter counts instructions. On other
 * machines it counts cycles, so the numbers mean little.
 */
#include <err.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "open_cost.skel.h"
#include "opens.h"

static const int depths[] = { 1, 10, 30 };

#define NR_DEPTHS (sizeof(depths) / sizeof(depths[0]))

static char files[NR_DEPTHS][FILE_PATH];
static struct open_cost_bpf *skel;

static void measure(const char *what, double base_slope, double *slope)
{
	double costs[NR_DEPTHS];

	for (size_t i = 0; i < NR_DEPTHS; i++)
		costs[i] = opens_cost(opens_repeat, files[i]);
	*slope = (costs[2] - costs[1]) / (depths[2] - depths[1]);
	printf("%-52s", what);
	for (size_t i = 0; i < NR_DEPTHS; i++)
		printf(" %7.0f", costs[i]);
	printf(" %8.1f\n", *slope - base_slope);
	fflush(stdout);
}

/* Check that all ancestors of the deepest file, the last one, were visited. */
static void expect_all_visited(const char *what)
{
	if (skel->bss->visited <= depths[NR_DEPTHS - 1])
		errx(1, "%s: %lld visited", what,
		     (long long)skel->bss->visited);
}

static void measure_program(struct bpf_program *prog, const char *what,
			    double base)
{
	struct bpf_link *link = bpf_program__attach(prog);
	double slope;

	if (!link)
		err(1, "attach %s", bpf_program__name(prog));
	skel->bss->visited = 0;
	measure(what, base, &slope);
	if (prog != skel->progs.empty)
		expect_all_visited(what);
	bpf_link__destroy(link);
}

static void measure_landlock(double base)
{
	double slope;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		opens_restrict();
		measure("Landlock, one rule at the top", base, &slope);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "the Landlock run failed");
}

int main(void)
{
	double base;

	skel = open_cost_bpf__open_and_load();
	if (!skel)
		err(1, "load");
	skel->bss->tgid = getpid();
	opens_make_files(depths, NR_DEPTHS, files);
	printf("%-52s %7s %7s %7s %8s\n", "instructions per open and close",
	       "depth 1", "10", "30", "/ancestor");
	measure("nothing in file_open", 0, &base);
	measure_program(skel->progs.empty, "an empty program", base);
	measure_program(skel->progs.walk, "walk, trivial callback", base);
	measure_program(skel->progs.walk_fs_root,
			"walk, trivial callback, FS_ROOT", base);
	measure_program(skel->progs.walk_pinned,
			"walk, trivial callback, sleepable", base);
	measure_program(skel->progs.walk_storage, "walk, inode storage look-up",
			base);
	measure_program(skel->progs.walk_hash, "walk, (dev, ino) hash look-up",
			base);
	measure_program(skel->progs.d_path,
			"bpf_path_d_path(), one prefix compared", base);
	measure_program(skel->progs.chase,
			"unlocked d_parent chase, no look-up", base);
	measure_program(skel->progs.chase_hash,
			"unlocked d_parent chase, (dev, ino) hash look-up",
			base);
	measure_landlock(base);
	open_cost_bpf__destroy(skel);
	return 0;
}
