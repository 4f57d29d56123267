/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a loaded policy. Both functions report errors and return an exit
 * code. Call privilege_check() and kernel_check() before enforce_load();
 * enforce_unload() checks by itself.
 */
#ifndef ENFORCE_H
#define ENFORCE_H

#include "objects.h"
#include "policy.h"

enum exit_code enforce_load(const struct policy *policy,
			    const struct objects *objects);
enum exit_code enforce_unload(void);

#endif
