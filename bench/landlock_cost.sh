#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: landlock_cost.sh [KERNELDIR]
#
# Measures in the guest, in instructions, what Landlock adds to an open: with a
# rule near the file and with one far away. See open_cost.sh for the lane.
set -eu
here=$(dirname "$(readlink -f "$0")")
exec "$here/../selftests/vm/run.sh" -i -a mitigations=off ${1:+-k "$1"} -- \
	/bench/landlock_cost
