/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENTS_H
#define EVENTS_H

#include "error.h"
#include "pathward.h"

/* Print events until a signal, the options or the end of the policy stop it. */
enum exit_code events(void);

/*
 * Print @event on standard output, as a line or, with -j, as JSON. @rules: a
 * descriptor of the map "rule_info"
 */
void event_print(const struct pathward_event *event, int rules);

#endif
