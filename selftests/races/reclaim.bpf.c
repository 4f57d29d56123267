// SPDX-License-Identifier: GPL-2.0-only
/*
 * Record the reports of three walkers for a file that is opened:
 * bpf_vfs_walk_ancestors(), also the sleepable one, and a chase of
 * d_parent without a lock. A further walker is known to be wrong: it remembers
 * the ancestor that it saw first above an inode.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"
#include "kernel.bpf.h"
#include "chase.bpf.h"
#include "reclaim.h"
#include "seen.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Input, set by the test */
__u32 tid; /* the thread whose opens start a walk */
/* empty loops before the walker looks at ancestor .delay_at */
__u64 delay, delay_at;
__u64 level; /* level of the ancestor to remember; 0 is the start */
bool by_number; /* know inodes by their numbers, not by their addresses */

/* Output */
struct answer answers[4];
/* the number of the inode that is remembered as that ancestor */
__u64 remembered;
__u64 nr_walks, nr_null, slow_passes;
__u64 evicted; /* names that were looked up on the disk again */
__u64 recycled; /* inodes reused without a grace period */

static __u32 walker;

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u64);
} memory SEC(".maps");

static bool wanted(void)
{
	return (__u32)bpf_get_current_pid_tgid() == tid;
}

static long spin(__u32 i, void *data)
{
	return 0;
}

static void begin(enum walker which)
{
	walker = which;
	answers[which].nr = 0;
}

static void see(const struct mount *mnt, const struct dentry *dentry)
{
	struct answer *answer = &answers[walker & 3];

	if (answer->nr == delay_at)
		bpf_loop(delay, spin, NULL, 0);
	answer->seen[answer->nr++ & (SEEN_MAX - 1)] = seen_at(dentry, mnt);
}

static int visit(const struct path *ancestor, void *data)
{
	if (!ancestor) {
		answers[walker & 3].nr = 0;
		nr_null++;
		return 0;
	}
	see(real_mount(ancestor->mnt), ancestor->dentry);
	return 0;
}

static long step(__u32 i, void *data)
{
	struct chase *chase = data;

	see(chase->mnt, chase->dentry);
	if (chase_at_root(chase) && !chase_cross(chase))
		return 1;
	return !chase_up(chase);
}

static void remember(struct file *file)
{
	struct inode *inode = file->f_inode;
	__u64 now = answers[WALK_RCU].seen[level & (SEEN_MAX - 1)].ino;
	__u64 key = by_number ? BPF_CORE_READ(inode, i_ino) : (__u64)inode;
	__u64 *then = bpf_map_lookup_elem(&memory, &key);

	remembered = then ? *then : now;
	if (!then)
		bpf_map_update_elem(&memory, &key, &now, BPF_ANY);
}

SEC("lsm/file_open")
int BPF_PROG(walk_rcu, struct file *file, int prev)
{
	struct chase chase;

	if (prev || !wanted())
		return prev;
	begin(WALK_RCU);
	answers[WALK_RCU].ret =
		bpf_vfs_walk_ancestors(&file->f_path, visit, NULL, 0);
	remember(file);
	begin(CHASE);
	chase = chase_from(file);
	answers[CHASE].ret = bpf_loop(SEEN_MAX, step, &chase, 0);
	nr_walks++;
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(walk_pinned, struct file *file, int prev)
{
	if (prev || !wanted())
		return prev;
	begin(WALK_PINNED);
	answers[WALK_PINNED].ret =
		bpf_vfs_walk_ancestors_sleepable(&file->f_path, visit, NULL, 0);
	return 0;
}

SEC("kprobe/" FN_WALK_LOCKED)
int BPF_KPROBE(slow_pass)
{
	slow_passes += wanted();
	return 0;
}

SEC("kprobe/ext4_lookup")
int BPF_KPROBE(look_up_ext4)
{
	evicted += wanted();
	return 0;
}

SEC("kprobe/xfs_vn_lookup")
int BPF_KPROBE(look_up_xfs)
{
	evicted += wanted();
	return 0;
}

SEC("tp_btf/xfs_iget_recycle")
int BPF_PROG(recycle)
{
	recycled++;
	return 0;
}
