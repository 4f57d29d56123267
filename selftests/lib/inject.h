/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Failures of one walk, brought about on purpose: see inject.bpf.c for what is
 * wanted and found.
 */
#ifndef __INJECT_H__
#define __INJECT_H__

#include "inject.skel.h"

/* The programs, attached. Dies on error. */
struct inject_bpf *inject_attach(void);

/* The n-th allocation, and all from the n-th on; n from 1 to INJECT_MAX */
#define INJECT_MAX 64
#define INJECT_ONE(n) (1ULL << ((n)-1))
#define INJECT_FROM(n) (~0ULL << ((n)-1))

#endif
