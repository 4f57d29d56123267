// SPDX-License-Identifier: GPL-2.0-only
/* bpf_vfs_walk_ancestors() fails while interrupts are disabled, too. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "irqs_off.skel.h"

TEST(refused_with_interrupts_off)
{
	struct irqs_off_bpf *skel = irqs_off_bpf__open_and_load();
	int fd;

	ASSERT_NE(NULL, skel);
	ASSERT_EQ(0, irqs_off_bpf__attach(skel));
	fd = open("/", O_RDONLY);
	ASSERT_LE(0, fd);
	skel->bss->tid = syscall(SYS_gettid);
	ASSERT_EQ(0, fcntl(fd, F_SETOWN, getpid()));
	ASSERT_EQ(1, skel->bss->nr_walks);
	EXPECT_EQ(-EOPNOTSUPP, skel->bss->ret);
	EXPECT_EQ(0, skel->bss->nr_calls);
	irqs_off_bpf__destroy(skel);
}

TEST_HARNESS_MAIN
