#!/usr/bin/env bash
# The inside of one sandbox. Started in new user, mount, process, network, host-name and IPC namespaces, as the first
# process of them; makes a root folder in memory out of WORLD and the machine's programs, moves into it and then runs
# what it is told.
#
#   sandbox.sh WORLD MOUNTPOINT
#
# Each line on the input, `MODE FOLDER`, runs the commands in /batch (each ended by NUL) in that folder: `eval` in a
# forked shell, `fresh` by a bash of their own. The number of each is printed before it starts, `done` after the last.
set -euo pipefail
world=$1 new=$2
mount --make-rprivate /
mount -t tmpfs -o mode=755,size=256m,nr_inodes=100k none "$new"
cp -a "$world/." "$new/"
mkdir -p "$new"/{usr,proc,sys,old,opt/rust}
mount --bind /usr "$new/usr"
mount -o remount,bind,ro "$new/usr"
for name in bin sbin lib lib32 lib64 libx32; do
    if [ -L "/$name" ]; then
        ln -s "$(readlink "/$name")" "$new/$name"
    elif [ -d "/$name" ]; then
        mkdir "$new/$name"
        mount --bind "/$name" "$new/$name"
        mount -o remount,bind,ro "$new/$name"
    fi
done
if sysroot=$(rustc --print sysroot 2>/dev/null); then
    mount --bind "$sysroot" "$new/opt/rust"
    mount -o remount,bind,ro "$new/opt/rust"
fi
for name in null zero full random urandom; do
    : >"$new/dev/$name"
    mount --bind "/dev/$name" "$new/dev/$name"
done
ln -s /proc/self/fd "$new/dev/fd"
for number in 0 1 2; do
    names=(stdin stdout stderr)
    ln -s "/proc/self/fd/$number" "$new/dev/${names[number]}"
done
mount -t proc none "$new/proc"
cd "$new"
pivot_root . old
umount -l /old
rmdir /old
hostname sandbox
ulimit -c 0
# What the index remembers of the files is true of the copies only after a look at them.
HOME=/home/user git -C /w update-index -q --refresh || true
: >/batch
exec env -i PATH=/canary/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/opt/rust/bin HOME=/home/user USER=user LANG=C.UTF-8 \
    TERM=dumb EDITOR=/canary/bin/editor VISUAL=/canary/bin/editor BROWSER=/canary/bin/open SHELL=/bin/bash \
    CARGO_HOME=/home/user/.cargo CHECKPOINT_DISABLE=1 npm_config_update_notifier=false PYTHONSAFEPATH=1 \
    bash --norc --noprofile -c '
        sleep 1000000 </dev/null >/dev/null 2>&1 &
        disown
        echo "ready $!"
        while read -r _mode _folder; do
            cd "$_folder"
            mapfile -d "" -t _batch </batch
            for _number in "${!_batch[@]}"; do
                echo "$_number"
                if [ "$_mode" = eval ]; then
                    (eval "${_batch[_number]}") </dev/null >/dev/null 2>&1
                else
                    bash --norc --noprofile -c "${_batch[_number]}" </dev/null >/dev/null 2>&1
                fi
            done
            read -r _host </proc/sys/kernel/hostname
            echo "done $_host"
        done' 2>/dev/null
