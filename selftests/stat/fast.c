// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check when stat() takes no references and when it has to: how often it needs
 * none in the steady state; the LSM hook; marks that only a use with references
 * leaves; and files that are removed or replaced before their attributes are
 * read.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>

#include "disk.h"
#include "disturb.h"
#include "stat_fixture.h"

/* Attach @prog, which can deny. It has to be called until it is detached. */
static void check_hook(struct __test_metadata *const _metadata,
		       FIXTURE_DATA(stat) * self, struct bpf_program *prog)
{
	struct bpf_link *link;
	struct stat st;

	world_write("/t/file");
	link = bpf_program__attach(prog);
	ASSERT_NE(NULL, link);
	self->bss->nr_fast = 0;
	EXPECT_EQ(0, stat("/t/file", &st));
	EXPECT_EQ(1, self->bss->nr_hooks);
	self->bss->deny = true;
	EXPECT_EQ(-1, stat("/t/file", &st));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, lstat("/t", &st));
	EXPECT_EQ(3, self->bss->nr_hooks);
	EXPECT_EQ(0, self->bss->nr_fast);
	bpf_link__destroy(link);
	EXPECT_EQ(0, stat("/t/file", &st));
	EXPECT_EQ(1, self->bss->nr_fast);
	EXPECT_EQ(3, self->bss->nr_hooks);
}

TEST_F(stat, hook)
{
	check_hook(_metadata, self, self->skel->progs.hook);
}

TEST_F(stat, override)
{
	check_hook(_metadata, self, self->skel->progs.override);
}

/* Programs that only watch are called, and each of several counts. */
TEST_F(stat, watchers)
{
	struct bpf_link *hook, *watch;
	struct stat st;

	world_write("/t/file");
	watch = bpf_program__attach(self->skel->progs.watch);
	ASSERT_NE(NULL, watch);
	hook = bpf_program__attach(self->skel->progs.hook);
	ASSERT_NE(NULL, hook);
	self->bss->nr_fast = 0;
	EXPECT_EQ(0, stat("/t/file", &st));
	EXPECT_EQ(2, self->bss->nr_hooks);
	bpf_link__destroy(hook);
	EXPECT_EQ(0, stat("/t/file", &st));
	EXPECT_EQ(3, self->bss->nr_hooks);
	EXPECT_EQ(0, self->bss->nr_fast);
	bpf_link__destroy(watch);
	EXPECT_EQ(0, stat("/t/file", &st));
	EXPECT_EQ(1, self->bss->nr_fast);
}

/* The hook that is called without references is not for programs. */
TEST_F(stat, hook_under_rcu)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = BPF_LSM_MAC);
	static const char *const hooks[] = { "inode_getattr",
					     "inode_getattr_rcu" };
	int id, fd;

	for (int i = 0; i < ARRAY_SIZE(hooks); i++) {
		id = libbpf_find_vmlinux_btf_id(hooks[i], BPF_LSM_MAC);
		ASSERT_LT(0, id);
		opts.attach_btf_id = id;
		fd = bpf_prog_load(BPF_PROG_TYPE_LSM, "hook", "GPL", insns,
				   ARRAY_SIZE(insns), &opts);
		EXPECT_EQ(i == 0, fd >= 0);
		if (fd >= 0)
			close(fd);
	}
}

/* Count the accesses of this thread to the eight bytes at @address. */
static int count_accesses(unsigned long address)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = HW_BREAKPOINT_RW,
		.bp_addr = address,
		.bp_len = HW_BREAKPOINT_LEN_8,
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static long long accesses(int counter)
{
	long long count;

	if (read(counter, &count, sizeof(count)) != sizeof(count))
		err(1, "read a counter");
	return count;
}

/* d_lockref, which others write to, is not even read. */
TEST_F(stat, lockref)
{
	int counter, fd;
	struct stat st;

	world_write("/t/file");
	self->bss->nr_fast = 0;
	EXPECT_EQ(0, stat("/t/file", &st));
	ASSERT_EQ(1, self->bss->nr_fast);
	counter = count_accesses(self->bss->lockref);
	ASSERT_LE(0, counter);
	for (int i = 0; i < 10; i++)
		EXPECT_EQ(0, stat("/t/file", &st));
	EXPECT_EQ(11, self->bss->nr_fast);
	EXPECT_EQ(0, accesses(counter));
	fd = world_open("/t/file", O_RDONLY);
	close(fd);
	EXPECT_LT(0, accesses(counter));
	close(counter);
}

/*
 * umount2(MNT_EXPIRE) marks a mount, and unmounts it when it is called again
 * and the mount was not used in between.
 */
TEST_F(stat, expiring_mount)
{
	struct stat st;

	world_mkdir("/t/m");
	world_tmpfs("/t/m");
	world_write("/t/m/file");
	EXPECT_EQ(-1, umount2("/t/m", MNT_EXPIRE));
	EXPECT_EQ(EAGAIN, errno);
	self->bss->nr_fast = 0;
	EXPECT_EQ(0, stat("/t/m/file", &st));
	EXPECT_EQ(0, self->bss->nr_fast);
	EXPECT_EQ(-1, umount2("/t/m", MNT_EXPIRE));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, umount2("/t/m", MNT_EXPIRE));
	EXPECT_EQ(-1, stat("/t/m/file", &st));
	EXPECT_EQ(ENOENT, errno);
}

/*
 * Reclaim spares dentries marked as used. The mark takes one reference, once.
 */
TEST_F(stat, unused_dentry)
{
	struct stat st;

	world_disk("ext4", "/t/fs");
	world_write("/t/fs/file");
	for (int i = 0; i < 3; i++) {
		self->bss->nr_fast = 0;
		EXPECT_EQ(0, stat("/t/fs/file", &st));
		EXPECT_EQ(i > 0, self->bss->nr_fast);
	}
}

#define STEADY_CALLS 10000

/* Return how many of STEADY_CALLS calls, for 100 files, took no reference. */
static unsigned long steady(struct stat_bpf__bss *bss)
{
	struct stat st;
	char path[32];

	bss->nr_fast = 0;
	for (int i = 0; i < STEADY_CALLS; i++) {
		snprintf(path, sizeof(path), "/t/fs/%d", i % 100);
		if (stat(path, &st))
			err(1, "stat %s", path);
	}
	return bss->nr_fast;
}

static void check_steady(struct __test_metadata *const _metadata,
			 FIXTURE_DATA(stat) * self, const char *type)
{
	struct bpf_link *hook;
	unsigned long fast;
	char path[32];

	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "/t/fs/%d", i);
		world_write(path);
	}
	sync_fs();
	mark_used(AT_FDCWD, "/t/fs");
	steady(self->bss);
	fast = steady(self->bss);
	EXPECT_LE(STEADY_CALLS / 100 * 99, fast);
	hook = bpf_program__attach(self->skel->progs.hook);
	ASSERT_NE(NULL, hook);
	EXPECT_EQ(0, steady(self->bss));
	EXPECT_EQ(STEADY_CALLS, self->bss->nr_hooks);
	bpf_link__destroy(hook);
	printf("# figure: stat/steady-%s calls=%d fast=%lu\n", type,
	       STEADY_CALLS, fast);
}

TEST_F_TIMEOUT(stat, steady_tmpfs, 120)
{
	mount_on_fs("tmpfs", NULL);
	check_steady(_metadata, self, "tmpfs");
}

TEST_F_TIMEOUT(stat, steady_ext4, 120)
{
	world_disk("ext4", "/t/fs");
	check_steady(_metadata, self, "ext4");
}

/* Remove the file. A new file elsewhere may get its inode. */
static void replace(struct disturber *d)
{
	int fd;

	if (unlink("/t/fs/dir/file"))
		err(1, "unlink");
	for (int i = 0; i < 64; i++) {
		char name[64];

		snprintf(name, sizeof(name), "/t/fs/other%d", i);
		fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0600);
		if (fd < 0)
			err(1, "%s", name);
		close(fd);
	}
}

/* Replace the file by a new one of the same name. */
static void renew(struct disturber *d)
{
	if (rename("/t/fs/new", "/t/fs/dir/file"))
		err(1, "rename");
}

/* Mount a tmpfs over the file's directory. */
static void cover(struct disturber *d)
{
	if (mount("none", "/t/fs/dir", "tmpfs", 0, NULL))
		err(1, "mount");
}

/*
 * Call stat() and let its look without references wait for @act. Return the
 * error or 0.
 */
static int look_late(struct stat_bpf__bss *bss,
		     void (*act)(struct disturber *d), struct stat *st)
{
	struct disturber disturber = {
		.waiting = &bss->waiting,
		.go = &bss->go,
		.act = act,
	};
	int ret;

	disturb_begin(&disturber);
	bss->tid = syscall(SYS_gettid);
	bss->nr_fast = 0;
	bss->wait_in_look = true;
	ret = stat("/t/fs/dir/file", st) ? errno : 0;
	bss->wait_in_look = false;
	disturb_end(&disturber);
	return ret;
}

static void check_late(struct __test_metadata *const _metadata,
		       FIXTURE_DATA(stat) * self)
{
	struct stat st, new;

	world_mkdir("/t/fs/dir");
	world_write("/t/fs/dir/file");
	world_write("/t/fs/new");
	if (chown("/t/fs/new", 1234, 5678))
		err(1, "chown");
	sync_fs();
	mark_used(AT_FDCWD, "/t/fs/dir/file");
	ASSERT_EQ(0, stat("/t/fs/new", &new));
	ASSERT_EQ(0, look_late(self->bss, renew, &st));
	EXPECT_EQ(new.st_ino, st.st_ino);
	EXPECT_EQ(new.st_uid, st.st_uid);
	EXPECT_EQ(0, self->bss->nr_fast);
	EXPECT_EQ(ENOENT, look_late(self->bss, cover, &st));
	EXPECT_EQ(0, self->bss->nr_fast);
	if (umount("/t/fs/dir"))
		err(1, "umount");
	EXPECT_EQ(ENOENT, look_late(self->bss, replace, &st));
	EXPECT_EQ(0, self->bss->nr_fast);
}

TEST_F_TIMEOUT(stat, late_tmpfs, 60)
{
	mount_on_fs("tmpfs", NULL);
	check_late(_metadata, self);
}

TEST_F_TIMEOUT(stat, late_ext4, 60)
{
	world_disk("ext4", "/t/fs");
	check_late(_metadata, self);
}

TEST_F_TIMEOUT(stat, late_xfs, 60)
{
	world_disk("xfs", "/t/fs");
	check_late(_metadata, self);
}

TEST_HARNESS_MAIN
