/* SPDX-License-Identifier: GPL-2.0-only */
/* A policy put into the maps of the BPF object. */
#ifndef MAPS_H
#define MAPS_H

#include "objects.h"
#include "policy.h"

struct walk_bpf;

/* Before the object is loaded */
void maps_size(struct walk_bpf *skeleton, const struct objects *objects);

/*
 * All but the state, which stays empty. Says what is wrong and returns an exit
 * code.
 */
enum exit_code maps_fill(struct walk_bpf *skeleton, const struct policy *policy,
			 const struct objects *objects);

#endif
