/* SPDX-License-Identifier: GPL-2.0-only */
/* What keeps the objects of a policy, see pin_objects.c. */
#ifndef PIN_OBJECTS_H
#define PIN_OBJECTS_H

#include "objects.h"

/*
 * Keep the inodes of all objects in memory, and with them the rules that are
 * attached to them, also after this process has ended. Reports what is wrong and
 * returns an exit code; what it has done until then is for objects_unpin().
 */
enum exit_code objects_pin(const struct objects *objects);

/* Ends that, whole or half. Reports what is wrong and returns an exit code. */
enum exit_code objects_unpin(void);

/* Are they kept now? */
bool objects_pinned(void);

/* Is there anything for objects_unpin() to do? */
bool objects_left(void);

#endif
