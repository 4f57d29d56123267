/* SPDX-License-Identifier: GPL-2.0-only */
/* Support for tests of walks that fail: a check for leftovers, and figures */
#ifndef __FAILURES_FIXTURE_H__
#define __FAILURES_FIXTURE_H__

#include <errno.h>

#include "ancestors_fixture.h"
#include "figures.h"
#include "inject.h"

#define compared(n) (figures->comparisons += (n))

/*
 * Return whether nothing in /t is in use: there is no reference to a removed
 * object or to a mount, and no memory. Print each leftover. The test must have
 * removed its files in /t and closed its descriptors, except @held, a removed
 * file. @inodes is the result of world_inodes() before that file was made.
 */
bool nothing_left(const struct inject_bpf__bss *injected, unsigned long inodes,
		  int held);

#endif
