/* SPDX-License-Identifier: GPL-2.0-only */
/* A fixture with a world, and with the programs that watch stat() attached */
#ifndef __STAT_FIXTURE_H__
#define __STAT_FIXTURE_H__

#include <err.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "stat_world.h"
#include "world.h"

FIXTURE(stat)
{
	struct stat_bpf *skel;
	struct stat_bpf__bss *bss;
};

FIXTURE_SETUP(stat)
{
	world_setup();
	self->skel = stat_watch();
	self->bss = self->skel->bss;
}

FIXTURE_TEARDOWN(stat)
{
	stat_bpf__destroy(self->skel);
}

#endif
