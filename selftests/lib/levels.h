/* SPDX-License-Identifier: GPL-2.0-only */
/* The numbers of levels that the kernel takes at once in a walk */
#ifndef __LEVELS_H__
#define __LEVELS_H__

#define WINDOW 32 /* levels on the stack, VFS_WALK_ONSTACK */
#define MORE_THAN_A_WINDOW (WINDOW + 8)
#define SMALLEST_ARRAY (WINDOW * 4) /* levels in an allocated array, at least */
#define LANDLOCK_STRETCH 128 /* levels Landlock sees under RCU, WALK_STRETCH */
#define MAX_DEPTH 16384 /* levels in all, VFS_WALK_MAX_DEPTH */

#endif
