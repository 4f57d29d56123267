// SPDX-License-Identifier: GPL-2.0-only
/* bpf_vfs_walk_ancestors() fails in a softirq, instead of waiting for locks. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "interrupt.skel.h"

TEST(refused_in_a_softirq)
{
	struct interrupt_bpf *skel = interrupt_bpf__open_and_load();

	ASSERT_NE(NULL, skel);
	ASSERT_EQ(0, interrupt_bpf__attach(skel));
	skel->bss->tid = syscall(SYS_gettid);
	close(open("/", O_RDONLY));
	/* run until the timer has interrupted this thread */
	while (!__atomic_load_n(&skel->bss->done, __ATOMIC_ACQUIRE))
		;
	EXPECT_EQ(-EOPNOTSUPP, skel->bss->ret);
	EXPECT_EQ(0, skel->bss->nr_calls);
	interrupt_bpf__destroy(skel);
}

TEST_HARNESS_MAIN
