/* SPDX-License-Identifier: GPL-2.0-only */
/* Cause failures of one walk. inject.bpf.c describes its input and output. */
#ifndef __INJECT_H__
#define __INJECT_H__

#include "inject.skel.h"

/* Load and attach the programs. Die on error. */
struct inject_bpf *inject_attach(void);

/* The n-th allocation, and all from the n-th on. n is 1 to INJECT_MAX. */
#define INJECT_MAX 64
#define INJECT_ONE(n) (1ULL << ((n)-1))
#define INJECT_FROM(n) (~0ULL << ((n)-1))

#endif
