/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF side of disturb.h: a walk waits to be disturbed. */
#ifndef __DISTURB_BPF_H__
#define __DISTURB_BPF_H__

__u32 waiting; /* number of times that a walk has waited */
__u32 go; /* number of times that it was disturbed */

static long is_gone(__u32 i, void *data)
{
	return *(volatile __u32 *)&go == waiting;
}

static long wait_more(__u32 i, void *data)
{
	bpf_loop(1 << 21, is_gone, NULL, 0);
	return is_gone(i, data);
}

/* Wait much longer than the other thread takes, but not for ever. */
static void wait_for_go(void)
{
	__sync_fetch_and_add(&waiting, 1);
	bpf_loop(16, wait_more, NULL, 0);
}

#endif
