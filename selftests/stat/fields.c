// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check that stat() and its like give the same answers without references as
 * with them, on each filesystem, by each kind of path, and for each field that
 * can be asked for.
 *
 * A program in the hook inode_getattr makes each call take references, which
 * gives the answers to compare with.
 */
#define _GNU_SOURCE
#include <linux/mount.h>
#include <linux/stat.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "disk.h"
#include "figures.h"
#include "stat_fixture.h"

const char figures_row[] = "stat";

/* The cases in which a filesystem answers without references */
enum how { NEVER, ALWAYS, EITHER };

struct answer {
	int error;
	union {
		struct stat stat;
		struct statx statx;
	};
};

/* A system call: its number, and its flags and mask if it takes any */
struct call {
	long number;
	int flags;
	unsigned int mask;
	bool forced; /* it always takes references */
};

#define MAX_CALLS 64

static struct call calls[MAX_CALLS];
static int nr_calls;

static const int flags[] = { 0, AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT,
			     AT_STATX_FORCE_SYNC, AT_STATX_DONT_SYNC };

static const struct {
	unsigned int mask;
	bool forced;
} masks[] = {
	{ .mask = 0 },
	{ .mask = STATX_BASIC_STATS },
	{ .mask = STATX_BASIC_STATS | STATX_BTIME },
	{ .mask = STATX_MNT_ID },
	{ .mask = 0x4000 /* STATX_MNT_ID_UNIQUE */ },
	{ .mask = STATX_SIZE | STATX_UID },
	/* no filesystem is asked for these without references */
	{ .mask = STATX_DIOALIGN, .forced = true },
	{ .mask = 0x8000 /* STATX_SUBVOL */, .forced = true },
	{ .mask = 0x10000 /* STATX_WRITE_ATOMIC */, .forced = true },
	{ .mask = 0x7fffffff, .forced = true },
};

static __attribute__((constructor)) void make_calls(void)
{
	calls[nr_calls++] = (struct call){ .number = SYS_newfstatat };
	calls[nr_calls++] = (struct call){ .number = SYS_newfstatat,
					   .flags = AT_SYMLINK_NOFOLLOW };
	for (int i = 0; i < ARRAY_SIZE(flags); i++) {
		for (int j = 0; j < ARRAY_SIZE(masks); j++) {
			calls[nr_calls++] = (struct call){
				SYS_statx,
				flags[i],
				masks[j].mask,
				masks[j].forced ||
					flags[i] == AT_STATX_FORCE_SYNC,
			};
		}
	}
}

static struct answer ask(const struct call *call, int dir, const char *path)
{
	struct answer answer;
	long ret;

	memset(&answer, 0, sizeof(answer));
	if (call->number == SYS_statx)
		ret = syscall(SYS_statx, dir, path, call->flags, call->mask,
			      &answer.statx);
	else
		ret = syscall(SYS_newfstatat, dir, path, &answer.stat,
			      call->flags);
	answer.error = ret ? errno : 0;
	return answer;
}

static bool ask_fast(struct stat_bpf__bss *bss, const struct call *call,
		     int dir, const char *path, struct answer *answer)
{
	bss->nr_fast = 0;
	*answer = ask(call, dir, path);
	return bss->nr_fast;
}

static bool as_expected(const struct call *call, enum how how, bool fast)
{
	if (call->forced)
		return !fast;
	if (how == EITHER)
		return true;
	return fast == how;
}

/*
 * Make all calls for @path. Check that each takes no references if @how is
 * ALWAYS, unless its flags or fields need them, and that each takes references if
 * @how is NEVER. Check that the answers are the same with references.
 */
static void compare(struct __test_metadata *const _metadata,
		    FIXTURE_DATA(stat) * self, int dir, const char *path,
		    enum how how)
{
	struct answer got[MAX_CALLS], want[MAX_CALLS];
	struct bpf_link *hook;
	bool fast;

	mark_used(dir, path);
	for (int i = 0; i < nr_calls; i++) {
		fast = ask_fast(self->bss, &calls[i], dir, path, &got[i]);
		EXPECT_TRUE(as_expected(&calls[i], how, fast))
		{
			TH_LOG("%s: call %ld, flags %x, mask %x: %s", path,
			       calls[i].number, calls[i].flags, calls[i].mask,
			       fast ? "fast" : "slow");
		}
	}
	hook = bpf_program__attach(self->skel->progs.hook);
	ASSERT_NE(NULL, hook);
	for (int i = 0; i < nr_calls; i++) {
		EXPECT_FALSE(
			ask_fast(self->bss, &calls[i], dir, path, &want[i]));
		EXPECT_EQ(0, memcmp(&got[i], &want[i], sizeof(got[i])))
		{
			TH_LOG("%s: call %ld, flags %x, mask %x: errno %d and %d",
			       path, calls[i].number, calls[i].flags,
			       calls[i].mask, got[i].error, want[i].error);
		}
	}
	figures->cases++;
	figures->comparisons += nr_calls;
	bpf_link__destroy(hook);
}

/* Make files of several kinds and links in /t/fs, and bind mounts of them. */
static void make_tree(void)
{
	world_mkdir("/t/fs/dir");
	world_write("/t/fs/dir/file");
	if (symlink("dir/file", "/t/fs/link") ||
	    symlink("dir", "/t/fs/dirlink") || mkfifo("/t/fs/fifo", 0640) ||
	    chown("/t/fs/dir/file", 1234, 5678) || chmod("/t/fs/dir", 02751))
		err(1, "make a tree");
	world_mkdir("/t/bind");
	world_bind("/t/fs/dir", "/t/bind");
	world_write("/t/file");
	world_bind("/t/fs/dir/file", "/t/file");
}

/* Make device nodes, on filesystems that support them. */
static void make_nodes(void)
{
	if (mknod("/t/fs/null", S_IFCHR | 0600, makedev(1, 3)) ||
	    mknod("/t/fs/loop", S_IFBLK | 0600, makedev(7, 0)))
		err(1, "make devices");
}

#define compare_path(path, how) compare(_metadata, self, AT_FDCWD, path, how)

/* @links applies to paths through symbolic links, @how to others. */
static void check_tree(struct __test_metadata *const _metadata,
		       FIXTURE_DATA(stat) * self, enum how how, enum how links)
{
	int dir;

	make_tree();
	sync_fs();
	compare_path("/t/fs", how);
	compare_path("/t/fs/dir", how);
	compare_path("/t/fs/dir/", how);
	compare_path("/t/fs/dir/../dir/./file", how);
	compare_path("/t/fs/link", links);
	compare_path("/t/fs/dirlink/file", links);
	compare_path("/t/fs/dirlink/", links);
	compare_path("/t/fs/fifo", how);
	compare_path("/t/bind", how);
	compare_path("/t/bind/file", how);
	compare_path("/t/file", how);
	compare_path("/t/fs/dir/file/", NEVER);
	compare_path("/t/fs/missing", NEVER);
	dir = world_open("/t/fs/dir", O_PATH);
	compare(_metadata, self, dir, "file", how);
	compare(_metadata, self, dir, ".", how);
	compare(_metadata, self, dir, "..", how);
	close(dir);
}

static void check_nodes(struct __test_metadata *const _metadata,
			FIXTURE_DATA(stat) * self, enum how how)
{
	make_nodes();
	compare_path("/t/fs/null", how);
	compare_path("/t/fs/loop", NEVER);
}

TEST_F_TIMEOUT(stat, tmpfs, 120)
{
	mount_on_fs("tmpfs", NULL);
	check_tree(_metadata, self, ALWAYS, ALWAYS);
	check_nodes(_metadata, self, ALWAYS);
}

TEST_F_TIMEOUT(stat, ramfs, 120)
{
	mount_on_fs("ramfs", NULL);
	check_tree(_metadata, self, ALWAYS, ALWAYS);
	check_nodes(_metadata, self, ALWAYS);
}

/* Read or set the interval of periodic writeback; 0 turns it off. */
static void writeback(bool set, char *centisecs, size_t size)
{
	int fd = world_open("/proc/sys/vm/dirty_writeback_centisecs",
			    set ? O_WRONLY : O_RDONLY);

	if ((set ? write(fd, centisecs, size) : read(fd, centisecs, size)) <= 0)
		err(1, "dirty_writeback_centisecs");
	close(fd);
}

/* ext4 has a separate count of blocks that are reserved but not allocated. */
static void check_reserved(struct __test_metadata *const _metadata,
			   FIXTURE_DATA(stat) * self)
{
	char before[16] = "", data[65536] = "";
	struct stat st;
	int fd;

	writeback(false, before, sizeof(before));
	writeback(true, "0", 1);
	fd = world_open("/t/fs/reserved", O_CREAT | O_WRONLY);
	EXPECT_EQ(sizeof(data), write(fd, data, sizeof(data)));
	compare_path("/t/fs/reserved", NEVER);
	EXPECT_EQ(0, stat("/t/fs/reserved", &st));
	EXPECT_EQ(sizeof(data) / 512, st.st_blocks);
	EXPECT_EQ(0, fsync(fd));
	compare_path("/t/fs/reserved", ALWAYS);
	close(fd);
	writeback(true, before, strlen(before));
}

TEST_F_TIMEOUT(stat, ext4, 120)
{
	world_disk("ext4", "/t/fs");
	check_tree(_metadata, self, ALWAYS, ALWAYS);
	check_nodes(_metadata, self, ALWAYS);
	check_reserved(_metadata, self);
}

TEST_F_TIMEOUT(stat, xfs, 120)
{
	world_disk("xfs", "/t/fs");
	/* xfs_vn_get_link() takes a reference */
	check_tree(_metadata, self, ALWAYS, EITHER);
	check_nodes(_metadata, self, ALWAYS);
}

/* btrfs, overlayfs and 9p have not opted in. */
TEST_F_TIMEOUT(stat, btrfs, 120)
{
	world_disk("btrfs", "/t/fs");
	check_tree(_metadata, self, NEVER, NEVER);
}

TEST_F_TIMEOUT(stat, overlayfs, 120)
{
	mount_overlay_on_fs();
	check_tree(_metadata, self, NEVER, NEVER);
}

TEST_F_TIMEOUT(stat, 9p, 120)
{
	world_mkdir("/t/fs");
	ASSERT_EQ(0, mount("host", "/t/fs", "9p", 0, "trans=virtio"));
	world_write("/t/fs/file");
	compare_path("/t/fs", NEVER);
	compare_path("/t/fs/file", NEVER);
	ASSERT_EQ(0, unlink("/t/fs/file"));
}

/* Filesystems that the kernel makes up have their own ->getattr() or none. */
TEST_F_TIMEOUT(stat, kernel, 120)
{
	/* the namespace keeps its inode while it is open */
	int ns = world_open("/proc/self/ns/net", O_RDONLY);

	compare_path("/proc", NEVER);
	compare_path("/proc/self/status", ALWAYS);
	compare_path("/proc/self/ns/net", EITHER);
	close(ns);
	compare_path("/sys/kernel", NEVER);
	compare_path("/dev/pts", ALWAYS);
	world_mkdir("/t/bpf");
	ASSERT_EQ(0, mount("none", "/t/bpf", "bpf", 0, NULL));
	compare_path("/t/bpf", ALWAYS);
}

/* Mount @path on @on as an idmapped mount that adds 100000 to each id. */
static void idmap(const char *path, const char *on)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	char ns[64], map[64];
	int pipes[2], tree, fd;
	pid_t pid;

	if (pipe(pipes))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWUSER) || write(pipes[1], "", 1) != 1)
			err(1, "a user namespace");
		pause();
	}
	close(pipes[1]);
	if (read(pipes[0], ns, 1) != 1)
		errx(1, "no user namespace");
	close(pipes[0]);
	for (int i = 0; i < 2; i++) {
		snprintf(map, sizeof(map), "/proc/%d/%s", pid,
			 i ? "gid_map" : "uid_map");
		fd = world_open(map, O_WRONLY);
		if (write(fd, "0 100000 65536", 14) != 14)
			err(1, "%s", map);
		close(fd);
	}
	snprintf(ns, sizeof(ns), "/proc/%d/ns/user", pid);
	attr.userns_fd = world_open(ns, O_RDONLY);
	tree = syscall(SYS_open_tree, -1, path, OPEN_TREE_CLONE);
	if (tree < 0 ||
	    syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr,
		    sizeof(attr)) ||
	    syscall(SYS_move_mount, tree, "", -1, on, MOVE_MOUNT_F_EMPTY_PATH))
		err(1, "an idmapped mount");
	close(tree);
	close(attr.userns_fd);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

TEST_F_TIMEOUT(stat, idmapped, 120)
{
	struct stat st;

	world_disk("ext4", "/t/fs");
	make_tree();
	sync_fs();
	world_mkdir("/t/mapped");
	idmap("/t/fs", "/t/mapped");
	self->bss->nr_fast = 0;
	ASSERT_EQ(0, stat("/t/mapped/dir/file", &st));
	EXPECT_EQ(1, self->bss->nr_fast);
	EXPECT_EQ(101234, st.st_uid);
	EXPECT_EQ(105678, st.st_gid);
	compare_path("/t/mapped/dir/file", ALWAYS);
}

/* A call by descriptor makes no lookup, or one without RCU. */
TEST_F(stat, empty_path)
{
	struct statx by_path, by_fd;
	int fd;

	world_write("/t/file");
	fd = world_open("/t/file", O_PATH);
	ASSERT_EQ(0, syscall(SYS_statx, AT_FDCWD, "/t/file", 0, STATX_ALL,
			     &by_path));
	self->bss->nr_fast = 0;
	ASSERT_EQ(0,
		  syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_ALL, &by_fd));
	EXPECT_EQ(0, self->bss->nr_fast);
	EXPECT_EQ(0, memcmp(&by_path, &by_fd, sizeof(by_fd)));
	close(fd);
}

/* debugfs mounts tracefs when this directory is looked up. */
TEST_F(stat, automount)
{
	static const char path[] = "/sys/kernel/debug/tracing";
	const struct call call = { .number = SYS_statx,
				   .flags = AT_NO_AUTOMOUNT,
				   .mask = STATX_BASIC_STATS };
	struct answer answer;
	struct stat debug, st;

	umount2(path, MNT_DETACH);
	ASSERT_EQ(0, stat("/sys/kernel/debug", &debug));
	compare_path("/sys/kernel/debug", EITHER);
	ASSERT_EQ(0, fstatat(AT_FDCWD, path, &st, AT_NO_AUTOMOUNT));
	EXPECT_EQ(debug.st_dev, st.st_dev);
	answer = ask(&call, AT_FDCWD, path);
	EXPECT_TRUE(answer.statx.stx_attributes & STATX_ATTR_AUTOMOUNT);
	ASSERT_EQ(0,
		  statx(AT_FDCWD, path, 0, STATX_BASIC_STATS, &answer.statx));
	EXPECT_NE(minor(debug.st_dev), answer.statx.stx_dev_minor);
	EXPECT_TRUE(answer.statx.stx_attributes & STATX_ATTR_MOUNT_ROOT);
	compare_path(path, EITHER);
	umount2(path, MNT_DETACH);
}

TEST_HARNESS_MAIN
