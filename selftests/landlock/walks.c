// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check Landlock's walks when they are disturbed and when they fail. Landlock
 * must forget the chain that it has seen when the walk restarts, and deny
 * access if it cannot see the chain. selftests/upstream and the kernel's
 * selftests/landlock check that its other decisions are as before.
 */
#define _GNU_SOURCE
#include <err.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "failures_fixture.h"
#include "disturb.h"

const char figures_row[] = "landlock";

#define READ LANDLOCK_ACCESS_FS_READ_FILE
#define WRITE LANDLOCK_ACCESS_FS_WRITE_FILE
#define TRUNCATE (1ULL << 14) /* LANDLOCK_ACCESS_FS_TRUNCATE of newer headers */
#define MOVE                                                      \
	(LANDLOCK_ACCESS_FS_REFER | LANDLOCK_ACCESS_FS_MAKE_REG | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE)

/* Any rename makes the walk of such a long chain restart. */
#define DEPTH MORE_THAN_A_WINDOW

/*
 * Directories that are kept open: /t/d/d/.../{a,b,c}, and a/x, which contains f
 * and the mount m with p/f and q. The adversary moves x to b.
 */
static int top, a, b, c, x, p, q;

struct rule {
	int layer; /* from 1 */
	int *dir;
	__u64 allowed;
};

struct trial {
	const char *name;
	int (*operate)(void);
	struct rule rules[4];
	int in_a, in_b; /* the expected error while x is there */
};

static __u64 handled = READ | WRITE | MOVE;
static struct inject_bpf *inject;
static struct disturber disturber;

static int open_f(void)
{
	return openat(x, "f", O_RDONLY | O_CLOEXEC) < 0;
}

static int link_f(void)
{
	return linkat(x, "f", c, "g", 0);
}

static int rename_f(void)
{
	return renameat(p, "f", q, "f");
}

static int make_dir(int parent, const char *name)
{
	int fd;

	if (mkdirat(parent, name, 0755))
		err(1, "mkdir %s", name);
	fd = openat(parent, name, O_PATH | O_CLOEXEC);
	if (fd < 0)
		err(1, "open %s", name);
	return fd;
}

static void make_file(int dir, const char *name)
{
	if (mknodat(dir, name, S_IFREG | 0644, 0))
		err(1, "mknod %s", name);
}

static void make_world(void)
{
	char path[64];
	int deep, m;

	top = world_open("/t", O_PATH);
	deep = world_deep(top, DEPTH);
	a = make_dir(deep, "a");
	b = make_dir(deep, "b");
	c = make_dir(deep, "c");
	x = make_dir(a, "x");
	make_file(x, "f");
	close(make_dir(x, "m"));
	snprintf(path, sizeof(path), "/proc/self/fd/%d/m", x);
	world_tmpfs(path);
	m = openat(x, "m", O_PATH | O_CLOEXEC);
	p = make_dir(m, "p");
	q = make_dir(m, "q");
	make_file(p, "f");
	close(m);
	close(deep);
}

static void move_x(int from, int to)
{
	if (renameat(from, "x", to, "x"))
		err(1, "rename x");
}

/* Undo an operation that was allowed. */
static void undo(const struct trial *t)
{
	if (t->operate == link_f && unlinkat(c, "g", 0))
		err(1, "unlink g");
	if (t->operate == rename_f && renameat(q, "f", p, "f"))
		err(1, "rename f");
}

static void restrict_self(const struct trial *t, int layer)
{
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = handled,
	};
	int fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	for (int i = 0; i < ARRAY_SIZE(t->rules); i++) {
		const struct rule *rule = &t->rules[i];
		struct landlock_path_beneath_attr beneath = {
			.allowed_access = rule->allowed,
			.parent_fd = rule->dir ? *rule->dir : -1,
		};

		if (rule->layer == layer &&
		    syscall(SYS_landlock_add_rule, fd,
			    LANDLOCK_RULE_PATH_BENEATH, &beneath, 0))
			err(1, "landlock_add_rule");
	}
	if (syscall(SYS_landlock_restrict_self, fd, 0))
		err(1, "landlock_restrict_self");
	close(fd);
}

/* Return the error of the operation in a new sandbox, or 0. */
static int sandboxed(const struct trial *t)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		for (int layer = 1; layer <= 2; layer++)
			restrict_self(t, layer);
		_exit(t->operate() ? errno : 0);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		errx(1, "%s: died", t->name);
	if (!WEXITSTATUS(status))
		undo(t);
	return WEXITSTATUS(status);
}

/* Return the start of the walk that meets the rules of a and b. */
static struct seen start_of(const struct trial *t)
{
	if (t->operate == open_f)
		return place_at(x, "f");
	if (t->operate == link_f)
		return place_at(x, "");
	return place_at(x, "m");
}

/*
 * Like sandboxed(), but each pass of its walk waits for the disturber in the
 * first callback, and the allocations in @fail_mask fail.
 */
static int disturbed(const struct trial *t, __u64 fail_mask)
{
	struct seen start = start_of(t);
	int error;

	inject->bss->nr_null = 0;
	inject->bss->nr_walks = 0;
	inject->bss->fail_mask = fail_mask;
	inject->bss->dev = start.dev;
	inject->bss->wait_in_passes = true;
	inject->bss->ino = start.ino;
	error = sandboxed(t);
	inject->bss->ino = 0;
	inject->bss->wait_in_passes = false;
	return error;
}

/* Move x the first time that a walk waits. */
static void move_once(struct disturber *d)
{
	if (!d->times)
		move_x(a, b);
}

static void begin(void (*act)(struct disturber *d))
{
	make_world();
	inject = inject_attach();
	disturber.waiting = &inject->bss->waiting;
	disturber.go = &inject->bss->go;
	disturber.act = act;
	disturb_begin(&disturber);
}

static void end(void)
{
	disturb_end(&disturber);
	inject_bpf__destroy(inject);
}

static const struct trial trials[] = {
	/* each of two layers allows it in only one of the places */
	{ "open, nowhere",
	  open_f,
	  { { 1, &a, READ }, { 2, &b, READ } },
	  EACCES,
	  EACCES },
	{ "open, in a",
	  open_f,
	  { { 1, &top, READ }, { 2, &a, READ } },
	  0,
	  EACCES },
	{ "open, in b",
	  open_f,
	  { { 1, &top, READ }, { 2, &b, READ } },
	  EACCES,
	  0 },
	/* a link in c must not be writable if f was not writable before */
	{ "link, from a",
	  link_f,
	  { { 1, &top, READ | MOVE },
	    { 1, &a, WRITE },
	    { 1, &c, WRITE },
	    { 2, &top, READ | WRITE | MOVE } },
	  0,
	  EXDEV },
	{ "link, from b",
	  link_f,
	  { { 1, &top, READ | MOVE },
	    { 1, &b, WRITE },
	    { 1, &c, WRITE },
	    { 2, &top, READ | WRITE | MOVE } },
	  EXDEV,
	  0 },
	/* the chain above the mount decides, for both directories at once */
	{ "rename, nowhere",
	  rename_f,
	  { { 1, &a, MOVE }, { 2, &b, MOVE } },
	  EACCES,
	  EACCES },
	{ "rename, in a",
	  rename_f,
	  { { 1, &top, MOVE }, { 2, &a, MOVE } },
	  0,
	  EACCES },
	{ "rename, in b",
	  rename_f,
	  { { 1, &top, MOVE }, { 2, &b, MOVE } },
	  EACCES,
	  0 },
};

/* Landlock forgets the rule of a when x has left it and the walk restarts. */
TEST_F_TIMEOUT(walk, restarts, 120)
{
	begin(move_once);
	for (int i = 0; i < ARRAY_SIZE(trials); i++) {
		const struct trial *t = &trials[i];

		EXPECT_EQ(t->in_a, sandboxed(t))
		{
			TH_LOG("%s: x in a", t->name);
		}
		EXPECT_EQ(t->in_b, disturbed(t, 0))
		{
			TH_LOG("%s: x moved meanwhile", t->name);
		}
		EXPECT_LT(0, disturb_times(&disturber));
		EXPECT_EQ(1, inject->bss->nr_null);
		EXPECT_EQ(1, inject->bss->nr_walks);
		EXPECT_EQ(t->in_b, sandboxed(t))
		{
			TH_LOG("%s: x in b", t->name);
		}
		move_x(b, a);
		figures->cases++;
		compared(5);
	}
	end();
}

/*
 * A disturbed walk of this length needs memory. Landlock may sleep for it, so
 * it walks again and denies access only if there is no memory then either. In
 * both walks the first allocation fails. kvmalloc() then tries again, kmalloc()
 * does not.
 */
TEST_F_TIMEOUT(walk, no_memory, 120)
{
	begin(move_once);
	for (int i = 0; i < ARRAY_SIZE(trials); i++) {
		const struct trial *t = &trials[i];

		EXPECT_EQ(t->in_b, disturbed(t, INJECT_ONE(1)))
		{
			TH_LOG("%s: at first", t->name);
		}
		EXPECT_EQ(2, inject->bss->nr_walks);
		EXPECT_LT(0, disturb_times(&disturber));
		move_x(b, a);
		EXPECT_EQ(EACCES, disturbed(t, INJECT_FROM(1)))
		{
			TH_LOG("%s: none", t->name);
		}
		EXPECT_EQ(2, inject->bss->nr_walks);
		EXPECT_LT(0, disturb_times(&disturber));
		move_x(b, a);
		figures->cases += 2;
		compared(4);
	}
	end();
}

/* Move x to a new directory and remove the old one. */
static void move_and_remove(struct disturber *d)
{
	static const char *const names[] = { "here", "there" };
	const char *old = names[d->times % 2], *new = names[!(d->times % 2)];
	char from[16], to[16];

	snprintf(from, sizeof(from), "%s/x", old);
	snprintf(to, sizeof(to), "%s/x", new);
	if (mkdirat(top, new, 0755) || renameat(top, from, top, to) ||
	    unlinkat(top, old, AT_REMOVEDIR))
		err(1, "move from %s to %s", old, new);
}

/* x moves until the walk gives up and Landlock walks with references. */
TEST_F_TIMEOUT(walk, removed_again_and_again, 120)
{
	const struct trial t = {
		.name = "open",
		.operate = open_f,
		.rules = { { 1, &top, READ }, { 2, &top, READ } },
	};

	begin(move_and_remove);
	if (mkdirat(top, "here", 0755) || renameat(a, "x", top, "here/x"))
		err(1, "make /t/here/x");
	EXPECT_EQ(0, disturbed(&t, 0));
	EXPECT_EQ(2, inject->bss->nr_walks);
	EXPECT_EQ(10, disturb_times(&disturber));
	/* Landlock's own restart between its walks is not counted */
	EXPECT_EQ(9, inject->bss->nr_null);
	figures->cases++;
	compared(4);
	end();
}

static int open_deep(void)
{
	return openat(c, "f", O_RDONLY | O_CLOEXEC) < 0;
}

/* Beyond the depth limit the walk fails, and decisions differ from before. */
TEST_F_TIMEOUT(walk, depth_limit, 120)
{
	const struct trial t = {
		.name = "open",
		.operate = open_deep,
		.rules = { { 1, &top, READ }, { 2, &top, READ } },
	};
	/* Each open also asks whether f can be truncated. */
	const struct trial near = {
		.name = "open, a rule near it",
		.operate = open_deep,
		.rules = { { 1, &c, READ }, { 2, &c, READ } },
	};
	const struct trial enough = {
		.name = "open, rules near it for all",
		.operate = open_deep,
		.rules = { { 1, &c, READ | TRUNCATE },
			   { 2, &c, READ | TRUNCATE } },
	};

	top = world_open("/t", O_PATH);
	/* counted from f, /t with the rule is the last level */
	c = world_deep(top, MAX_DEPTH - 2);
	make_file(c, "f");
	EXPECT_EQ(0, sandboxed(&t));
	c = world_deep(c, 1);
	make_file(c, "f");
	EXPECT_EQ(EACCES, sandboxed(&t));
	/* the walk fails, and then nothing counts, not even this rule */
	handled |= TRUNCATE;
	EXPECT_EQ(EACCES, sandboxed(&near));
	EXPECT_EQ(0, sandboxed(&enough));
	figures->cases += 4;
	compared(4);
}

TEST_HARNESS_MAIN
