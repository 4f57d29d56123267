/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world that mount_races.c walks in, and the steps that change it
 *
 *	/t/D/e		mounted as M, in K or, away from there, in H
 *	/t/Q		mounted as K, on P1/k or P2/k; M is mounted on its d/m
 *	/t/U		mounted as U, for stacks of mounts
 *
 * No state has M in K and K on P2, so the chain from M through K to P2 never
 * exists. A walk that reads the link of M early and the link of K late finds
 * it.
 */
#ifndef __MOUNT_RACES_WORLD_H__
#define __MOUNT_RACES_WORLD_H__

#include <linux/types.h>

#define K_PATH "/t/P1/k"
#define M_PATH K_PATH "/d/m"

/* The number of times that umount() failed with EBUSY and was repeated */
extern __u64 mounts_busy;

/* Make the directories. Call this first. */
void build_directories(void);

/* Make the first state of a variant. */
void build_plain(void);
void build_beneath(void);
void build_stack(void);
void build_lazy(void);
void build_pivot(void);
void build_shared(void);
void build_slave(void);

/* Return an O_PATH descriptor of the root of M. */
int mount_m(void);

/* Close all descriptors that the functions above opened. */
void close_places(void);

/*
 * Go from a state to the next by one system call of the adversary. The steps
 * move M, K and U, mount and unmount M and U in a peer's namespace, and cover
 * directories by mounts and uncover them. End the program on error.
 */
void m_to_h(void);
void m_to_k(void);
void m_to_srv(void);
void k_to_p1(void);
void k_to_p2(void);
void u_to_k(void);
void u_to_park(void);
void u_beneath_m(void);
void cover_d(void);
void bare_d(void);
void cover_p1(void);
void bare_p1(void);
void detach_m(void);
void bind_m(void);
void pivot(void);
void pivot_back(void);
void peer_binds_m(void);
void peer_detaches_m(void);
void peer_binds_u(void);
void peer_unmounts_u(void);

#endif
