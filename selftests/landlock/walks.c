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
 * Directories that are kept open: /t/d/d/.../{a,b,c}, and a/x, which contains
 * f, y and the mount m with p/f and q. The adversary moves x to b.
 */
static int top, a, b, c, x, y, p, q;

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

static int link_within_x(void)
{
	return linkat(x, "f", y, "g", 0);
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

static void make_world(int depth)
{
	char path[64];
	int deep, m;

	top = world_open("/t", O_PATH);
	deep = world_deep(top, depth);
	a = make_dir(deep, "a");
	b = make_dir(deep, "b");
	c = make_dir(deep, "c");
	x = make_dir(a, "x");
	make_file(x, "f");
	y = make_dir(x, "y");
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
	if (t->operate == link_within_x && unlinkat(y, "g", 0))
		err(1, "unlink y/g");
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

/* Like sandboxed(), but look at its walk, which starts at @start. */
static int watched(const struct trial *t, struct seen start)
{
	int error;

	inject->bss->nr_null = 0;
	inject->bss->nr_walks = 0;
	inject->bss->dev = start.dev;
	inject->bss->ino = start.ino;
	error = sandboxed(t);
	inject->bss->ino = 0;
	return error;
}

/*
 * Like sandboxed(), but each pass of its walk waits for the disturber when
 * Landlock sees the inode @wait_ino, or the first one if that is 0. The
 * allocations in @fail_mask fail.
 */
static int disturbed(const struct trial *t, __u64 wait_ino, __u64 fail_mask)
{
	int error;

	inject->bss->fail_mask = fail_mask;
	inject->bss->wait_ino = wait_ino;
	inject->bss->wait_in_passes = true;
	error = watched(t, place_at(t->operate == rename_f ? p : x, "f"));
	inject->bss->wait_in_passes = false;
	inject->bss->fail_mask = 0;
	return error;
}

/* Return how often Landlock's callbacks are told of one restart. */
static int nulls(const struct trial *t)
{
	return t->operate == open_f ? 1 : 2; /* for the source and the target */
}

/* Move x the first time that a walk waits. */
static void move_once(struct disturber *d)
{
	if (!d->times)
		move_x(a, b);
}

static void begin(void (*act)(struct disturber *d), int depth)
{
	make_world(depth);
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
	begin(move_once, DEPTH);
	for (int i = 0; i < ARRAY_SIZE(trials); i++) {
		const struct trial *t = &trials[i];

		EXPECT_EQ(t->in_a, sandboxed(t))
		{
			TH_LOG("%s: x in a", t->name);
		}
		EXPECT_EQ(t->in_b, disturbed(t, place_at(a, "").ino, 0))
		{
			TH_LOG("%s: x moved meanwhile", t->name);
		}
		EXPECT_LT(0, disturb_times(&disturber));
		EXPECT_EQ(nulls(t), inject->bss->nr_null);
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
 * A walk of this length needs memory for references to all levels. In each walk
 * the first allocation fails. Under RCU, the disturbed walk does without. The
 * one with references tries again, because kvmalloc() does so for more than a
 * page.
 */
TEST_F_TIMEOUT(walk, no_memory, 120)
{
	begin(move_once, 2 * LANDLOCK_STRETCH);
	for (int i = 0; i < ARRAY_SIZE(trials); i++) {
		const struct trial *t = &trials[i];

		EXPECT_EQ(t->in_b,
			  disturbed(t, place_at(a, "").ino, INJECT_ONE(1)))
		{
			TH_LOG("%s: at first", t->name);
		}
		EXPECT_EQ(2, inject->bss->nr_walks);
		EXPECT_LT(0, disturb_times(&disturber));
		move_x(b, a);
		EXPECT_EQ(ENOMEM,
			  disturbed(t, place_at(a, "").ino, INJECT_FROM(1)))
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

/*
 * A link needs both hierarchies as they were at one instant. f and y are always
 * below x, so the rights of y never exceed those of f, although they would if f
 * was seen below a and y, later, below b.
 */
TEST_F_TIMEOUT(walk, one_instant, 120)
{
	static const struct trial t = {
		"link, within x",
		link_within_x,
		{ { 1, &top, READ | MOVE },
		  { 1, &b, WRITE },
		  { 2, &top, READ | WRITE | MOVE } },
		0,
		0,
	};

	begin(move_once, 0);
	EXPECT_EQ(t.in_a, sandboxed(&t));
	/* f's hierarchy is seen up to the root of the mount */
	EXPECT_EQ(0, disturbed(&t, place_at(top, "").ino, 0));
	EXPECT_LT(0, disturb_times(&disturber));
	EXPECT_EQ(t.in_b, sandboxed(&t));
	figures->cases++;
	compared(4);
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

	begin(move_and_remove, DEPTH);
	if (mkdirat(top, "here", 0755) || renameat(a, "x", top, "here/x"))
		err(1, "make /t/here/x");
	EXPECT_EQ(0, disturbed(&t, 0, 0));
	EXPECT_EQ(2, inject->bss->nr_walks);
	EXPECT_EQ(10, disturb_times(&disturber));
	/* Landlock's own restart between its walks is not counted */
	EXPECT_EQ(9, inject->bss->nr_null);
	figures->cases++;
	compared(4);
	end();
}

/*
 * Under RCU, Landlock sees a limited number of levels. It takes references if
 * there are more.
 */
TEST_F_TIMEOUT(walk, references, 120)
{
	const struct trial open = {
		.name = "open",
		.operate = open_f,
		.rules = { { 1, &top, READ }, { 2, &top, READ } },
	};
	const struct trial link = {
		.name = "link",
		.operate = link_within_x,
		.rules = { { 1, &top, READ | MOVE }, { 2, &top, READ | MOVE } },
	};

	inject = inject_attach();
	top = world_open("/t", O_PATH);
	/* f, x and /t, which stops the walk */
	x = world_deep(top, LANDLOCK_STRETCH - 2);
	make_file(x, "f");
	EXPECT_EQ(0, watched(&open, place_at(x, "f")));
	EXPECT_EQ(1, inject->bss->nr_walks);
	x = world_deep(x, 1);
	make_file(x, "f");
	EXPECT_EQ(0, watched(&open, place_at(x, "f")));
	EXPECT_EQ(2, inject->bss->nr_walks);
	/* both hierarchies count */
	x = world_deep(make_dir(top, "e"), LANDLOCK_STRETCH / 2);
	y = make_dir(x, "y");
	make_file(x, "f");
	EXPECT_EQ(0, watched(&link, place_at(x, "f")));
	EXPECT_EQ(2, inject->bss->nr_walks);
	figures->cases += 3;
	compared(6);
	inject_bpf__destroy(inject);
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
