#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Boots a kernel under QEMU, runs one command in it and returns its status.
usage()
{
	cat <<'END'
usage: run.sh [OPTION]... -- COMMAND...
       run.sh [OPTION]...          an interactive shell

  -c CPUS       processors (2)
  -i            icount lane: one processor, its clock counts instructions
  -m MB         memory (1024)
  -d IMAGE      add a virtio disk, /dev/vda and on; written to, may be repeated
  -k KERNELDIR  directory of bzImage (build/kernel/KERNEL-plain, the canonical one)
  -r CPIO       the guest's root (build/guest.cpio)
  -a CMDLINE    more kernel parameters
  -p PLUGIN     load a plugin of the TCG: FILE,NAME=VALUE... (no KVM then)
  -t SECONDS    give up after that long (600; a shell has no limit)
  -l FILE       the kernel's console goes there (build/vm/console.log)

The arguments are joined by blanks and run by /bin/sh -c in the guest. Output
and errors come out on standard output; the status is the command's, except:

  123  the guest could not be started, or wrong usage
  124  out of time
  125  the kernel's log shows a splat, whatever the command returned
  126  the guest died before it could tell a status

each with a message on standard error. PATHWARD_ACCEL=kvm|tcg says how to run;
by default KVM is used where a guest is seen to boot with it, and TCG elsewhere.

The guest can mount an empty directory of this host, made for the run and
removed after it: mount -t 9p -o trans=virtio host DIR.
END
}

set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
build=$(readlink -m "$here/../../build")
cpus=2 memory=1024 limit=600 icount='' append='' plugin='' disks=()
parameters="console=ttyS0 ignore_loglevel printk.time=1 panic=-1 oops=panic"
parameters+=" reboot=t no_timer_check tsc=reliable"
canonical=$(<"$here/../../kernel-patches/CANONICAL")
kernel=$build/kernel/$canonical-plain root=$build/guest.cpio log=$build/vm/console.log

die()
{
	echo "vm: $*" >&2
	exit 123
}

parse_options()
{
	local opt

	while getopts c:im:d:k:r:a:p:t:l:h opt; do
		case $opt in
		c) cpus=$OPTARG ;;
		i) icount=1 ;;
		m) memory=$OPTARG ;;
		d) disks+=("$OPTARG") ;;
		k) kernel=$OPTARG ;;
		r) root=$OPTARG ;;
		a) append=$OPTARG ;;
		p) plugin=$OPTARG ;;
		t) limit=$OPTARG ;;
		l) log=$OPTARG ;;
		h) usage && exit 0 ;;
		*) usage >&2 && exit 123 ;;
		esac
	done
	command=("${@:OPTIND}")
}

check_files()
{
	type -P qemu-system-x86_64 >/dev/null ||
		die "qemu-system-x86_64 is not installed: make deps"
	[[ -r $kernel/bzImage ]] || die "$kernel/bzImage: not there: make kernel"
	[[ -r $root ]] || die "$root: not there: make vm builds it"
	for disk in "${disks[@]}"; do
		[[ -w $disk ]] || die "$disk: cannot be written"
	done
}

# /dev/kvm may open and be of no use (a nested guest that hangs in its
# firmware), so KVM counts only after a guest has booted with it. What was
# found holds until the host boots again.
probe_kvm()
{
	local mark boot

	grep -qwE 'vmx|svm' /proc/cpuinfo && [[ -w /dev/kvm ]] || return 1
	boot=$(</proc/sys/kernel/random/boot_id)
	mark=$build/vm/kvm-$boot
	if [[ ! -e $mark ]]; then
		if PATHWARD_ACCEL=kvm "$0" -k "$kernel" -r "$root" -t 20 \
			-l "$build/vm/kvm-probe.log" -- true &>/dev/null; then
			echo yes >"$mark"
		else
			echo no >"$mark"
		fi
	fi
	[[ $(<"$mark") == yes ]]
}

choose_accel()
{
	local use=${PATHWARD_ACCEL:-auto}

	[[ -z $plugin ]] || use=tcg
	case $use$icount in
	*1)
		# Without the PIT as its clock, the guest calibrates the APIC's
		# for half a minute.
		accel=(-accel "tcg,thread=single" -icount "shift=0,sleep=off")
		parameters+=" nolapic_timer tsc_early_khz=1000000"
		cpus=1
		return
		;;
	kvm | tcg) ;;
	auto) use=$(probe_kvm && echo kvm || echo tcg) ;;
	*) die "PATHWARD_ACCEL is kvm or tcg, not $PATHWARD_ACCEL" ;;
	esac
	case $use in
	kvm) accel=(-accel kvm -cpu host) ;;
	tcg)
		# While one processor of QEMU's patches a branch, another one may
		# stop at the breakpoint for good (int3 oops). So the second one
		# starts when the boot, which patches a lot, is over; and with
		# rdrand the random number generator is ready by then.
		accel=(-accel "tcg,thread=multi" -cpu "qemu64,+rdrand")
		parameters+=" maxcpus=1 noreplace-smp"
		[[ ! -x $build/vm/tsckhz ]] ||
			parameters+=" tsc_early_khz=$("$build/vm/tsckhz")"
		;;
	esac
}

# The command travels in a second archive behind the root's: no limit of the
# kernel's command line, no quoting.
make_initramfs()
{
	mkdir -p "$tmp/own/vm"
	if ((${#command[@]})); then
		printf '%s\n' "${command[*]}" >"$tmp/own/vm/cmd"
	elif [[ -t 0 ]]; then
		stty size | sed -n 's/^\([1-9][0-9]*\) \([1-9][0-9]*\)$/rows \1 cols \2/p' \
			>"$tmp/own/vm/size"
	fi
	(cd "$tmp/own" && find . -mindepth 1 |
		cpio -o -H newc -R +0:+0 --quiet) >"$tmp/own.cpio"
	cat "$root" "$tmp/own.cpio" >"$tmp/initramfs"
}

# No ACPI in the guest: it ends by a reset (-no-reboot), after a panic too.
qemu_arguments()
{
	local disk

	qemu=(qemu-system-x86_64 -nodefaults -display none -monitor none
		-no-reboot -M pc "${accel[@]}" -m "$memory"
		# The MP table has one entry a socket, whatever is in it.
		-smp "$cpus,sockets=$cpus,cores=1,threads=1"
		-kernel "$kernel/bzImage" -initrd "$tmp/initramfs"
		-append "$parameters $append"
		-chardev "file,id=console,path=$log" -serial chardev:console
		-chardev "stdio,id=data,signal=off" -serial chardev:data
		-chardev "file,id=status,path=$tmp/status" -serial chardev:status
		# none: as passthrough, but an owner that a user who is not root
		# cannot give a file is not an error.
		-virtfs "local,path=${tmp//,/,,}/share,mount_tag=host,security_model=none")
	[[ -z $plugin ]] || qemu+=(-plugin "$plugin")
	for disk in "${disks[@]}"; do
		qemu+=(-drive "file=${disk//,/,,},format=raw,if=virtio,cache=unsafe")
	done
}

# QEMU makes its output non-blocking, which must not happen to a descriptor
# that others use: it writes to a pipe of its own.
run_qemu()
{
	local rc=0 copier

	if ((!${#command[@]})); then
		"${qemu[@]}" 2>"$tmp/errors" || rc=$?
	else
		mkfifo "$tmp/output"
		cat "$tmp/output" &
		copier=$!
		timeout -k 5 "$limit" "${qemu[@]}" </dev/null >"$tmp/output" \
			2>"$tmp/errors" &
		pid=$!
		wait "$pid" || rc=$?
		pid=
		wait "$copier"
	fi
	qemu_status=$rc
}

# finish: the verdict, from the three channels
finish()
{
	local status=

	[[ ! -s $tmp/errors ]] || sed 's/^/vm: /' "$tmp/errors" >&2
	if [[ ! -s $log ]] && ((qemu_status != 124 && qemu_status != 137)); then
		die "QEMU ended with status $qemu_status before the kernel began"
	fi
	if [[ $(cat "$tmp/status") =~ ^status\ ([0-9]+)$ ]]; then
		status=${BASH_REMATCH[1]}
	fi
	if [[ -s $log ]] && ! "$here/splat.sh" "$log" >"$tmp/splat" 2>&1; then
		sed 's/^/vm: /' "$tmp/splat" >&2
		echo "vm: kernel splat, see $log" \
			"(the command's status: ${status:-none})" >&2
		return 125
	fi
	if [[ -z $status ]] && ((qemu_status == 124 || qemu_status == 137)); then
		tail -n 5 "$log" | sed 's/^/vm: /' >&2
		echo "vm: out of time after $limit s, see $log" >&2
		return 124
	fi
	if [[ -z $status ]]; then
		tail -n 20 "$log" | sed 's/^/vm: /' >&2
		echo "vm: the guest died (QEMU status $qemu_status), see $log" >&2
		return 126
	fi
	return "$status"
}

cleanup()
{
	[[ -z $pid ]] || kill "$pid" 2>/dev/null || :
	rm -rf "$tmp"
}

parse_options "$@"
check_files
mkdir -p "$build/vm" "$(dirname "$log")"
rm -f "$log"
choose_accel
pid=
tmp=$(mktemp -d "$build/vm/run.XXXXXX")
trap cleanup EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
mkdir "$tmp/share"
make_initramfs
qemu_arguments
run_qemu
finish
