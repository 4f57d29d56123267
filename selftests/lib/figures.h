/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts of all tests of a program, for figures.awk. The harness runs each test in
 * a process of its own, so that the counts are shared memory; they are printed
 * when the program ends.
 */
#ifndef __FIGURES_H__
#define __FIGURES_H__

struct figures {
	unsigned long cases, comparisons;
};

extern struct figures *figures;

/* The name of the row, which the program defines */
extern const char figures_row[];

#endif
