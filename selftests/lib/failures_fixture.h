/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of walks that fail: what they must not leave behind, and figures.
 */
#ifndef __FAILURES_FIXTURE_H__
#define __FAILURES_FIXTURE_H__

#include <errno.h>

#include "ancestors_fixture.h"
#include "figures.h"
#include "inject.h"

#define compared(n) (figures->comparisons += (n))

/*
 * Return whether nothing in /t is in use: no reference to an object that was
 * removed, none to a mount, and no memory; say what is. What the test has made
 * there must be removed, and what it has opened be closed, but @held, a removed
 * file. @inodes is what world_inodes() has returned before that was made.
 */
bool nothing_left(const struct inject_bpf__bss *injected, unsigned long inodes,
		  int held);

#endif
