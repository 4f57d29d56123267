/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Check the fast pass of vfs_walk_ancestors() against two renamers.
 *
 * f is in S/x/y. One renamer moves y from x to S and x from S to P, and back,
 * so that f is below S at all times. The other one moves S between the root and
 * Q, which leaves that true. A chain without S never existed, so it is an
 * error.
 *
 * Each statement is one step, in any interleaving; memory is sequentially
 * consistent (design.md argues the barriers). With RECHECK the walk accepts a
 * chain if rename_lock has not moved, or else if no d_seq of the chain has
 * moved. Without RECHECK it accepts any chain that it has read.
 */
#define F 0
#define Y 1
#define X 2
#define S 3
#define P 4
#define Q 5
#define ROOT 6
#define LEVELS 7

#ifndef ROUNDS
#define ROUNDS 2
#endif

byte parent[LEVELS];
byte d_seq[LEVELS];
byte rename_seq;
bool rename_lock;

/* d_move(): all writers exclude each other by rename_lock */
inline move(dentry, to)
{
	atomic { !rename_lock -> rename_lock = true }
	rename_seq++;
	d_seq[dentry]++;
	parent[dentry] = to;
	d_seq[dentry]++;
	rename_seq++;
	rename_lock = false
}

proctype renamer_of_y_and_x()
{
	byte i;

	for (i : 1 .. ROUNDS) {
		move(Y, S);
		move(X, P);
		move(X, S);
		move(Y, X)
	}
}

proctype renamer_of_s()
{
	byte i;

	for (i : 1 .. ROUNDS) {
		move(S, Q);
		move(S, ROOT)
	}
}

proctype walker()
{
	byte chain[LEVELS + 1];
	byte seq[LEVELS + 1];
	byte r_seq, n, i, dentry, next;
	bool changed, below_s;

	/* read_seqbegin() waits for an even count */
	atomic { !(rename_seq & 1) -> r_seq = rename_seq }

	/* gather */
	dentry = F;
	do
	:: n <= LEVELS ->
		chain[n] = dentry;
		/* raw_seqcount_begin() makes an odd count fail later */
		seq[n] = d_seq[dentry] & 254;
		next = parent[dentry];
		n++;
		if
		:: next == dentry -> break
		:: else -> dentry = next
		fi
	:: else -> break	/* renames have led it in a circle */
	od;

	/* check */
	changed = false;
#ifdef RECHECK
	if
	:: rename_seq == r_seq
	:: else ->
		for (i : 0 .. n - 1) {
			if
			:: d_seq[chain[i]] != seq[i] -> changed = true
			:: else
			fi
		}
	fi;
#endif
	if
	:: changed -> skip	/* the locked pass follows */
	:: else ->
#ifdef ACCEPTS
		/* fails, as chains are accepted in spite of renames */
		assert(rename_seq == r_seq);
#endif
		below_s = false;
		for (i : 0 .. n - 1) {
			if
			:: chain[i] == S -> below_s = true
			:: else
			fi
		}
		assert(below_s)
	fi
}

init
{
	atomic {
		parent[F] = Y;
		parent[Y] = X;
		parent[X] = S;
		parent[S] = ROOT;
		parent[P] = ROOT;
		parent[Q] = ROOT;
		parent[ROOT] = ROOT;
		run renamer_of_y_and_x();
		run renamer_of_s();
		run walker()
	}
}
