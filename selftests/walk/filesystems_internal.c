// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walk from files that have no place in the tree. The only ancestor is the file
 * itself. Most cannot be opened by a name, so the hooks for open files are
 * used, too.
 */
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "filesystems.h"
#include "hooks.h"
#include "hooks.skel.h"

FIXTURE(hooks)
{
	struct hooks_bpf *skel;
	struct hooks_bpf__bss *bss;
	int sockets[2]; /* for sending files */
};

FIXTURE_SETUP(hooks)
{
	world_setup();
	self->skel = hooks_bpf__open_and_load();
	ASSERT_NE(NULL, self->skel);
	ASSERT_EQ(0, hooks_bpf__attach(self->skel));
	self->bss = self->skel->bss;
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, self->sockets));
}

FIXTURE_TEARDOWN(hooks)
{
	hooks_bpf__destroy(self->skel);
}

/* Return a message that carries @fd or that can receive a file. */
static struct msghdr *message(int fd)
{
	static union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	static char byte;
	static struct iovec iov = { &byte, 1 };
	static struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	msg.msg_control = &control;
	msg.msg_controllen = sizeof(control);
	control.header = (struct cmsghdr){
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(sizeof(int)),
	};
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return &msg;
}

/* Make a system call that calls @hook. It need not succeed. */
static void call(struct __test_metadata *const _metadata,
		 FIXTURE_DATA(hooks) * self, enum hook hook, int fd)
{
	struct msghdr *msg;
	int nr;

	switch (hook) {
	case HOOK_PERMISSION:
		nr = read(fd, &nr, 0);
		break;
	case HOOK_IOCTL:
		ioctl(fd, FIONREAD, &nr);
		break;
	case HOOK_LOCK:
		flock(fd, LOCK_SH | LOCK_NB);
		break;
	default:
		ASSERT_EQ(1, sendmsg(self->sockets[0], message(fd), 0));
		msg = message(-1);
		ASSERT_EQ(1, recvmsg(self->sockets[1], msg, 0));
		memcpy(&nr, CMSG_DATA(CMSG_FIRSTHDR(msg)), sizeof(nr));
		ASSERT_LT(fd, nr);
		close(nr);
	}
}

static void expect_in(struct __test_metadata *const _metadata,
		      FIXTURE_DATA(hooks) * self, enum hook hook, int fd,
		      __u64 mode, const struct seen *want, int nr)
{
	if (hook == HOOK_PERMISSION && mode & (MAY_SLEEP | WALK_SLEEPABLE_RCU))
		return;
	self->bss->nr_walks = 0;
	self->bss->hook = hook;
	self->bss->flags = mode;
	self->bss->tid = syscall(SYS_gettid);
	call(_metadata, self, hook, fd);
	self->bss->tid = 0;
	ASSERT_EQ(1, self->bss->nr_walks)
	{
		TH_LOG("hook %d, mode %llx", hook, mode);
	}
	ASSERT_EQ(nr, self->bss->ret);
	ASSERT_EQ(nr, self->bss->nr_shown);
	EXPECT_EQ(0, memcmp(want, self->bss->seen, nr * sizeof(*want)))
	{
		TH_LOG("hook %d, mode %llx", hook, mode);
	}
	cases += !mode;
	comparisons += nr;
}

/* @first is HOOK_PERMISSION if @fd can be read, else HOOK_IOCTL. */
static void expect_alone(struct __test_metadata *const _metadata,
			 FIXTURE_DATA(hooks) * self, int fd, enum hook first)
{
	struct seen want = place_at(fd, "");
	__u64 mode;

	ASSERT_LE(0, fd);
	for (enum hook hook = first; hook < NR_HOOKS; hook++)
		for_each_mode(mode)
			expect_in(_metadata, self, hook, fd, mode, &want, 1);
}

TEST_F(hooks, files_without_a_place)
{
	int fds[2];

	ASSERT_EQ(0, pipe(fds));
	expect_alone(_metadata, self, fds[0], HOOK_PERMISSION);
	figure("pipefs");
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	expect_alone(_metadata, self, fds[0], HOOK_PERMISSION);
	expect_alone(_metadata, self, socket(AF_INET, SOCK_DGRAM, 0),
		     HOOK_PERMISSION);
	figure("sockfs");
	expect_alone(_metadata, self, memfd_create("m", 0), HOOK_PERMISSION);
	figure("memfd");
	expect_alone(_metadata, self, world_open("/proc/self/ns/uts", O_RDONLY),
		     HOOK_IOCTL);
	figure("nsfs");
	expect_alone(_metadata, self, eventfd(0, EFD_NONBLOCK),
		     HOOK_PERMISSION);
	expect_alone(_metadata, self, epoll_create1(0), HOOK_IOCTL);
	figure("anon_inodefs");
	expect_alone(_metadata, self, syscall(SYS_pidfd_open, getpid(), 0),
		     HOOK_IOCTL);
	figure("pidfs");
}

/* For comparison, the hooks see the same chain as file_open. */
TEST_F(hooks, file_in_the_tree)
{
	struct seen bind, want[6];
	__u64 mode;
	int fd;

	world_mkdir("/t/a");
	world_write("/t/a/f");
	world_mkdir("/t/bind");
	world_bind("/t/a", "/t/bind");
	bind = place("/t/bind");
	fd = world_open("/t/bind/f", O_RDONLY);
	for (enum hook hook = 0; hook < NR_HOOKS; hook++) {
		for_each_mode(mode)
		{
			int nr = 0;

			want[nr++] = place("/t/bind/f");
			want[nr++] = bind;
			if (fs_root(mode))
				want[nr++] = place_by("/t", bind);
			want[nr++] = place("/t");
			want[nr++] = place("/");
			expect_in(_metadata, self, hook, fd, mode, want, nr);
		}
	}
	figure("tmpfs-by-hooks");
}

/*
 * The files also have names, under /proc. file_open is called before an open is
 * refused, so there is a walk from each of them.
 */
TEST_F(walk, files_without_a_place)
{
	static const int error[] = { ENXIO, ENXIO, 0, 0 };
	char path[32];
	int fds[5], fd;
	__u64 mode;

	fds[0] = socket(AF_UNIX, SOCK_STREAM, 0);
	fds[1] = eventfd(0, 0);
	fds[2] = memfd_create("m", 0);
	ASSERT_EQ(0, pipe(fds + 3));
	for (int i = 0; i < (int)ARRAY_SIZE(error); i++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[i]);
		fd = open(path, O_RDONLY | O_NONBLOCK);
		EXPECT_EQ(error[i], fd < 0 ? errno : 0);
		close(fd);
		for_each_mode(mode) shows(-1, path, mode, place_at(fds[i], ""));
	}
	figure("internal-by-name");
}

TEST_HARNESS_MAIN
