/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts of all tests of a program, for figures.awk. The harness runs each test
 * in a process of its own, so the counts are in shared memory. They are printed
 * when the program ends.
 */
#ifndef __FIGURES_H__
#define __FIGURES_H__

struct figures {
	unsigned long cases, comparisons;
};

extern struct figures *figures;

/* The name of the row, defined by the program */
extern const char figures_row[];

#endif
