// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mount_races_world.h"
#include "world.h"

#ifndef MOVE_MOUNT_BENEATH
#define MOVE_MOUNT_BENEATH 0x200
#endif

/* Roots of mounts, opened by these mounts, and directories to mount on */
enum { M, K, U, IN_K, H, P1, P2, PARK, SRV, PLACES };
static int at[PLACES];

/* The mount namespaces of the walker and of a peer of K */
static int own_ns = -1, peer_ns = -1;

__u64 mounts_busy;

static void move(int what, int to, int flags)
{
	if (syscall(SYS_move_mount, at[what], "", at[to], "",
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH | flags))
		err(1, "move mount %d to %d", what, to);
}

void m_to_h(void)
{
	move(M, H, 0);
}

void m_to_k(void)
{
	move(M, IN_K, 0);
}

void m_to_srv(void)
{
	move(M, SRV, 0);
}

void k_to_p1(void)
{
	move(K, P1, 0);
}

void k_to_p2(void)
{
	move(K, P2, 0);
}

void u_to_k(void)
{
	move(U, IN_K, 0);
}

void u_beneath_m(void)
{
	move(U, M, MOVE_MOUNT_BENEATH);
}

void u_to_park(void)
{
	move(U, PARK, 0);
}

/*
 * Unmount @path, and repeat that while it is busy: a walk up by ".." is, for a
 * while, in a mount that lies over an ancestor.
 */
static void unmount(const char *path)
{
	while (umount2(path, 0)) {
		if (errno != EBUSY)
			err(1, "umount %s", path);
		mounts_busy++;
	}
}

void cover_d(void)
{
	world_bind("/t/U", K_PATH "/d");
}

void bare_d(void)
{
	unmount(K_PATH "/d");
}

void cover_p1(void)
{
	world_bind("/t/H", "/t/P1");
}

void bare_p1(void)
{
	unmount("/t/P1");
}

void detach_m(void)
{
	if (umount2(M_PATH, MNT_DETACH))
		err(1, "umount %s", M_PATH);
}

void bind_m(void)
{
	if (mount("/t/D/e", M_PATH, NULL, MS_BIND | MS_REC, NULL))
		err(1, "bind on %s", M_PATH);
}

void pivot(void)
{
	if (syscall(SYS_pivot_root, "/t", "/t/old"))
		err(1, "pivot_root to /t");
}

void pivot_back(void)
{
	if (syscall(SYS_pivot_root, "/old", "/old/t"))
		err(1, "pivot_root to /old");
}

static void enter(int ns)
{
	if (setns(ns, CLONE_NEWNS))
		err(1, "setns");
}

void peer_binds_m(void)
{
	enter(peer_ns);
	bind_m();
	enter(own_ns);
}

void peer_detaches_m(void)
{
	enter(peer_ns);
	detach_m();
	enter(own_ns);
}

void peer_binds_u(void)
{
	enter(peer_ns);
	world_bind("/t/U", M_PATH);
	enter(own_ns);
}

void peer_unmounts_u(void)
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

void build_directories(void)
{
	static const char *const directories[] = {
		"/t/D",	    "/t/D/e", "/t/C",	 "/t/Q",    "/t/Q/d",
		"/t/Q/d/m", "/t/P1",  "/t/P1/k", "/t/P2",   "/t/P2/k",
		"/t/H",	    "/t/H/h", "/t/U",	 "/t/park", "/t/old",
	};

	for (int i = 0; i < sizeof(directories) / sizeof(*directories); i++)
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

void build_plain(void)
{
	build_k();
	bind_as(M, "/t/D/e", M_PATH);
}

void build_beneath(void)
{
	build_plain();
	keep(PARK, "/t/park");
	bind_as(U, "/t/U", "/t/park");
}

void build_stack(void)
{
	build_k();
	keep(PARK, "/t/park");
	bind_as(U, "/t/U", "/t/park");
	u_to_k();
	bind_as(M, "/t/D/e", M_PATH);
}

/* Put a mount into M, so that a tree is mounted and unmounted at once. */
static void build_c(void)
{
	world_mkdir("/t/C/x");
	world_mkdir("/t/D/e/d");
	world_bind("/t/C", "/t/D/e/d");
}

void build_lazy(void)
{
	build_k();
	build_c();
	bind_m();
}

void build_pivot(void)
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

void build_shared(void)
{
	build_c();
	share_k();
	peer_binds_m();
}

void build_slave(void)
{
	share_k();
	if (mount(NULL, K_PATH, NULL, MS_SLAVE, NULL))
		err(1, "make %s a slave", K_PATH);
	bind_as(M, "/t/D/e", M_PATH);
}

int mount_m(void)
{
	return at[M];
}

void close_places(void)
{
	for (int i = 0; i < PLACES; i++)
		close(at[i]);
	close(own_ns);
	close(peer_ns);
}
