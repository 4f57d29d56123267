// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: decisions [-s SEED] [-w WORLDS] [-o OPS]
 *
 * Print Landlock's decisions on operations of a sandboxed task on files, with
 * random trees, mounts and rulesets of one to sixteen layers. Each operation is
 * a TAP case with the errno in its name, to be compared with that of another
 * kernel:
 *
 *   ok NUMBER WORLD.OPERATION: NAME DIRECTORY/NAME DIRECTORY/NAME ERRNO
 *
 * The same binary makes the same worlds from the same seed. Run it as root.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_DIRS 64
#define MAX_LAYERS 16

static uint64_t state;
static unsigned int world, ops = 100;

/* The number of operations by errno, shared with the processes of worlds */
static unsigned long *ended;

/* Directories on various mounts, which were opened before the sandbox */
static int dirs[MAX_DIRS];
static int nr_dirs;

/* splitmix64, https://prng.di.unimi.it/splitmix64.c */
static uint64_t next(void)
{
	uint64_t x = state += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static unsigned int below(unsigned int n)
{
	return next() % n;
}

static bool chance(unsigned int percent)
{
	return below(100) < percent;
}

static int any_dir(void)
{
	return below(nr_dirs);
}

/* Return a name in a directory. There are few names, so that most exist. */
static const char *any_name(void)
{
	static const char *const names[] = { "a", "b", "c", "d", "a/b", "b/a" };

	return names[below(chance(80) ? 4 : 6)];
}

/* Prefer objects that exist. Otherwise most answers would be ENOENT. */
static const char *any_object(int *dir)
{
	const char *name;
	struct stat st;
	int tries = 4;

	do {
		*dir = any_dir();
		name = any_name();
	} while (--tries &&
		 fstatat(dirs[*dir], name, &st, AT_SYMLINK_NOFOLLOW));
	return name;
}

static void add_dir(int fd)
{
	if (fd < 0)
		return;
	if (nr_dirs < MAX_DIRS)
		dirs[nr_dirs++] = fd;
	else
		close(fd);
}

static void make_dir(void)
{
	const char *name = any_name();
	int parent = dirs[any_dir()];

	if (!mkdirat(parent, name, 0755))
		add_dir(openat(parent, name, O_PATH | O_CLOEXEC));
}

/* Make a directory so deep that a walk shows it in several windows. */
static void make_deep(void)
{
	int depth = 20 + below(50), fd = dup(dirs[any_dir()]), inner;

	while (depth-- && fd >= 0) {
		mkdirat(fd, "a", 0755);
		inner = openat(fd, "a", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = inner;
	}
	add_dir(fd);
}

static void make_file(void)
{
	mknodat(dirs[any_dir()], any_name(), S_IFREG | 0644, 0);
}

/* Make a bind mount or a new tmpfs, and hold its root and something in it. */
static void make_mount(void)
{
	int from = dirs[any_dir()], to = dirs[any_dir()], fd;

	if (chance(60)) {
		fd = syscall(
			SYS_open_tree, from, "",
			OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH |
				(chance(30) ? 0x8000 /* AT_RECURSIVE */ : 0));
	} else {
		int fs = syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);

		if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL,
			    0))
			err(1, "fsconfig");
		fd = syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
		close(fs);
	}
	/* some remain detached */
	if (chance(85))
		syscall(SYS_move_mount, fd, "", to, "",
			MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
	add_dir(fd);
	add_dir(openat(fd, any_name(), O_PATH | O_DIRECTORY | O_CLOEXEC));
	add_dir(openat(fd, any_name(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* Rename. A directory held in a bind mount may become disconnected by it. */
static void move_some(void)
{
	int from = dirs[any_dir()], to = dirs[any_dir()];

	renameat2(from, any_name(), to, any_name(),
		  chance(30) ? RENAME_EXCHANGE : 0);
}

static void delete_some(void)
{
	unlinkat(dirs[any_dir()], any_name(), AT_REMOVEDIR);
}

static void make_world(void)
{
	int steps = 40 + below(120);

	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/tmp", "tmpfs", 0, NULL))
		err(1, "a world on /tmp");
	add_dir(open("/tmp", O_PATH | O_CLOEXEC));
	for (int i = 0; i < 8; i++)
		make_dir();
	while (steps--) {
		int what = below(100);

		if (what < 45)
			make_dir();
		else if (what < 75)
			make_file();
		else if (what < 85)
			make_mount();
		else if (what < 95)
			move_some();
		else if (what < 98)
			delete_some();
		else
			make_deep();
	}
}

static uint64_t some_rights(int percent)
{
	uint64_t rights = 0;

	for (int i = 0; i < 16; i++)
		if (chance(percent))
			rights |= 1ULL << i;
	return rights;
}

/* The kernel may refuse: not all rights are handled, or possible for files. */
static void add_rule(int ruleset, int fd, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = rights,
		.parent_fd = fd,
	};

	if (rights)
		syscall(SYS_landlock_add_rule, ruleset,
			LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static void add_layer(void)
{
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = some_rights(chance(50) ? 90 : 30) |
				     LANDLOCK_ACCESS_FS_READ_FILE,
	};
	uint64_t handled = attr.handled_access_fs;
	int rules = below(7), ruleset;

	ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		err(1, "landlock_create_ruleset");
	/* without this, several layers would allow nothing */
	if (chance(70))
		add_rule(ruleset, dirs[0], handled & some_rights(85));
	while (rules--) {
		int dir = dirs[any_dir()], fd;

		if (chance(80)) {
			add_rule(ruleset, dir, handled & some_rights(70));
			continue;
		}
		fd = openat(dir, any_name(), O_PATH | O_CLOEXEC);
		add_rule(ruleset, fd, handled & some_rights(70));
		close(fd);
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_landlock_restrict_self, ruleset, 0))
		err(1, "landlock_restrict_self");
	close(ruleset);
}

static int opened(int fd)
{
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

/* Open an object without a place in any tree, by its link in /proc. */
static int open_internal(void)
{
	static const char *const links[] = { "/proc/self/ns/net",
					     "/proc/self/ns/mnt" };
	char path[64];
	int fds[2], ret;

	if (chance(30))
		return opened(open(links[below(2)], O_RDONLY | O_CLOEXEC));
	if (chance(50)) {
		fds[0] = memfd_create("m", MFD_CLOEXEC);
		fds[1] = -1;
	} else if (pipe(fds)) {
		err(1, "pipe");
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	ret = opened(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
	return ret;
}

static const struct flags {
	const char *name;
	int flags;
} opens[] = {
	{ "read", O_RDONLY },
	{ "write", O_WRONLY },
	{ "read-write", O_RDWR },
	{ "open-truncate", O_WRONLY | O_TRUNC },
	{ "create", O_WRONLY | O_CREAT | O_EXCL },
	{ "tmpfile", O_TMPFILE | O_RDWR },
	{ "list", O_RDONLY | O_DIRECTORY },
};

static int truncate_at(int dir, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", dir, name);
	return truncate(path, 1);
}

static void operate(unsigned int nr)
{
	int what = below(100), from, to = any_dir(), ret;
	const char *old = any_object(&from), *new = any_name(), *name;

	if (what < 40) {
		const struct flags *f = &opens[below(7)];

		name = f->name;
		ret = opened(openat(dirs[from], old,
				    f->flags | O_NONBLOCK | O_CLOEXEC, 0644));
	} else if (what < 60) {
		unsigned int exchange = chance(35) ? RENAME_EXCHANGE : 0;

		name = exchange ? "exchange" : "rename";
		ret = renameat2(dirs[from], old, dirs[to], new, exchange);
	} else if (what < 72) {
		name = "link";
		ret = linkat(dirs[from], old, dirs[to], new, 0);
	} else if (what < 78) {
		name = "mkdir";
		ret = mkdirat(dirs[from], old, 0755);
	} else if (what < 84) {
		name = "unlink";
		ret = unlinkat(dirs[from], old, 0);
	} else if (what < 87) {
		name = "rmdir";
		ret = unlinkat(dirs[from], old, AT_REMOVEDIR);
	} else if (what < 92) {
		name = "truncate";
		ret = truncate_at(dirs[from], old);
	} else if (what < 95) {
		static const mode_t modes[] = { S_IFREG, S_IFIFO, S_IFSOCK,
						S_IFCHR };

		name = "mknod";
		ret = mknodat(dirs[from], old, modes[below(4)] | 0644, 0);
	} else if (what < 98) {
		name = "symlink";
		ret = symlinkat("x", dirs[from], old);
	} else {
		name = "internal";
		ret = open_internal();
	}
	ret = ret ? errno : 0;
	ended[ret]++;
	printf("ok %u %u.%u: %s %d/%s %d/%s %d\n", world * ops + nr + 1, world,
	       nr, name, from, old, to, new, ret);
}

static void run_world(void)
{
	int layers = chance(60) ? 1 + below(3) : 1 + below(MAX_LAYERS);

	make_world();
	while (layers--)
		add_layer();
	for (unsigned int i = 0; i < ops; i++)
		operate(i);
	fflush(stdout);
}

static void fork_world(uint64_t seed)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		state = seed + world * 0x100000001b3;
		run_world();
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "world %u died", world);
}

/* Only if all results are frequent does the agreement of two kernels count. */
static bool enough(unsigned long all)
{
	printf("# figure: landlock-decisions cases=%lu allowed=%lu eacces=%lu exdev=%lu\n",
	       all, ended[0], ended[EACCES], ended[EXDEV]);
	return ended[0] > all / 20 && ended[EACCES] > all / 20 &&
	       ended[EXDEV] > all / 20;
}

int main(int argc, char *argv[])
{
	unsigned long long seed = 0x6c6f636b;
	unsigned int worlds = 500;
	int opt;

	while ((opt = getopt(argc, argv, "s:w:o:")) != -1) {
		switch (opt) {
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'w':
			worlds = atoi(optarg);
			break;
		case 'o':
			ops = atoi(optarg);
			break;
		default:
			return 2;
		}
	}
	ended = mmap(NULL, 4096 * sizeof(*ended), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ended == MAP_FAILED)
		err(1, "mmap");
	printf("# seed 0x%llx\n1..%u\n", seed, worlds * ops + 1);
	for (world = 0; world < worlds; world++)
		fork_world(seed);
	printf("%s %u enough of each kind\n",
	       enough(worlds * ops) ? "ok" : "not ok", worlds * ops + 1);
	return 0;
}
