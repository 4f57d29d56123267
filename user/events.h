/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENTS_H
#define EVENTS_H

#include <jansson.h>
#include "error.h"
#include "pathward.h"

/* Print events until told to stop. Reports errors; returns an exit code. */
enum exit_code events(void);

/*
 * Print one event on standard output, as a line or as JSON. @rules is the list of
 * rules of the loaded policy's record, see record.h.
 */
void event_print(const struct pathward_event *record, const json_t *rules);

#endif
