/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a loaded policy lives: links and maps pinned in PIN_DIR. A load fills
 * PIN_STAGING and renames it, so that PIN_DIR is there whole or not at all.
 * (bpffs refuses names with a dot.)
 */
#ifndef PINS_H
#define PINS_H

#include <stdbool.h>
#include "error.h"
#include "pathward.h"

#define PIN_BPFFS "/sys/fs/bpf"
#define PIN_DIR PIN_BPFFS "/pathward"
#define PIN_STAGING PIN_BPFFS "/pathward-new"

/* A lock against other loads and unloads: a descriptor, or -errno. */
int pins_lock(void);

/* Is there a PIN_DIR, with or without a policy that is enforced? */
bool pins_exist(void);

/* Is a policy enforced? 1, 0, or -errno if that cannot be known. */
int pins_active(void);

/* Removes it and what is in it; 0 also if it is not there, or -errno. */
int pins_remove(const char *directory);

/*
 * A pinned map's descriptor, and what is in its entry @key (returns 0); or
 * -errno. Both need no file to be opened, so they work under any policy.
 */
int pins_map(const char *name);
int pins_read(const char *name, unsigned int key, void *value);

/*
 * Opens map "settings" and reads it. Says what is wrong and returns an exit code,
 * EXIT_NOT_LOADED also for what an interrupted load or unload has left. The caller
 * closes @fd in any case.
 */
enum exit_code pins_open_config(int *fd, struct pathward_config *config);

/* Says that the settings cannot be had, for -errno; returns an exit code. */
enum exit_code pins_fail(int err);

/* Returns 0 or -errno. */
int pins_set_state(int config_fd, enum pathward_state state);

#endif
