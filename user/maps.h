/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy put into the maps of the BPF object. */
#ifndef MAPS_H
#define MAPS_H

#include "objects.h"
#include "policy.h"

struct walk_bpf;

/* Set the sizes that depend on the policy, before the object is loaded. */
void maps_size(struct walk_bpf *skeleton, const struct objects *objects,
	       const char *record);

/*
 * Fill all maps; the state stays empty. @record is from record_make(). Reports
 * errors; returns an exit code.
 */
enum exit_code maps_fill(struct walk_bpf *skeleton, const struct policy *policy,
			 const struct objects *objects, const char *record);

#endif
