/* SPDX-License-Identifier: GPL-2.0-only */
/* Warning of a policy that its author could not end. */
#ifndef LOCKOUT_H
#define LOCKOUT_H

#include "objects.h"
#include "policy.h"

/*
 * Warn if an enforced @policy denies reading the executable of this process: no
 * shell could start it then to unload the policy.
 */
void lockout_check(const struct objects *objects, const struct policy *policy);

#endif
