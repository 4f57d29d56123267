/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a loaded policy. Both say what is wrong and return a code. Loading is
 * for who has passed privilege_check() and kernel_check(); unloading asks itself.
 */
#ifndef ENFORCE_H
#define ENFORCE_H

#include "objects.h"
#include "policy.h"

enum exit_code enforce_load(const struct policy *policy,
			    const struct objects *objects);
enum exit_code enforce_unload(void);

#endif
