// SPDX-License-Identifier: GPL-2.0-only
#include "modes.h"

const __u64 all_modes[NR_MODES] = {
	0,
	DISCONNECTED,
	FS_ROOT,
	DISCONNECTED | FS_ROOT,
	MAY_SLEEP,
	MAY_SLEEP | DISCONNECTED,
	MAY_SLEEP | FS_ROOT,
	MAY_SLEEP | DISCONNECTED | FS_ROOT,
	WALK_SLEEPABLE_RCU,
};

bool may_sleep(__u64 mode)
{
	return mode != WALK_SLEEPABLE_RCU && mode & MAY_SLEEP;
}

bool fs_root(__u64 mode)
{
	return mode != WALK_SLEEPABLE_RCU && mode & FS_ROOT;
}

bool disconnected(__u64 mode)
{
	return mode != WALK_SLEEPABLE_RCU && mode & (FS_ROOT | DISCONNECTED);
}
