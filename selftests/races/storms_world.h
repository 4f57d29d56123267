/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world that storms.c walks in, and the rounds that disturb it
 *
 *	/t/A/S/c	S goes to B and back; M is mounted on c
 *	/t/X		mounted as M
 *	/t/X/x/d/d/...	the walks start in there
 */
#ifndef __STORMS_WORLD_H__
#define __STORMS_WORLD_H__

#include <linux/types.h>

#define M_PATH "/t/A/S/c"
#define ABOVE 8 /* levels above all d, including the two mountpoints */
#define MOUNTPOINTS 2
#define STRETCH 24

/* Make the world, except for the directories that walks start in. */
void storm_build(void);

/* Make @depth directories below @path. Return an O_PATH fd of the last. */
int storm_deep(const char *path, int depth);

/* Close all descriptors that storm_build() has opened. */
void storm_close(void);

/* The counter of the storm's moves, set before the first round */
extern __u64 *storm_moves;

/*
 * Run a round of a storm. It ends in the state that it began in. On the chain
 * itself, S is moved away and back, exchanged, or moved to where the chain is
 * longer (by STRETCH); a directory below it is renamed; M is moved, and a mount
 * covers A; directories are removed and made anew. Elsewhere, a directory is
 * renamed in another directory, or on another filesystem.
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
