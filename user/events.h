/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENTS_H
#define EVENTS_H

#include "pathward.h"

/* Prints events until told to stop; returns an exit code. */
int events(void);

/* One event on standard output, as a line or as JSON; @rules: map "rule_info" */
void event_print(const struct pathward_event *event, int rules);

#endif
