/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks that the rules of a policy hold on its objects. */
#ifndef OBJECT_CHECK_H
#define OBJECT_CHECK_H

#include "objects.h"
#include "policy.h"

/*
 * Refuse rules that would not hold, and warn of rules that would match less, or
 * more, than their text says. Reports all errors; returns an exit code.
 */
enum exit_code objects_check(const struct objects *objects,
			     const struct policy *policy);

#endif
