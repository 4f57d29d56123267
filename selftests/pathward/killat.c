// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: killat CALL[+] COMMAND [ARGUMENT]...
 *
 * Run COMMAND and kill it when it is about to make the first system call named
 * CALL or, with +, the next one after that. Only the calls below count, which
 * change something outside of the process. Exit with 0 if COMMAND was killed.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Return the name of the call if it changes something outside, else NULL. */
static const char *changes(const struct __ptrace_syscall_info *info)
{
	switch (info->entry.nr) {
	case SYS_mkdirat:
		return "mkdir";
	case SYS_unlinkat:
		return info->entry.args[2] & AT_REMOVEDIR ? "rmdir" :
							    "unlinkat";
	case SYS_renameat2:
		return "rename";
	case SYS_clone:
		return "clone";
	case SYS_exit_group:
		return "exit_group";
	case SYS_bpf:
		break;
	default:
		return NULL;
	}
	switch (info->entry.args[0]) {
	case BPF_MAP_UPDATE_ELEM:
		return "bpf-map-update";
	case BPF_LINK_CREATE:
		return "bpf-link-create";
	case BPF_OBJ_PIN:
		return "bpf-obj-pin";
	default:
		return NULL;
	}
}

/*
 * A task of the fair class stays queued for a while after it has stopped, and
 * each ptrace() request then waits for a tick: a minute per load where HZ is 100
 * (wait_task_inactive() in kernel/sched/core.c). A realtime task does not.
 */
static void be_realtime(void)
{
	const struct sched_param param = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		err(2, "sched_setscheduler");
}

static pid_t start(char **command)
{
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		be_realtime();
		execv(command[0], command);
		err(2, "%s", command[0]);
	}
	if (waitpid(pid, NULL, 0) < 0 ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL,
		   PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL))
		err(2, "ptrace");
	return pid;
}

/* Run to the next call that counts. Return NULL if the process has ended. */
static const char *next(pid_t pid)
{
	struct __ptrace_syscall_info info;
	const char *name;
	int status;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) ||
		    waitpid(pid, &status, 0) < 0)
			err(2, "ptrace");
		if (WIFEXITED(status) || WIFSIGNALED(status))
			return NULL;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <
		    0)
			err(2, "ptrace");
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
			continue;
		name = changes(&info);
		if (name)
			return name;
	}
}

/* Run to the next call named @wanted, or to any one if it is NULL. */
static void run_to(pid_t pid, const char *wanted)
{
	const char *name;

	do {
		name = next(pid);
		if (!name)
			errx(1, "ended without %s", wanted ?: "another call");
	} while (wanted && strcmp(name, wanted));
}

int main(int argc, char **argv)
{
	char *plus;
	pid_t pid;

	if (argc < 3)
		errx(2, "usage: killat CALL[+] COMMAND [ARGUMENT]...");
	plus = strchr(argv[1], '+');
	if (plus)
		*plus = '\0';
	pid = start(argv + 2);
	run_to(pid, argv[1]);
	if (plus)
		run_to(pid, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}
