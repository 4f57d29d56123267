// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: stat_threads [-s SECONDS] [-t THREADS] [FILE]
 *
 * Let 1, 2, 4, ... threads call stat() for one file, each on its own processor.
 * Print, for each number of threads, millions of calls per second and the ratio
 * to one thread. The program needs no other file of this project:
 *
 *   cc -O2 -pthread -o stat_threads stat_threads.c && ./stat_threads /usr/bin/env
 */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 1024

static const char *file = "/etc/passwd";
static int seconds = 2;
static bool go, stop;

struct worker {
	pthread_t thread;
	int cpu;
	unsigned long calls;
} __attribute__((aligned(128))); /* no two share a cache line */

static struct worker workers[MAX_THREADS];

static void *work(void *arg)
{
	struct worker *w = arg;
	unsigned long calls = 0;
	struct stat st;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(w->cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		err(1, "cannot run on processor %d", w->cpu);
	while (!__atomic_load_n(&go, __ATOMIC_ACQUIRE))
		sched_yield();
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (stat(file, &st))
			err(1, "%s", file);
		calls++;
	}
	w->calls = calls;
	return NULL;
}

/* Return the @nr-th processor, from 0, that this process may run on. */
static int processor(int nr)
{
	cpu_set_t cpus;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		err(1, "sched_getaffinity");
	for (;; cpu++)
		if (CPU_ISSET(cpu, &cpus) && !nr--)
			return cpu;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Return the calls per second of all @threads together. */
static double measure(int threads)
{
	unsigned long calls = 0;
	double begin, end;

	go = stop = false;
	for (int i = 0; i < threads; i++) {
		workers[i].cpu = processor(i);
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			errx(1, "no thread");
	}
	begin = now();
	__atomic_store_n(&go, true, __ATOMIC_RELEASE);
	sleep(seconds);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	end = now();
	for (int i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		calls += workers[i].calls;
	}
	return calls / (end - begin);
}

int main(int argc, char *argv[])
{
	int threads = 0, opt;
	double one = 0, rate;
	cpu_set_t cpus;

	while ((opt = getopt(argc, argv, "s:t:")) != -1) {
		if (opt == 's')
			seconds = atoi(optarg);
		else if (opt == 't')
			threads = atoi(optarg);
		else
			return 2;
	}
	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		err(1, "sched_getaffinity");
	if (!threads)
		threads = CPU_COUNT(&cpus);
	if (optind < argc)
		file = argv[optind];
	if (seconds < 1 || threads < 1 || threads > MAX_THREADS ||
	    threads > CPU_COUNT(&cpus))
		errx(2, "-s takes 1 or more, -t 1 to %d", CPU_COUNT(&cpus));
	printf("%7s %12s %8s\n", "threads", "million/s", "ratio");
	for (int nr = 1;; nr = nr * 2 < threads ? nr * 2 : threads) {
		rate = measure(nr);
		if (nr == 1)
			one = rate;
		printf("%7d %12.3f %8.2f\n", nr, rate / 1e6, rate / one);
		if (nr == threads)
			break;
	}
	return 0;
}
