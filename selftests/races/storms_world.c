// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "storms_world.h"
#include "world.h"

/* Directories to rename in, a mount, and the places where it can be mounted */
enum { A, B, X, E, F, FAR, M, IN_A, IN_B, PLACES };
static int at[PLACES];

__u64 *storm_moves;

static void moved(void)
{
	__atomic_fetch_add(storm_moves, 1, __ATOMIC_SEQ_CST);
}

static void rename_at(int from_dir, const char *from, int to_dir,
		      const char *to, int flags)
{
	if (renameat2(from_dir, from, to_dir, to, flags))
		err(1, "rename %s to %s", from, to);
	moved();
}

void ping_pong(void)
{
	rename_at(at[A], "S", at[B], "S", 0);
	rename_at(at[B], "S", at[A], "S", 0);
}

void exchange(void)
{
	rename_at(at[A], "S", at[B], "T", RENAME_EXCHANGE);
	rename_at(at[B], "T", at[A], "S", RENAME_EXCHANGE);
}

void stretch(void)
{
	rename_at(at[A], "S", at[FAR], "S", 0);
	rename_at(at[FAR], "S", at[A], "S", 0);
}

void rename_lower(void)
{
	rename_at(at[X], "x/d", at[X], "z/d", 0);
	rename_at(at[X], "z/d", at[X], "x/d", 0);
}

static void move_mount_at(int to)
{
	if (syscall(SYS_move_mount, at[M], "", to, "",
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH))
		err(1, "move mount");
	moved();
}

void move_mounts(void)
{
	move_mount_at(at[IN_B]);
	move_mount_at(at[IN_A]);
}

void cover(void)
{
	world_bind("/t/C", "/t/A");
	moved();
	if (umount2("/t/A", 0))
		err(1, "umount /t/A");
	moved();
}

static void remove_one(const char *dir, const char *from, const char *to)
{
	rename_at(at[X], from, at[X], to, 0);
	if (unlinkat(at[X], dir, AT_REMOVEDIR) || mkdirat(at[X], dir, 0755))
		err(1, "remove and make %s", dir);
	moved();
}

void remove_dirs(void)
{
	remove_one("x", "x/d", "z/d");
	remove_one("z", "z/d", "x/d");
}

void rename_in_e(void)
{
	rename_at(at[E], "a", at[E], "b", 0);
	rename_at(at[E], "b", at[E], "a", 0);
}

void rename_in_f(void)
{
	rename_at(at[F], "a", at[F], "b", 0);
	rename_at(at[F], "b", at[F], "a", 0);
}

int storm_deep(const char *path, int depth)
{
	int top = world_open(path, O_PATH);
	int fd = world_deep(top, depth);

	close(top);
	return fd;
}

void storm_build(void)
{
	static const char *const directories[] = {
		"/t/A",	    "/t/A/S", "/t/A/S/c", "/t/B",   "/t/B/T",
		"/t/B/T/c", "/t/X",   "/t/X/x",	  "/t/X/z", "/t/C",
		"/t/L",	    "/t/E",   "/t/F",
	};

	for (int i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		world_mkdir(directories[i]);
	world_tmpfs("/t/F");
	world_mkdir("/t/E/a");
	world_mkdir("/t/F/a");
	at[A] = world_open("/t/A", O_PATH);
	at[B] = world_open("/t/B", O_PATH);
	at[X] = world_open("/t/X", O_PATH);
	at[E] = world_open("/t/E", O_PATH);
	at[F] = world_open("/t/F", O_PATH);
	at[FAR] = storm_deep("/t/L", STRETCH);
	at[IN_A] = world_open(M_PATH, O_PATH);
	at[IN_B] = world_open("/t/B/T/c", O_PATH);
	world_bind("/t/X", M_PATH);
	at[M] = world_open(M_PATH, O_PATH);
}

void storm_close(void)
{
	for (int i = 0; i < PLACES; i++)
		close(at[i]);
}
