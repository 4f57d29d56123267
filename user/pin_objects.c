// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inode storage lives as long as the inode is in memory, and an unused inode
 * is dropped when memory is short: a rule would be lost without a word. What
 * holds an inode without a process is a mount of it. So every object is
 * mounted in a mount namespace of its own, and that namespace is kept by a
 * bind mount of its nsfs file: /run/pathward/objects. Ending that one mount
 * ends them all.
 *
 * They are not mounted in the caller's tree, ever: any `rm -r` or `find
 * -delete` over /run would walk through them into the protected data.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pin_objects.h"
#include "util.h"

#define RUN_DIR "/run/pathward"
#define OBJECTS_PIN RUN_DIR "/objects"

/* Detached mounts of the objects, made before the namespace is left */
struct trees {
	int *fd;
	bool *directory;
	unsigned int count;
};

static void trees_close(struct trees *trees)
{
	unsigned int i;

	for (i = 0; i < trees->count; i++)
		close(trees->fd[i]);
	free(trees->fd);
	free(trees->directory);
}

static enum exit_code clone_object(struct trees *trees, const char *file,
				   const struct object *object)
{
	int fd = open_tree(object->fd, "",
			   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);

	if (fd < 0 && errno == EINVAL)
		return fail_at(
			EXIT_PATH, file, object->at,
			"%s: cannot be mounted elsewhere: its mount is of another mount namespace, or unbindable",
			object->path);
	if (fd < 0)
		return fail_at(EXIT_PATH, file, object->at,
			       "%s: cannot be kept in memory: %s", object->path,
			       strerror(errno));
	trees->directory[trees->count] = S_ISDIR(object->mode);
	trees->fd[trees->count++] = fd;
	return EXIT_OK;
}

static enum exit_code clone_objects(struct trees *trees,
				    const struct objects *objects)
{
	unsigned int n = objects->rules + objects->programs;
	int err = EXIT_OK;
	unsigned int i;

	trees->fd = calloc(n + 1, sizeof(int));
	trees->directory = calloc(n + 1, sizeof(bool));
	if (!trees->fd || !trees->directory)
		return fail(EXIT_OTHER, "out of memory");
	for (i = 0; i < objects->rules && !err; i++)
		err = clone_object(trees, objects->file, &objects->rule[i]);
	for (i = 0; i < objects->programs && !err; i++)
		err = clone_object(trees, objects->file, &objects->program[i]);
	return err;
}

/* In the child, its working directory the new root: mount one as "N". */
static int place(const struct trees *trees, unsigned int n)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", n);
	if (trees->directory[n] ? mkdir(name, 0700) :
				  mknod(name, S_IFREG | 0600, 0))
		return -errno;
	if (move_mount(trees->fd[n], "", AT_FDCWD, name,
		       MOVE_MOUNT_F_EMPTY_PATH))
		return -errno;
	return 0;
}

/*
 * A new namespace with nothing in it but the objects. The old root is detached
 * so that no other filesystem is kept busy, and all is private so that what
 * the host mounts below an object later is not mounted here as well.
 */
static int build_namespace(const struct trees *trees)
{
	unsigned int n;
	int err;

	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("pathward", RUN_DIR, "tmpfs", MS_NOSUID | MS_NODEV,
		  "mode=0700") ||
	    chdir(RUN_DIR))
		return -errno;
	for (n = 0; n < trees->count; n++) {
		err = place(trees, n);
		if (err)
			return err;
	}
	if (syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) ||
	    chdir("/") || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -errno;
	return 0;
}

static enum exit_code no_namespace(int error)
{
	if (error == -EINVAL) /* of pivot_root() */
		return fail(
			EXIT_KERNEL,
			"cannot make a mount namespace: the root is an initramfs? switch_root from it first");
	return fail(EXIT_OTHER,
		    "cannot keep the policy's objects in a mount namespace: %s",
		    strerror(-error));
}

static void stop_child(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
}

/* The child tells how it went, then waits to be killed or for our end. */
static void child(const struct trees *trees, int channel[2])
{
	char end;
	int err;

	close(channel[0]);
	err = build_namespace(trees);
	if (write(channel[1], &err, sizeof(err)) == sizeof(err))
		(void)!read(channel[1], &end, 1);
	_exit(0);
}

static enum exit_code keep_namespace(const struct trees *trees)
{
	__cleanup(stop_child) pid_t pid = -1;
	__cleanup(close_fd) int ours = -1;
	char file[64];
	int channel[2];
	int err = -EPIPE;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel))
		return fail(EXIT_OTHER, "socketpair: %s", strerror(errno));
	ours = channel[0];
	pid = fork();
	if (pid == 0)
		child(trees, channel);
	close(channel[1]);
	if (pid < 0)
		return fail(EXIT_OTHER, "fork: %s", strerror(errno));
	if (read(ours, &err, sizeof(err)) != sizeof(err) || err)
		return no_namespace(err);

	snprintf(file, sizeof(file), "/proc/%d/ns/mnt", pid);
	if (mount(file, OBJECTS_PIN, NULL, MS_BIND, NULL))
		return fail(EXIT_OTHER, "%s: cannot mount %s: %s", OBJECTS_PIN,
			    file, strerror(errno));
	return EXIT_OK;
}

/* A mount namespace can be bound only below a private mount. */
static enum exit_code make_run_dir(void)
{
	__cleanup(close_fd) int fd = -1;

	if (mkdir(RUN_DIR, 0700) && errno != EEXIST)
		return fail(EXIT_OTHER, "%s: %s", RUN_DIR, strerror(errno));
	if (mount("pathward", RUN_DIR, "tmpfs",
		  MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700,size=64k") ||
	    mount(NULL, RUN_DIR, NULL, MS_PRIVATE, NULL))
		return fail(EXIT_OTHER, "%s: cannot mount a tmpfs: %s", RUN_DIR,
			    strerror(errno));
	fd = open(OBJECTS_PIN, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(EXIT_OTHER, "%s: %s", OBJECTS_PIN, strerror(errno));
	return EXIT_OK;
}

enum exit_code objects_pin(const struct objects *objects)
{
	__cleanup(trees_close) struct trees trees = {};
	int err;

	err = clone_objects(&trees, objects);
	if (!err)
		err = make_run_dir();
	return err ?: keep_namespace(&trees);
}

/* EINVAL: nothing is mounted there. */
static bool unmounted(const char *path)
{
	return !umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) ||
	       errno == ENOENT || errno == EINVAL;
}

enum exit_code objects_unpin(void)
{
	if (unmounted(OBJECTS_PIN) && unmounted(RUN_DIR) &&
	    (!rmdir(RUN_DIR) || errno == ENOENT || errno == ENOTEMPTY))
		return EXIT_OK;
	return fail(EXIT_OTHER, "%s: cannot be unmounted and removed: %s",
		    RUN_DIR, strerror(errno));
}

bool objects_left(void)
{
	struct stat st;

	return !lstat(RUN_DIR, &st);
}

bool objects_pinned(void)
{
	struct statfs fs;

	return !statfs(OBJECTS_PIN, &fs) && fs.f_type == NSFS_MAGIC;
}
