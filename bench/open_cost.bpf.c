// SPDX-License-Identifier: GPL-2.0-only
/*
 * Learn in a file_open hook where a file is, in several ways. Each program is
 * attached alone and acts only on the opens of the measured task.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "vfs_walk.bpf.h"
#include "chase.bpf.h"
#include "kernel.bpf.h"

char LICENSE[] SEC("license") = "GPL";

__u32 tgid;
__s64 visited; /* ancestors in the last walk, or bytes of the path */

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} marks SEC(".maps");

struct ino_key {
	__u64 dev;
	__u64 ino;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct ino_key);
	__type(value, __u64);
} inodes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, char[4096]);
} buffers SEC(".maps");

static bool measured(void)
{
	return bpf_get_current_pid_tgid() >> 32 == tgid;
}

SEC("lsm/file_open")
int BPF_PROG(empty, struct file *file)
{
	return 0;
}

static int visit_nothing(const struct path *ancestor, void *data)
{
	return 0;
}

#define WALK(name, section, walk, visit, flags)                            \
	SEC(section)                                                       \
	int BPF_PROG(name, struct file *file)                              \
	{                                                                  \
		if (measured())                                            \
			visited = walk(&file->f_path, visit, NULL, flags); \
		return 0;                                                  \
	}

WALK(walk, "lsm/file_open", bpf_vfs_walk_ancestors, visit_nothing, 0)
WALK(walk_fs_root, "lsm/file_open", bpf_vfs_walk_ancestors, visit_nothing,
     VFS_WALK_FS_ROOT)
WALK(walk_pinned, "lsm.s/file_open", bpf_vfs_walk_ancestors_sleepable,
     visit_nothing, 0)

static int visit_storage(const struct path *ancestor, void *data)
{
	struct inode *inode;

	if (!ancestor)
		return 0;
	inode = ancestor->dentry->d_inode;
	return inode && bpf_inode_storage_get(&marks, inode, 0, 0);
}

WALK(walk_storage, "lsm/file_open", bpf_vfs_walk_ancestors, visit_storage, 0)

static int visit_hash(const struct path *ancestor, void *data)
{
	struct ino_key key;
	struct inode *inode;

	if (!ancestor)
		return 0;
	inode = ancestor->dentry->d_inode;
	if (!inode)
		return 0;
	key.dev = inode->i_sb->s_dev;
	key.ino = inode->i_ino;
	return bpf_map_lookup_elem(&inodes, &key) != NULL;
}

WALK(walk_hash, "lsm/file_open", bpf_vfs_walk_ancestors, visit_hash, 0)

SEC("lsm/file_open")
int BPF_PROG(d_path, struct file *file)
{
	static const char prefix[] = "/srv/secret/";
	__u32 zero = 0;
	char *buf;

	if (!measured())
		return 0;
	buf = bpf_map_lookup_elem(&buffers, &zero);
	if (!buf)
		return 0;
	visited = bpf_path_d_path(&file->f_path, buf, 4096);
	return bpf_strncmp(buf, sizeof(prefix) - 1, prefix) ? 0 : -EACCES;
}

/* Policy tools walk like this today: no lock, probe reads, a depth cap. */

struct look {
	struct chase at;
	__u64 lookups;
};

static long step(__u32 i, void *data)
{
	struct look *look = data;

	if (look->lookups) {
		struct dentry *dentry = look->at.dentry;
		struct inode *inode = BPF_CORE_READ(dentry, d_inode);
		struct ino_key key;

		key.dev = BPF_CORE_READ(inode, i_sb, s_dev);
		key.ino = BPF_CORE_READ(inode, i_ino);
		if (bpf_map_lookup_elem(&inodes, &key))
			return 1;
	}
	if (chase_at_root(&look->at) && !chase_cross(&look->at))
		return 1;
	return !chase_up(&look->at);
}

static void do_chase(struct file *file, __u64 lookups)
{
	struct look look = { .at = chase_from(file), .lookups = lookups };

	visited = bpf_loop(128, step, &look, 0);
}

SEC("lsm/file_open")
int BPF_PROG(chase, struct file *file)
{
	if (measured())
		do_chase(file, 0);
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(chase_hash, struct file *file)
{
	if (measured())
		do_chase(file, 1);
	return 0;
}
