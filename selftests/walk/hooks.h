/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by hooks.bpf.c and the test that uses it. */
#ifndef __HOOKS_H__
#define __HOOKS_H__

#include "ancestors.h"

enum hook {
	HOOK_PERMISSION, /* the only one in which no program may sleep */
	HOOK_IOCTL,
	HOOK_LOCK,
	HOOK_RECEIVE,
	NR_HOOKS,
};

#endif
