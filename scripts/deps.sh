#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: deps.sh [lint]
#
# Makes sure that the packages for the build (or "make lint") are installed. On
# Debian, missing ones are installed, by root or with sudo; elsewhere they are named.
set -euo pipefail

# shellcheck source=common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
# shellcheck source=source.sh
. "$top/scripts/source.sh"

# Of mkfs.* and their like; not in every user's
PATH+=:/usr/sbin:/sbin

# Package, how it is recognised (a command, a static command, a header of
# /usr/include, a file), what for.
build_list='
gcc               command gcc                       kernel, bpftool, pathward
libc6-dev         header  stdlib.h                  all of these
make              command make                      all of these
patch             command patch                     kernel: the series
bc                command bc                        kernel
bison             command bison                     kernel: Kconfig
flex              command flex                      kernel: Kconfig
libelf-dev        header  libelf.h                  kernel: objtool; libbpf
libssl-dev        header  openssl/evp.h             kernel: certificates
zlib1g-dev        header  zlib.h                    libbpf
libcap-dev        header  sys/capability.h          bpftool
lz4               command lz4                       kernel: bzImage
xz-utils          command xz                        kernel: the tarball
dwarves           command pahole                    kernel: BTF
python3           command python3                   libbpf: bpf_helper_defs.h
clang-19          command clang-19                  BPF programs
llvm-19           command llvm-strip-19             BPF programs
lld-19            command ld.lld-19                 BPF programs
libyaml-dev       header  yaml.h                    pathward: policies
libjansson-dev    header  jansson.h                 pathward: JSON
qemu-system-x86   command qemu-system-x86_64        the guest
busybox-static    static  busybox                   the guest
cpio              command cpio                      the guest
e2fsprogs         command mke2fs                    the guest: disks
xfsprogs          command mkfs.xfs                  the guest: disks
btrfs-progs       command mkfs.btrfs                the guest: disks
git               command git                       the test of series.sh
'
build_list+="$PACKAGE file /usr/src/$PACKAGE.tar.xz kernel"
lint_list='
git               command git                       which files to look at
perl              command perl                      checkpatch
clang-format      command clang-format              C style
shellcheck        command shellcheck                scripts
cppcheck          command cppcheck                  C
codespell         command codespell                 spelling
sparse            command sparse                    C, in the kernel
spin              command spin                      the model of the walk
'

[[ $(uname -m) == x86_64 ]] ||
	die "the kernel is built for x86-64, on x86-64; this is $(uname -m)"

have()
{
	case $1 in
	command) type -P "$2" >/dev/null ;;
	static) type -P "$2" >/dev/null && ! ldd "$(type -P "$2")" &>/dev/null ;;
	header) [[ -e /usr/include/$2 || -e /usr/include/$(uname -m)-linux-gnu/$2 ]] ;;
	file) [[ -e $2 || -n ${KERNEL_SRC:-} ]] ;;
	esac
}

# Sets $missing, the packages, and $report, the name and purpose of each.
find_missing()
{
	local package kind what purpose

	missing=() report=
	while read -r package kind what purpose; do
		[[ -n $package ]] || continue
		have "$kind" "$what" && continue
		missing+=("$package")
		report+=$(printf '  %-18s %-8s %-20s %s' "$package" \
			"$kind" "$what" "$purpose")$'\n'
	done <<<"$1"
}

not_debian()
{
	say "this is not Debian (no apt-get): what follows is missing, under the"
	say "names that Debian has for it; install it by this system's means:"
	printf '%s' "$report" >&2
	exit 1
}

choose_root()
{
	if ((EUID == 0)); then
		as_root=()
	elif type -P sudo >/dev/null &&
		{ sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
		as_root=(sudo)
	else
		say "packages are missing, and installing takes root or sudo. Run:"
		echo "apt-get install --no-install-recommends ${missing[*]}" >&2
		exit 1
	fi
}

apt()
{
	"${as_root[@]}" env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get \
		-q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}

candidates_known()
{
	apt-get install -s --no-install-recommends "${missing[@]}" &>/dev/null
}

# apt_progress TOTAL: counts the packages that go by
apt_progress()
{
	local line fetched=0 unpacked=0 ready=0 last=0

	while read -r line; do
		case $line in
		Get:*) fetched=$((fetched + 1)) ;;
		Unpacking*) unpacked=$((unpacked + 1)) ;;
		"Setting up"*) ready=$((ready + 1)) ;;
		E:* | W:*) say "$line" ;;
		esac
		((SECONDS - last >= 5)) || continue
		last=$SECONDS
		say "of $1 packages: $fetched fetched, $unpacked unpacked," \
			"$ready set up ($SECONDS s)"
	done
}

fetch_and_install()
{
	apt install --no-install-recommends "${missing[@]}" 2>&1 |
		apt_progress "${count:-some}"
}

install_missing()
{
	local plan count size

	if ! candidates_known; then
		say "reading the lists of packages (apt-get update)"
		apt update >/dev/null
		candidates_known || {
			apt-get install -s --no-install-recommends \
				"${missing[@]}" 2>&1 | grep '^E:' >&2 || :
			say "this system's package sources do not have all of" \
				"these; what is missing:"
			printf '%s' "$report" >&2
			exit 1
		}
	fi
	plan=$(apt-get install --no-install-recommends --assume-no \
		"${missing[@]}" 2>&1 || :)
	count=$(sed -n 's/.* \([0-9]*\) newly installed.*/\1/p' <<<"$plan")
	size=$(sed -n 's/^Need to get \(.*\) of archives.*/\1/p' <<<"$plan")
	say "installing ${missing[*]}"
	say "with what they need: ${count:-some} packages, ${size:-some MB} to" \
		"fetch; a minute or two, by the network"
	if ! fetch_and_install; then
		say "the lists of packages may be old: apt-get update, and again"
		apt update >/dev/null
		fetch_and_install
	fi
	say "installed in $SECONDS s"
}

case ${1:-build} in
build) list=$build_list ;;
lint) list=$lint_list ;;
*)
	echo "usage: deps.sh [lint]" >&2
	exit 2
	;;
esac
find_missing "$list"
((${#missing[@]})) || exit 0
type -P apt-get >/dev/null || not_debian
choose_root
install_missing
find_missing "$list"
if ((${#missing[@]})); then
	say "still missing after the installation:"
	printf '%s' "$report" >&2
	exit 1
fi
