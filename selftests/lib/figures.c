/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all tests of a file have counted, for figures.awk: they are processes of
 * their own. The file defines FIGURES_ROW, the name of the row, before.
 */
#ifndef __FIGURES_H__
#define __FIGURES_H__

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static struct figures {
	unsigned long cases, comparisons;
	pid_t main;
} * figures;

static __attribute__((constructor)) void make_figures(void)
{
	figures = mmap(NULL, sizeof(*figures), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	figures->main = getpid();
}

static __attribute__((destructor)) void print_figures(void)
{
	if (getpid() != figures->main)
		return;
	printf("# figure: " FIGURES_ROW " cases=%lu comparisons=%lu\n",
	       figures->cases, figures->comparisons);
}

#endif
