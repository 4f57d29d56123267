/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What test_mount_races.c walks in, and the steps by which it changes.
 *
 *	/t/D/e		mounted as M, in K or, away from there, in H
 *	/t/Q		mounted as K, on P1/k or P2/k; M is mounted on its d/m
 *	/t/U		mounted as U, for stacks of mounts
 *
 * No state has M in K and K on P2. So the chain from M through K to P2 exists at
 * no time; a walk that reads the link of M early and the link of K late finds it.
 */
#ifndef __MOUNT_RACES_WORLD_H__
#define __MOUNT_RACES_WORLD_H__

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "world.h"

#ifndef MOVE_MOUNT_BENEATH
#define MOVE_MOUNT_BENEATH 0x200
#endif

#define K_PATH "/t/P1/k"
#define M_PATH K_PATH "/d/m"

/* Roots of mounts, by them, and directories to mount on */
enum { M, K, U, IN_K, H, P1, P2, PARK, SRV, PLACES };
static int at[PLACES];

/* Mount namespaces: the walker's, and that of a peer of K's */
static int own_ns = -1, peer_ns = -1;

static __u64 busy; /* times that umount() said EBUSY */

static void move(int what, int to, int flags)
{
	if (syscall(SYS_move_mount, at[what], "", at[to], "",
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH | flags))
		err(1, "move mount %d to %d", what, to);
}

static void m_to_h(void)
{
	move(M, H, 0);
}

static void m_to_k(void)
{
	move(M, IN_K, 0);
}

static void m_to_srv(void)
{
	move(M, SRV, 0);
}

static void k_to_p1(void)
{
	move(K, P1, 0);
}

static void k_to_p2(void)
{
	move(K, P2, 0);
}

static void u_to_k(void)
{
	move(U, IN_K, 0);
}

static void u_beneath_m(void)
{
	move(U, M, MOVE_MOUNT_BENEATH);
}

static void u_to_park(void)
{
	move(U, PARK, 0);
}

/* Who walks up by ".." is in a mount that lies over an ancestor for a while. */
static void unmount(const char *path)
{
	while (umount2(path, 0)) {
		if (errno != EBUSY)
			err(1, "umount %s", path);
		busy++;
	}
}

static void cover_d(void)
{
	world_bind("/t/U", K_PATH "/d");
}

static void bare_d(void)
{
	unmount(K_PATH "/d");
}

static void cover_p1(void)
{
	world_bind("/t/H", "/t/P1");
}

static void bare_p1(void)
{
	unmount("/t/P1");
}

static void detach_m(void)
{
	if (umount2(M_PATH, MNT_DETACH))
		err(1, "umount %s", M_PATH);
}

static void bind_m(void)
{
	if (mount("/t/D/e", M_PATH, NULL, MS_BIND | MS_REC, NULL))
		err(1, "bind on %s", M_PATH);
}

static void pivot(void)
{
	if (syscall(SYS_pivot_root, "/t", "/t/old"))
		err(1, "pivot_root to /t");
}

static void pivot_back(void)
{
	if (syscall(SYS_pivot_root, "/old", "/old/t"))
		err(1, "pivot_root to /old");
}

static void enter(int ns)
{
	if (setns(ns, CLONE_NEWNS))
		err(1, "setns");
}

static void peer_binds_m(void)
{
	enter(peer_ns);
	bind_m();
	enter(own_ns);
}

static void peer_detaches_m(void)
{
	enter(peer_ns);
	detach_m();
	enter(own_ns);
}

static void peer_binds_u(void)
{
	enter(peer_ns);
	world_bind("/t/U", M_PATH);
	enter(own_ns);
}

static void peer_unmounts_u(void)
{
	enter(peer_ns);
	unmount(M_PATH);
	enter(own_ns);
}

/* The first state of each variant */

static void keep(int place, const char *path)
{
	at[place] = world_open(path, O_PATH);
}

static void bind_as(int place, const char *from, const char *to)
{
	world_bind(from, to);
	keep(place, to);
}

static void build_directories(void)
{
	static const char *const directories[] = {
		"/t/D",	    "/t/D/e", "/t/C",	 "/t/Q",    "/t/Q/d",
		"/t/Q/d/m", "/t/P1",  "/t/P1/k", "/t/P2",   "/t/P2/k",
		"/t/H",	    "/t/H/h", "/t/U",	 "/t/park", "/t/old",
	};

	for (int i = 0; i < ARRAY_SIZE(directories); i++)
		world_mkdir(directories[i]);
	for (int i = 0; i < PLACES; i++)
		at[i] = -1;
	keep(H, "/t/H/h");
	keep(P1, "/t/P1/k");
	keep(P2, "/t/P2/k");
}

static void build_k(void)
{
	bind_as(K, "/t/Q", K_PATH);
	keep(IN_K, M_PATH);
}

static void build_plain(void)
{
	build_k();
	bind_as(M, "/t/D/e", M_PATH);
}

static void build_beneath(void)
{
	build_plain();
	keep(PARK, "/t/park");
	bind_as(U, "/t/U", "/t/park");
}

static void build_stack(void)
{
	build_k();
	keep(PARK, "/t/park");
	bind_as(U, "/t/U", "/t/park");
	u_to_k();
	bind_as(M, "/t/D/e", M_PATH);
}

/* M has a mount in it, so that a tree is mounted and unmounted at once. */
static void build_c(void)
{
	world_mkdir("/t/C/x");
	world_mkdir("/t/D/e/d");
	world_bind("/t/C", "/t/D/e/d");
}

static void build_lazy(void)
{
	build_k();
	build_c();
	bind_m();
}

static void build_pivot(void)
{
	keep(SRV, "/srv");
	bind_as(M, "/t/D/e", "/srv");
}

static void share_k(void)
{
	build_k();
	if (mount(NULL, K_PATH, NULL, MS_SHARED, NULL))
		err(1, "share %s", K_PATH);
	own_ns = world_open("/proc/self/ns/mnt", O_RDONLY);
	if (unshare(CLONE_NEWNS))
		err(1, "unshare");
	peer_ns = world_open("/proc/self/ns/mnt", O_RDONLY);
	enter(own_ns);
}

static void build_shared(void)
{
	build_c();
	share_k();
	peer_binds_m();
}

static void build_slave(void)
{
	share_k();
	if (mount(NULL, K_PATH, NULL, MS_SLAVE, NULL))
		err(1, "make %s a slave", K_PATH);
	bind_as(M, "/t/D/e", M_PATH);
}

#endif
