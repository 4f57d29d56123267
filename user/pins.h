/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a loaded policy lives: links and maps pinned in PIN_DIR. A load fills
 * PIN_STAGING and renames it, so that PIN_DIR is there whole or not at all.
 * (bpffs refuses names with a dot.)
 *
 * bpffs may be world-writable, with the sticky bit (the kernel's default): a
 * user can put a symbolic link or a directory at these names. So all access is
 * relative to the descriptor of a directory that has been looked at: root's own,
 * writable by nobody else.
 */
#ifndef PINS_H
#define PINS_H

#include <stdbool.h>
#include "error.h"
#include "pathward.h"

#define PIN_BPFFS "/sys/fs/bpf"
#define PIN_NAME "pathward"
#define PIN_STAGING_NAME "pathward-new"
#define PIN_DIR PIN_BPFFS "/" PIN_NAME
#define PIN_STAGING PIN_BPFFS "/" PIN_STAGING_NAME
#define PIN_LINK "file_open" /* in PIN_DIR, besides the maps by their names */
#define PIN_KEEPER "keeper" /* the map of keep.h */

/* Root's own, and kept: removing a lock file would let two hold "the" lock */
#define PIN_LOCK "/run/pathward.lock"
#define PIN_LOCK_SECONDS 10

/* Something else than root's own directory is at the name. */
#define PINS_FOREIGN EUCLEAN

/*
 * Take the lock against other loads and unloads. Only root can hold it. Returns
 * a descriptor, or -errno: -ETIMEDOUT when another one holds it for
 * PIN_LOCK_SECONDS.
 */
int pins_lock(void);

/* Report that pins_lock() has failed with @err; return the exit code. */
enum exit_code pins_fail_lock(int err);

/* Return true if anything is at the name PIN_DIR or PIN_STAGING. */
bool pins_exist(void);

/*
 * Open directory @name of bpffs as O_PATH: needs no permission of the policy in
 * force. Returns a descriptor, or -errno: -ENOENT, -PINS_FOREIGN.
 */
int pins_open(const char *name);

/* Create directory @name of bpffs and open it likewise, or return -errno. */
int pins_create(const char *name);

/* Rename PIN_STAGING to PIN_DIR, where nothing may be. Returns 0 or -errno. */
int pins_publish(void);

/*
 * Remove directory @name of bpffs and the pins in it. Returns 0, also if it is
 * not there, or -errno.
 */
int pins_remove(const char *name);

/* Return 1 if a policy is enforced, 0 if none is, or -errno if unknown. */
int pins_active(void);

/*
 * Return a descriptor of the pinned map @name, or read its entry @key into
 * @value and return 0; or -errno. Both open no file, so they work under any
 * policy.
 */
int pins_map(const char *name);
int pins_read(const char *name, unsigned int key, void *value);

/*
 * Open map "settings" and read it. Reports errors; returns an exit code:
 * EXIT_NOT_LOADED also for the rest of an interrupted load or unload. The
 * caller closes @fd in any case.
 */
enum exit_code pins_open_config(int *fd, struct pathward_config *config);

/*
 * Report that @name of bpffs cannot be used because of @err (-errno); return the
 * exit code.
 */
enum exit_code pins_fail(const char *name, int err);

/* Write the state into map "settings". Returns 0 or -errno. */
int pins_set_state(int config_fd, enum pathward_state state);

#endif
