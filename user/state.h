/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the object that a rule is on still at the rule's path? */
#ifndef STATE_H
#define STATE_H

#include <jansson.h>

/* Maps, and the root directory from which the policy's paths are looked up */
struct state_reader {
	int rules;
	int executables;
	int root; /* or -1: the mount namespace of the load is out of reach */
};

/* Prepare for state_of_*(). state_end() is for every outcome. */
void state_begin(struct state_reader *reader, const json_t *record);
void state_end(struct state_reader *reader);

/*
 * Return the state of a rule, or of a program that a rule excepts, as the record
 * has it; a static string:
 *
 *	in-place  the path leads to the object that the rule is on
 *	replaced  it leads to another one: deleted and made anew, or renamed
 *	covered	  something is mounted over the object
 *	missing	  nothing is there
 *	unknown	  it cannot be looked up: permission, or the mount namespace
 */
const char *state_of_rule(const struct state_reader *reader,
			  const json_t *rule);
const char *state_of_program(const struct state_reader *reader,
			     const json_t *program);

/* Return the meaning of @state for the rule in words; NULL: all is well. */
const char *state_text(const char *state);

#endif
