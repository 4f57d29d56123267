/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECISION_BPF_H
#define DECISION_BPF_H

/*
 * The state of a decision during the walk. It has 64-bit fields and masks only:
 * the verifier visits the callback again and again and must be able to forget
 * their values.
 */
struct decision {
	u64 asked; /* by the open */
	u64 wanted; /* rights in asked that the policy could deny */
	u64 undecided;
	u64 grantable; /* rights that a rule can still allow */
	u64 denied;
	u64 excepted; /* denied rights whose rule has exceptions */
	u64 read_rule; /* the rule that denies reading */
	u64 write_rule;
	u64 withheld; /* rights that a rule above a user's mount would allow */
	u64 withheld_rule;
};

/* The cause of a denial. It is set after the walk. */
struct cause {
	u32 reason;
	u32 rule;
	s32 walk_error;
};

#endif
