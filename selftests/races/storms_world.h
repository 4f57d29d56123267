/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What storms.c walks in, and rounds of what disturbs it.
 *
 *	/t/A/S/c	S goes to B and back; M is mounted on c
 *	/t/X		mounted as M
 *	/t/X/x/d/d/...	the walks start in there
 */
#ifndef __STORMS_WORLD_H__
#define __STORMS_WORLD_H__

#include <linux/types.h>

#define M_PATH "/t/A/S/c"
#define ABOVE 8 /* levels above all d, with the two mountpoints */
#define MOUNTPOINTS 2
#define STRETCH 24

/* Make all but the directories that walks start in. */
void storm_build(void);

/* Make @depth directories below @path, and open the last one (O_PATH). */
int storm_deep(const char *path, int depth);

/* Close all that storm_build() has opened. */
void storm_close(void);

/* Where to count the moves of the storm; set before the first round */
extern __u64 *storm_moves;

/*
 * A round of a storm ends in the state that it began in. On the chain itself: S
 * goes away and comes back, is exchanged, makes the chain longer (by STRETCH); a
 * directory below it is renamed; M is moved, a mount covers A; directories are
 * removed and made anew. Elsewhere: in another directory, on another filesystem.
 */
void ping_pong(void);
void exchange(void);
void stretch(void);
void rename_lower(void);
void move_mounts(void);
void cover(void);
void remove_dirs(void);
void rename_in_e(void);
void rename_in_f(void);

#endif
