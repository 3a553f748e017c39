#!/usr/bin/env bash
# Installs what `cargo test --test powercut` needs beside Rust: the tools of three file systems and of loop devices.
#
#   tests/powercut/setup.sh          as root, on Debian; running it again does nothing
#
# Elsewhere it says what is missing.
set -euo pipefail

packages=()
need() { # need PROGRAM PACKAGE
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || packages+=("$2")
}

need mkfs.ext4 e2fsprogs
need mkfs.xfs xfsprogs
need mkfs.btrfs btrfs-progs
need losetup mount
need fusermount3 fuse3
if [ "${#packages[@]}" -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "setup: install ${packages[*]}" >&2
        exit 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
# Devices, not packages: a container may lack them.
for device in /dev/fuse /dev/loop-control; do
    if ! [ -e "$device" ]; then
        echo "setup: this machine has no $device" >&2
        exit 1
    fi
done
