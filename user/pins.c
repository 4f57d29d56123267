// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "error.h"
#include "pins.h"
#include "util.h"

int pins_lock(void)
{
	int fd = open(PIN_BPFFS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX)) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

bool pins_exist(void)
{
	struct stat st;

	return !lstat(PIN_DIR, &st);
}

static void close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

int pins_remove(const char *directory)
{
	__cleanup(close_directory) DIR *pins = opendir(directory);
	struct dirent *entry;

	if (!pins)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(pins))) {
		if (entry->d_name[0] != '.' &&
		    unlinkat(dirfd(pins), entry->d_name, 0))
			return -errno;
	}
	return rmdir(directory) ? -errno : 0;
}

int pins_map(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), PIN_DIR "/%s", name);
	return bpf_obj_get(path);
}

int pins_read(const char *name, unsigned int key, void *value)
{
	__cleanup(close_fd) int fd = pins_map(name);

	return fd < 0 ? fd : bpf_map_lookup_elem(fd, &key, value);
}

static bool is_absent(int err)
{
	return err == -ENOENT || err == -ENOTDIR;
}

enum exit_code pins_fail(int err)
{
	if (err == -EPERM || err == -EACCES)
		return fail(EXIT_PRIVILEGE,
			    "%s/settings: %s: this needs root (CAP_BPF)",
			    PIN_DIR, strerror(-err));
	return fail(EXIT_OTHER, "%s/settings: %s", PIN_DIR, strerror(-err));
}

int pins_active(void)
{
	struct pathward_config config;
	int err = pins_read("settings", 0, &config);

	if (is_absent(err))
		return 0;
	return err ?: config.state == PATHWARD_ACTIVE;
}

enum exit_code pins_open_config(int *fd, struct pathward_config *config)
{
	__u32 key = 0;
	int err;

	*fd = pins_map("settings");
	err = *fd < 0 ? *fd : bpf_map_lookup_elem(*fd, &key, config);
	if (is_absent(err))
		return fail(EXIT_NOT_LOADED, "no policy is loaded");
	if (err)
		return pins_fail(err);
	if (config->state != PATHWARD_ACTIVE)
		return fail(
			EXIT_NOT_LOADED,
			"no policy is loaded: a load or unload was interrupted, nothing is enforced; pathward unload clears it away");
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
