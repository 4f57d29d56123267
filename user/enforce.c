// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading a policy. The order makes any moment safe to die in:
 * inodes pinned, maps filled, programs attached, all of it pinned, the pins
 * renamed to their place; and only then is the policy made active, by one
 * write. What an interrupted load leaves behind decides nothing, and the next
 * load or unload clears it.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "enforce.h"
#include "kernel_check.h"
#include "libbpf_log.h"
#include "maps.h"
#include "options.h"
#include "pathward.h"
#include "pin_objects.h"
#include "pins.h"
#include "util.h"
#include "walk.skel.h"

static void destroy_skeleton(struct walk_bpf **skeleton)
{
	walk_bpf__destroy(*skeleton);
}

static enum exit_code refused(const char *what, int error)
{
	if (error == -EPERM)
		return fail(
			EXIT_PRIVILEGE,
			"cannot %s: not permitted: in a container or under kernel lockdown? load from the host",
			what);
	if (error == -EBUSY)
		return fail(
			EXIT_REFUSED,
			"cannot %s: busy: another program holds the hook; bpftool link shows it",
			what);
	if (!options.json)
		libbpf_log_print();
	return fail(EXIT_REFUSED,
		    "cannot %s: the kernel refused: %s; -v shows all", what,
		    strerror(-error));
}

static enum exit_code pin(struct walk_bpf *skeleton)
{
	const char *what = PIN_STAGING;
	int err;

	err = mkdir(PIN_STAGING, 0700) ? -errno : 0;
	if (!err)
		err = bpf_object__pin_maps(skeleton->obj, PIN_STAGING);
	if (!err)
		err = bpf_link__pin(skeleton->links.pathward_file_open,
				    PIN_STAGING "/file_open");
	if (!err) {
		what = PIN_DIR;
		err = rename(PIN_STAGING, PIN_DIR) ? -errno : 0;
	}
	return err ? fail(EXIT_OTHER, "%s: cannot pin: %s", what,
			  strerror(-err)) :
		     EXIT_OK;
}

static enum exit_code activate(struct walk_bpf *skeleton)
{
	int err = pins_set_state(bpf_map__fd(skeleton->maps.settings),
				 PATHWARD_ACTIVE);

	return err ? fail(EXIT_OTHER, "map settings: %s", strerror(-err)) :
		     EXIT_OK;
}

static enum exit_code load(const struct policy *policy,
			   const struct objects *objects)
{
	__cleanup(destroy_skeleton) struct walk_bpf *skeleton = NULL;
	int err;

	skeleton = walk_bpf__open();
	if (!skeleton)
		return refused("open the BPF object", -errno);
	maps_size(skeleton, objects);
	err = walk_bpf__load(skeleton);
	if (err)
		return refused("load the BPF programs", err);
	err = maps_fill(skeleton, policy, objects);
	if (err)
		return err;
	err = walk_bpf__attach(skeleton);
	if (err)
		return refused("attach to lsm/file_open", err);
	return pin(skeleton) ?: activate(skeleton);
}

/* All that there may be, whole or half. The rules' inodes go last. */
static enum exit_code clear(void)
{
	int err = pins_remove(PIN_STAGING) ?: pins_remove(PIN_DIR);

	if (err)
		return fail(EXIT_OTHER, "%s*: cannot be removed: %s", PIN_DIR,
			    strerror(-err));
	return objects_unpin();
}

enum exit_code enforce_load(const struct policy *policy,
			    const struct objects *objects)
{
	__cleanup(close_fd) int lock = pins_lock();
	/* Before the lock is looked at: the policy may deny to open it. */
	int active = pins_active();
	int err;

	if (active < 0)
		return pins_fail(active);
	if (active)
		return fail(
			EXIT_LOADED,
			"a policy is loaded already: pathward status shows it, pathward unload ends it");
	if (lock < 0)
		return fail(EXIT_OTHER, "%s: cannot lock: %s", PIN_BPFFS,
			    strerror(-lock));
	err = clear();
	if (err)
		return err;
	err = objects_pin(objects) ?: load(policy, objects);
	if (err)
		clear();
	return err;
}

/* First of all, so that the policy itself does not stand in the way */
static enum exit_code deactivate(void)
{
	__cleanup(close_fd) int fd = pins_map("settings");
	int err;

	if (fd == -ENOENT)
		return EXIT_OK;
	err = fd < 0 ? fd : pins_set_state(fd, PATHWARD_UNLOADED);
	return err ? pins_fail(err) : EXIT_OK;
}

static bool anything_left(void)
{
	struct stat st;

	return !lstat(PIN_STAGING, &st) || pins_exist() || objects_left();
}

enum exit_code enforce_unload(void)
{
	__cleanup(close_fd) int lock = -1;
	int err;

	if (!anything_left())
		return fail(EXIT_NOT_LOADED, "no policy is loaded");
	err = privilege_check() ?: deactivate();
	if (err)
		return err;
	lock = pins_lock();
	if (lock < 0)
		return fail(EXIT_OTHER, "%s: cannot lock: %s", PIN_BPFFS,
			    strerror(-lock));
	/* Once more: what was being loaded just now */
	return deactivate() ?: clear();
}
