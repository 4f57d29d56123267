// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading a policy. Each step of a load is ordered so that a crash
 * at any point leaves nothing enforced: the maps are filled, the inodes kept in
 * memory, the programs attached, all of it is pinned, and the pins are renamed
 * to their place; only then one write makes the policy active. The next load or
 * unload clears the rest of an interrupted one.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "enforce.h"
#include "keep.h"
#include "kernel_check.h"
#include "libbpf_log.h"
#include "maps.h"
#include "options.h"
#include "pathward.h"
#include "pins.h"
#include "record.h"
#include "util.h"
#include "walk.skel.h"

static void destroy_skeleton(struct walk_bpf **skeleton)
{
	walk_bpf__destroy(*skeleton);
}

static enum exit_code refused(const char *what, int error)
{
	if (error == -EPERM)
		return fail_hint(EXIT_PRIVILEGE, "load from the host",
				 "cannot %s: not permitted: in a container or "
				 "under kernel lockdown?",
				 what);
	if (error == -EBUSY)
		return fail_hint(EXIT_REFUSED, "see bpftool link",
				 "cannot %s: hook in use by another program",
				 what);
	if (!options.json)
		libbpf_log_print();
	return fail_hint(EXIT_REFUSED, "-v shows all",
			 "cannot %s: the kernel refused: %s", what,
			 strerror(-error));
}

/* BPF_MAX_TRAMP_LINKS of the kernel: programs that one hook takes */
#define HOOK_PROGRAMS_MAX 38

static enum exit_code refused_attachment(int error)
{
	if (error != -E2BIG)
		return refused("attach to lsm/file_open", error);
	return fail_hint(EXIT_REFUSED, "end one of them (bpftool link show)",
			 "cannot attach to lsm/file_open: the hook has all the "
			 "%d programs that it can take",
			 HOOK_PROGRAMS_MAX);
}

/* Pin all maps, the link and the map that keeps the inodes in @directory. */
static int pin_all(int directory, struct walk_bpf *skeleton, int keeper)
{
	LIBBPF_OPTS(bpf_obj_pin_opts, options, .file_flags = BPF_F_PATH_FD,
		    .path_fd = directory);
	int link = bpf_link__fd(skeleton->links.pathward_file_open);
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, skeleton->obj) {
		err = err   ?:
			      bpf_obj_pin_opts(bpf_map__fd(map),
					       bpf_map__name(map), &options);
	}
	err = err ?: bpf_obj_pin_opts(keeper, PIN_KEEPER, &options);
	return err ?: bpf_obj_pin_opts(link, PIN_LINK, &options);
}

static enum exit_code pin(struct walk_bpf *skeleton, int keeper)
{
	__cleanup(close_fd) int directory = pins_create(PIN_STAGING_NAME);
	int err = directory < 0 ? directory :
				  pin_all(directory, skeleton, keeper);

	if (err)
		return pins_fail(PIN_STAGING_NAME, err);
	err = pins_publish();
	return err ? pins_fail(PIN_NAME, err) : EXIT_OK;
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
	__cleanup(free_pointer) char *record = record_make(objects, policy);
	__cleanup(destroy_skeleton) struct walk_bpf *skeleton = NULL;
	__cleanup(close_fd) int keeper = -1;
	int err;

	if (!record)
		return fail_memory();
	skeleton = walk_bpf__open();
	if (!skeleton)
		return refused("open the BPF object", -errno);
	maps_size(skeleton, objects, record);
	err = walk_bpf__load(skeleton);
	if (err)
		return refused("load the BPF programs", err);
	err = maps_fill(skeleton, policy, objects, record) ?:
		      keep_objects(objects, &keeper);
	if (err)
		return err;
	err = walk_bpf__attach(skeleton);
	if (err)
		return refused_attachment(err);
	return pin(skeleton, keeper) ?: activate(skeleton);
}

static enum exit_code clear_directory(const char *name)
{
	int err = pins_remove(name);

	return err ? pins_fail(name, err) : EXIT_OK;
}

/*
 * Remove complete and partial pins, and with them everything that they keep. If one
 * directory cannot be removed, the other one is all the same.
 */
static enum exit_code clear(void)
{
	enum exit_code loaded = clear_directory(PIN_NAME);
	enum exit_code staged = clear_directory(PIN_STAGING_NAME);

	return loaded ?: staged;
}

enum exit_code enforce_load(const struct policy *policy,
			    const struct objects *objects)
{
	__cleanup(close_fd) int lock = pins_lock();
	/* Before the lock is looked at: the policy may deny to open it. */
	int active = pins_active();
	int err;

	if (active < 0)
		return pins_fail(PIN_NAME, active);
	if (active)
		return fail_hint(EXIT_LOADED,
				 "pathward status shows it, pathward unload "
				 "ends it",
				 "a policy is loaded already");
	if (lock < 0)
		return pins_fail_lock(lock);
	err = clear();
	if (err)
		return err;
	err = load(policy, objects);
	if (err)
		clear();
	return err;
}

/* The first step of an unload: the policy must not stand in its way. */
static enum exit_code deactivate(void)
{
	__cleanup(close_fd) int fd = pins_map("settings");
	int err;

	if (fd == -ENOENT)
		return EXIT_OK;
	err = fd < 0 ? fd : pins_set_state(fd, PATHWARD_UNLOADED);
	return err ? pins_fail(PIN_NAME, err) : EXIT_OK;
}

enum exit_code enforce_unload(void)
{
	__cleanup(close_fd) int lock = -1;
	int err;

	if (!pins_exist())
		return fail(EXIT_NOT_LOADED, "no policy is loaded");
	err = privilege_check() ?: deactivate();
	if (err)
		return err;
	lock = pins_lock();
	if (lock < 0)
		return pins_fail_lock(lock);
	/* A concurrent load may have activated its policy meanwhile. */
	return deactivate() ?: clear();
}
