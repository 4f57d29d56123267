// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inode storage lives as long as the inode is in memory, and the kernel drops
 * an unused inode when memory is short: a rule would be lost without a word. So
 * something has to hold the inodes of a policy without a process, but without
 * their mounts or superblocks, either: umount(8) writes a filesystem out and
 * frees its device only when nothing holds the superblock.
 *
 * A Landlock rule holds its inode in this way: it takes a reference, which it
 * gives back when the superblock is shut down (hook_sb_delete() in
 * security/landlock/fs.c). A child process restricts itself by a Landlock
 * ruleset with a rule for each object, has a BPF program put a reference to its
 * task into a map, and exits. An exited task that is referenced still has its
 * credentials, and these the ruleset (__put_task_struct() frees them). The map
 * is pinned beside the others; when it goes, so does all of this.
 *
 * Nobody is restricted by the ruleset: the child does nothing more.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "keep.h"
#include "keep.skel.h"
#include "util.h"

/* The only right that Landlock knows for files and directories alike */
#define KEPT_ACCESS LANDLOCK_ACCESS_FS_READ_FILE

static int create_ruleset(const struct landlock_ruleset_attr *attr, size_t size,
			  unsigned int flags)
{
	return syscall(SYS_landlock_create_ruleset, attr, size, flags);
}

bool keep_supported(void)
{
	return create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

struct keeping {
	int ruleset;
	const char *file; /* the policy, for messages */
};

static enum exit_code add_object(const struct object *object, void *data)
{
	const struct keeping *keeping = data;
	const struct landlock_path_beneath_attr rule = {
		.allowed_access = KEPT_ACCESS,
		.parent_fd = object->fd,
	};

	if (!syscall(SYS_landlock_add_rule, keeping->ruleset,
		     LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
		return EXIT_OK;
	return fail_at(EXIT_PATH, keeping->file, object->at,
		       "%s: cannot be kept in memory: %s", object->path,
		       strerror(errno));
}

/* Returns 0 or -errno. */
static int restrict_and_keep(int ruleset, int program)
{
	LIBBPF_OPTS(bpf_test_run_opts, run);
	int err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_landlock_restrict_self, ruleset, 0))
		return -errno;
	err = bpf_prog_test_run_opts(program, &run);
	return err ?: (int)run.retval;
}

/*
 * The exit status is the error: a number below 256, as all that can come are. A
 * loader that is killed leaves no process: the child ends by itself.
 */
static enum exit_code run_child(int ruleset, int program)
{
	pid_t pid;
	int status;

	/* If it is ignored, there is nothing to wait for. */
	signal(SIGCHLD, SIG_DFL);
	pid = fork();
	if (pid == 0)
		_exit(-restrict_and_keep(ruleset, program));
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return fail(EXIT_OTHER, "fork: %s", strerror(errno));
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return EXIT_OK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == E2BIG)
		return fail_hint(EXIT_OTHER, "start pathward outside of them",
				 "cannot keep the policy's objects: this "
				 "process is in as many Landlock domains as "
				 "the kernel allows");
	return fail(EXIT_OTHER, "cannot keep the policy's objects: %s",
		    WIFEXITED(status) ? strerror(WEXITSTATUS(status)) :
					strsignal(WTERMSIG(status)));
}

static void destroy_skeleton(struct keep_bpf **skeleton)
{
	keep_bpf__destroy(*skeleton);
}

enum exit_code keep_objects(const struct objects *objects, int *map)
{
	const struct landlock_ruleset_attr attr = {
		.handled_access_fs = KEPT_ACCESS,
	};
	__cleanup(destroy_skeleton) struct keep_bpf *skeleton = NULL;
	__cleanup(close_fd) int ruleset = -1;
	struct keeping keeping;
	enum exit_code err;

	skeleton = keep_bpf__open_and_load();
	if (!skeleton)
		return fail(EXIT_REFUSED,
			    "load the BPF program that keeps inodes: %s",
			    strerror(errno));
	ruleset = create_ruleset(&attr, sizeof(attr), 0);
	if (ruleset < 0)
		return fail(EXIT_KERNEL, "create a Landlock ruleset: %s",
			    strerror(errno));
	keeping = (struct keeping){ ruleset, objects->file };
	err = objects_each(objects, add_object, &keeping);
	if (!err)
		err = run_child(ruleset,
				bpf_program__fd(skeleton->progs.pathward_keep));
	if (err)
		return err;
	*map = fcntl(bpf_map__fd(skeleton->maps.keeper), F_DUPFD_CLOEXEC, 0);
	return *map < 0 ? fail(EXIT_OTHER, "fcntl: %s", strerror(errno)) :
			  EXIT_OK;
}
