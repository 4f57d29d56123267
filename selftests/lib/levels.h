/* SPDX-License-Identifier: GPL-2.0-only */
/* How many ancestors fs/namei.c gathers at once: levels of a walk */
#ifndef __LEVELS_H__
#define __LEVELS_H__

#define WINDOW 32 /* on the stack: VFS_WALK_ONSTACK */
#define MORE_THAN_A_WINDOW (WINDOW + 8)
#define FIRST_ARRAY (WINDOW * 8) /* when the levels on the stack are too few */
#define MAX_DEPTH 16384 /* in all: VFS_WALK_MAX_DEPTH */

#endif
