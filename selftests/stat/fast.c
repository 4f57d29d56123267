// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check when stat() takes no references and when it has to: how often it needs
 * none in the steady state; the LSM hook; marks that only a use with references
 * leaves; and files that are removed or replaced before their attributes are
 * read.
 */
#define _GNU_SOURCE
#include "disk.h"
#include "disturb.h"
#include "stat_fixture.h"

/* Programs at the LSM hook are called, whether they decide or only watch. */
TEST_F(stat, hook)
{
	struct bpf_link *link;
	struct stat st;

	world_write("/t/file");
	link = bpf_program__attach(self->skel->progs.hook);
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

	link = bpf_program__attach(self->skel->progs.watch);
	ASSERT_NE(NULL, link);
	EXPECT_EQ(0, stat("/t/file", &st));
	EXPECT_EQ(4, self->bss->nr_hooks);
	EXPECT_EQ(1, self->bss->nr_fast);
	bpf_link__destroy(link);
	EXPECT_EQ(0, stat("/t/file", &st));
	EXPECT_EQ(2, self->bss->nr_fast);
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
