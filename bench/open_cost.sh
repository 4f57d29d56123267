#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Measures in the guest, in instructions: one processor and QEMU's icount lane,
# where the same kernel gives the same counts from boot to boot.
set -eu
here=$(dirname "$(readlink -f "$0")")
exec "$here/../selftests/vm/run.sh" -i -a mitigations=off -- /bench/open_cost
