/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a loaded policy lives: links and maps pinned in PIN_DIR. A load fills
 * PIN_STAGING and renames it, so that PIN_DIR is there whole or not at all.
 * (bpffs refuses names with a dot.)
 */
#ifndef PINS_H
#define PINS_H

#include <stdbool.h>
#include "pathward.h"

#define PIN_BPFFS "/sys/fs/bpf"
#define PIN_DIR PIN_BPFFS "/pathward"
#define PIN_STAGING PIN_BPFFS "/pathward-new"

/* A lock against other loads and unloads: a descriptor, or -errno. */
int pins_lock(void);
bool pins_exist(void);
bool pins_active(void);
int pins_remove(const char *directory);

/*
 * A pinned map's descriptor, and what is in its entry @key. Both need no file
 * to be opened, so they work under any policy.
 */
int pins_map(const char *name);
int pins_read(const char *name, unsigned int key, void *value);

/* Opens map "settings" and reads it; says what is wrong and returns a code. */
int pins_open_config(int *fd, struct pathward_config *config);
int pins_set_state(int config_fd, enum pathward_state state);

#endif
