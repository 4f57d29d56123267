/* SPDX-License-Identifier: GPL-2.0-only */
/* The other side of disturb.h: a walk waits to be disturbed. */
#ifndef __DISTURB_BPF_H__
#define __DISTURB_BPF_H__

__u32 waiting, go;

static long is_gone(__u32 i, void *data)
{
	return *(volatile __u32 *)&go != 0;
}

static long wait_more(__u32 i, void *data)
{
	bpf_loop(1 << 21, is_gone, NULL, 0);
	return is_gone(i, data);
}

/* Much longer than the other thread takes, but not for ever */
static void wait_for_go(void)
{
	*(volatile __u32 *)&waiting = 1;
	bpf_loop(64, wait_more, NULL, 0);
}

#endif
