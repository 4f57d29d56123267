/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The policy as it was loaded, for status and events: a JSON document, kept in
 * the pinned map "policy".
 *
 *	file		 the policy's file
 *	loaded		 when, in seconds since the epoch
 *	mount_namespace	 in which its paths were resolved (inode number in nsfs)
 *	rules		 a list of objects with id, line, allow, deny, except
 *	except		 a list of objects
 *
 * An object has path; resolved, where the path led, if that is another name; type;
 * and, if it is known, filesystem and device ("8:1").
 */
#ifndef RECORD_H
#define RECORD_H

#include <jansson.h>
#include "objects.h"
#include "policy.h"

/* Return the record as a new string, or NULL if memory is short. */
char *record_make(const struct objects *objects, const struct policy *policy);

/* Read the record of the loaded policy. Returns a new object, or NULL. */
json_t *record_read(void);

/* Describe @object as a new JSON object; NULL if memory is short. */
json_t *record_object(const struct object *object);

/*
 * Print an object of a record: its path, where it led, its type and filesystem, as
 * "/dev/shm/x -> /srv/x (directory on tmpfs 0:22)".
 */
void record_print_object(const json_t *object);

/*
 * Return the file name at @key of @object, byte for byte, to be freed; or NULL.
 * See json_set_text() for names that are not UTF-8.
 */
char *record_name(const json_t *object, const char *key);

#endif
