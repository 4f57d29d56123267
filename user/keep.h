/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeping the inodes of a policy in memory, see keep.c. */
#ifndef KEEP_H
#define KEEP_H

#include "error.h"
#include "objects.h"

/* True if the running kernel can keep inodes: Landlock is active. */
bool keep_supported(void);

/*
 * Keep the inodes of all @objects in memory, and with them the rules attached to
 * them. On success @map is a descriptor of the BPF map that does so: for as long
 * as it is open or pinned, whether this process lives or not. The caller closes
 * @map in any case. Reports errors; returns an exit code.
 */
enum exit_code keep_objects(const struct objects *objects, int *map);

#endif
