#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2317
#
# Does this kernel look for data races? If not, its silence says nothing.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

it 'KCSAN' kernel_said 'kcsan: enabled early'
it 'its self-tests' kernel_said 'kcsan: selftest: 3/3 tests passed'

finish
