// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "pins.h"
#include "util.h"

#define WRITABLE_BY_OTHERS (S_IWGRP | S_IWOTH)

static bool is_roots_own(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_uid == 0 &&
	       !(st.st_mode & WRITABLE_BY_OTHERS);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/*
 * Wait for the lock, but not for ever: flock() has no time limit, and signals may
 * be blocked or wanted by the caller. Returns 0 or -errno.
 */
static int lock_in_time(int fd)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	double end = seconds() + PIN_LOCK_SECONDS;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (seconds() >= end)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

int pins_lock(void)
{
	int fd =
		open(PIN_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	int err;

	if (fd < 0)
		return -errno;
	err = is_roots_own(fd) ? lock_in_time(fd) : -PINS_FOREIGN;
	if (!err)
		return fd;
	close(fd);
	return err;
}

enum exit_code pins_fail_lock(int err)
{
	if (err == -ETIMEDOUT)
		return fail(EXIT_OTHER,
			    "%s: another pathward load or unload is running "
			    "(waited %d s)",
			    PIN_LOCK, PIN_LOCK_SECONDS);
	if (err == -PINS_FOREIGN)
		return fail_hint(EXIT_OTHER, "remove it",
				 "%s: not made by root", PIN_LOCK);
	return fail(EXIT_OTHER, "%s: cannot lock: %s", PIN_LOCK,
		    strerror(-err));
}

static int open_bpffs(void)
{
	int fd = open(PIN_BPFFS, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

bool pins_exist(void)
{
	struct stat st;

	return !lstat(PIN_STAGING, &st) || !lstat(PIN_DIR, &st);
}

int pins_open(const char *name)
{
	__cleanup(close_fd) int bpffs = open_bpffs();
	int fd;

	if (bpffs < 0)
		return bpffs;
	fd = openat(bpffs, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOTDIR ? -PINS_FOREIGN : -errno;
	if (is_roots_own(fd))
		return fd;
	close(fd);
	return -PINS_FOREIGN;
}

int pins_create(const char *name)
{
	__cleanup(close_fd) int bpffs = open_bpffs();

	if (bpffs < 0)
		return bpffs;
	if (mkdirat(bpffs, name, 0700))
		return errno == EEXIST ? -PINS_FOREIGN : -errno;
	return pins_open(name);
}

int pins_publish(void)
{
	__cleanup(close_fd) int bpffs = open_bpffs();

	if (bpffs < 0)
		return bpffs;
	if (renameat2(bpffs, PIN_STAGING_NAME, bpffs, PIN_NAME,
		      RENAME_NOREPLACE))
		return errno == EEXIST ? -PINS_FOREIGN : -errno;
	return 0;
}

static void close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

/*
 * Remove the pins that a load makes. This opens no file, so it works under any
 * policy. The link goes first: a link without the map "settings" is then never the
 * rest of an interrupted unload.
 */
static void remove_known(int directory)
{
	static const char *const names[] = {
		PIN_LINK,   "settings", "rules",   "executables", "exceptions",
		"counters", "events",	"scratch", "policy",	  PIN_KEEPER,
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlinkat(directory, names[i], 0);
}

/* Remove all other pins in @directory. Returns 0 or -errno. */
static int remove_others(int directory)
{
	__cleanup(close_directory) DIR *pins = NULL;
	struct dirent *entry;
	int fd;

	fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	pins = fdopendir(fd);
	if (!pins) {
		close(fd);
		return -ENOMEM;
	}
	while ((entry = readdir(pins))) {
		if (entry->d_name[0] != '.' && unlinkat(fd, entry->d_name, 0))
			return -errno;
	}
	return 0;
}

int pins_remove(const char *name)
{
	__cleanup(close_fd) int bpffs = open_bpffs();
	__cleanup(close_fd) int directory = pins_open(name);
	int err;

	if (directory < 0)
		return directory == -ENOENT ? 0 : directory;
	remove_known(directory);
	if (!unlinkat(bpffs, name, AT_REMOVEDIR))
		return 0;
	err = remove_others(directory);
	if (err)
		return err;
	return unlinkat(bpffs, name, AT_REMOVEDIR) ? -errno : 0;
}

int pins_map(const char *name)
{
	__cleanup(close_fd) int directory = pins_open(PIN_NAME);
	LIBBPF_OPTS(bpf_obj_get_opts, options, .file_flags = BPF_F_PATH_FD);

	if (directory < 0)
		return directory;
	options.path_fd = directory;
	return bpf_obj_get_opts(name, &options);
}

int pins_read(const char *name, unsigned int key, void *value)
{
	__cleanup(close_fd) int fd = pins_map(name);

	return fd < 0 ? fd : bpf_map_lookup_elem(fd, &key, value);
}

enum exit_code pins_fail(const char *name, int err)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", PIN_BPFFS, name);
	if (err == -EPERM || err == -EACCES)
		return fail_hint(EXIT_PRIVILEGE, "this needs root (CAP_BPF)",
				 "%s: %s", path, strerror(-err));
	if (err == -PINS_FOREIGN)
		return fail_hint(EXIT_OTHER,
				 "remove it, and mount " PIN_BPFFS
				 " with mode=0700",
				 "%s: not a directory that root made", path);
	return fail(EXIT_OTHER, "%s: %s", path, strerror(-err));
}

int pins_active(void)
{
	struct pathward_config config;
	int err = pins_read("settings", 0, &config);

	if (err == -ENOENT)
		return 0;
	return err ?: config.state == PATHWARD_ACTIVE;
}

/* As long as the link is pinned, the programs run, and they may enforce. */
static enum exit_code no_settings(void)
{
	__cleanup(close_fd) int directory = pins_open(PIN_NAME);
	struct stat st;

	if (directory < 0 || fstatat(directory, PIN_LINK, &st, 0))
		return fail(EXIT_NOT_LOADED, "no policy is loaded");
	return fail_hint(EXIT_OTHER, "unload, then load again",
			 "%s: missing: a policy may be enforced all the same",
			 PIN_DIR "/settings");
}

enum exit_code pins_open_config(int *fd, struct pathward_config *config)
{
	__u32 key = 0;
	int err;

	*fd = pins_map("settings");
	err = *fd < 0 ? *fd : bpf_map_lookup_elem(*fd, &key, config);
	if (err == -ENOENT)
		return no_settings();
	if (err)
		return pins_fail(PIN_NAME, err);
	if (config->state != PATHWARD_ACTIVE)
		return fail_hint(EXIT_NOT_LOADED,
				 "pathward unload clears it away",
				 "no policy is loaded: a load or unload was "
				 "interrupted, nothing is enforced");
	return EXIT_OK;
}

int pins_set_state(int config_fd, enum pathward_state state)
{
	struct pathward_config config;
	__u32 key = 0;
	int err;

	err = bpf_map_lookup_elem(config_fd, &key, &config);
	if (err)
		return err;
	/* The programs may run: all but the state is written as it was. */
	config.state = state;
	return bpf_map_update_elem(config_fd, &key, &config, BPF_ANY);
}
