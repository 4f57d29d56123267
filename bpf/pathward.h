/* SPDX-License-Identifier: GPL-2.0-only */
/* Definitions for both the BPF programs and the user side of pathward. */
#ifndef PATHWARD_H
#define PATHWARD_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#define PATHWARD_PATH_MAX 4096
#define PATHWARD_COMM_LEN 16

/* Rights: a rule mentions some of them, an open asks for some of them. */
#define PATHWARD_READ 1
#define PATHWARD_WRITE 2
#define PATHWARD_ALL (PATHWARD_READ | PATHWARD_WRITE)

enum pathward_mode {
	PATHWARD_ENFORCE,
	PATHWARD_AUDIT,
};

/* A new map holds PATHWARD_EMPTY: nothing is decided. */
enum pathward_state {
	PATHWARD_EMPTY,
	PATHWARD_ACTIVE,
	PATHWARD_UNLOADED,
};

enum pathward_verdict {
	PATHWARD_DENIED,
	PATHWARD_AUDITED,
};

enum pathward_reason {
	PATHWARD_BY_RULE,
	PATHWARD_BY_DEFAULT,
	PATHWARD_DISCONNECTED,
	PATHWARD_TOO_DEEP,
	PATHWARD_NO_MEMORY,
	PATHWARD_WALK_FAILED,
	PATHWARD_NO_WALK,
	PATHWARD_DISTURBED,
	PATHWARD_USER_MOUNT,
	PATHWARD_REASONS,
};

/* Map "settings", one entry. Rule ids are 1..rules; 0 means no rule. */
struct pathward_config {
	__u32 state;
	__u32 mode;
	__u32 default_allow; /* rights of a file with no rule above it */
	__u32 deniable; /* rights that some rule or the default denies */
	__u32 rules;
	/*
	 * The number of possible processors. Readers of per-CPU maps need it,
	 * and a policy may deny them the file that contains it.
	 */
	__u32 cpus;
};

/* Map "rules": attached to the inode that a rule names. */
struct pathward_rule {
	__u32 id;
	__u32 mentions;
	__u32 allow; /* a subset of mentions */
	__u32 excepted; /* denied rights that some program has by exception */
};

/* Map "exceptions": the value is the rights that the executable has */
struct pathward_exception {
	__u32 rule;
	__u32 exe; /* the id in map "executables" */
};

/* Map "counters", one entry per CPU: outcomes of opens, and lost events */
struct pathward_counters {
	__u64 allowed;
	__u64 denied;
	__u64 audited;
	__u64 walk_errors;
	__u64 events_lost;
};

/*
 * A record of map "events". It ends with the NUL of path, so it is as long as
 * the path needs.
 */
struct pathward_event {
	__u64 time_ns; /* CLOCK_BOOTTIME */
	__u32 pid;
	__u32 tid;
	__u32 uid;
	__u32 wanted;
	__u32 denied; /* a subset of wanted */
	__u32 verdict;
	__u32 reason;
	__u32 rule;
	__s32 walk_error;
	/*
	 * Length of path, or a negative errno if the kernel could not write
	 * the path; path then holds the file's own name.
	 */
	__s32 path_len;
	__u32 deleted; /* the kernel appended " (deleted)" to path */
	char comm[PATHWARD_COMM_LEN];
	char path[PATHWARD_PATH_MAX];
};

/* Map "scratch", one entry per CPU: an event while it is assembled */
struct pathward_scratch {
	__u64 busy;
	struct pathward_event event;
};

#endif
