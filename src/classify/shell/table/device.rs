//! Disks, screens, fonts, radios and what else a machine is made of: programs that also set what they show, so that only
//! the options that show are listed.

use crate::classify::shell::rule::{Language, Operands, Row, Style};
use crate::model::Mark;

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("lvs|vgs|pvs|lvdisplay|vgdisplay|pvdisplay", "tells about volumes")
        .flags("-a -o: -O: -S: -v -h -H -c -m -C -s --all --options: --sort: --select: --noheadings --units: --nosuffix --separator: --segments --readonly --verbose --reportformat: --rows --aligned --nameprefixes --unquoted --colon --maps --columns --short --version --help")
        .examples(&["lvs -o +devices", "vgs --noheadings", "pvdisplay"], &["lvs --config x", "lvs --devicesfile f", "lvremove x", "pvs --profile p"]),
    // Its `-c` runs scripts, and a number behind a name repeats for ever.
    Row::read("zpool", "tells about pools").subcommands(&[
        Row::read("list|status", "tells about pools").flags("-v -H -p -o: -P -L -x -g").operands(Operands::Most(1)).language(Language::Interval),
        Row::read("get", "tells about pools").flags("-H -p -o:"),
        Row::read("history", "tells about pools").flags("-i -l"),
        Row::read("version", "tells its version").operands(Operands::Most(0)),
    ]).examples(&["zpool version", "zpool status", "zpool list -v tank", "zpool get all tank", "zpool history"], &["zpool status -c x", "zpool list tank 5", "zpool status 5 &", "zpool scrub tank", "zpool clear tank"]),
    Row::read("zfs", "tells about file systems").subcommands(&[
        Row::read("list|get", "tells about file systems").flags("-r -d# -H -o: -t: -s: -S: -p"),
        Row::read("version", "tells its version").operands(Operands::Most(0)),
    ]).examples(&["zfs version", "zfs list -t snapshot", "zfs get -r compression tank"], &["zfs set a=b tank", "zfs snapshot x", "zfs destroy x", "zfs diff x"]),
    Row::read("btrfs", "tells about file systems").flags("--version --help").subcommands(&[
        Row::read("filesystem|fi", "tells about file systems").subcommands(&[Row::read("show|df|usage|du", "tells about file systems").flags("-d -m -b -h -k -g -t -H -T -s --all-devices --mounted --raw --human-readable --iec --si --summarize")]),
        Row::read("subvolume|sub", "tells about file systems").subcommands(&[Row::read("list|show|get-default", "tells about file systems").flags("-p -a -c -g -o -u -q -R -t -s -r -d --sort:")]),
        Row::read("scrub|balance", "tells how far it is").subcommands(&[Row::read("status", "tells how far it is").flags("-d -R -v")]),
    ]).examples(&["btrfs filesystem show", "btrfs filesystem df /", "btrfs subvolume list /", "btrfs scrub status /"], &["btrfs subvolume delete x", "btrfs device stats -z /", "btrfs filesystem resize max /", "btrfs balance start /"]),
    Row::read("mdadm", "tells about arrays").options_first().flags("-D -E -Q -s -v -V -h --detail --examine --query --scan --verbose --brief --version --help").language(Language::Needs("-D -E -Q -V -h --detail --examine --query --version --help"))
        .examples(&["mdadm --detail /dev/md0", "mdadm -Ds", "mdadm --examine --scan"], &["mdadm --stop /dev/md0", "mdadm --assemble --scan", "mdadm -D --remove x", "mdadm --scan"]),
    Row::read("tune2fs", "tells about a file system").flags("-l").operands(Operands::Most(1)).language(Language::Needs("-l")).examples(&["tune2fs -l /dev/sda1"], &["tune2fs -L x /dev/sda1", "tune2fs -lj /dev/sda1", "tune2fs /dev/sda1"]),
    Row::read("dumpe2fs", "tells about a file system").flags("-h -b -f -g -x -V").operands(Operands::Most(1)).examples(&["dumpe2fs -h /dev/sda1"], &["dumpe2fs -o x /dev/sda1", "dumpe2fs -m /dev/sda1"]),
    Row::read("xfs_info", "tells about a file system").flags("-V").operands(Operands::Most(1)).examples(&["xfs_info /"], &["xfs_info -t f /", "xfs_repair x"]),
    Row::read("smartctl", "tells how a disk is").flags("-i -a -x -A -H -c -j -d: -q: -V -h -l=error|xerror|selftest|xselftest|selective|devstat|sataphy|background|ssd --info --all --xall --attributes --health --capabilities --scan --scan-open --json? --device: --quietmode: --version --help")
        .examples(&["smartctl -a /dev/sda", "smartctl -H -d sat /dev/sda", "smartctl --scan"], &["smartctl -t short /dev/sda", "smartctl -s on /dev/sda", "smartctl -l scterc,70,70 /dev/sda", "smartctl -o on /dev/sda"]),
    Row::read("hdparm", "tells about a disk").options_first().flags("-I -i -g -V").language(Language::Needs("-I -i -g -V")).examples(&["hdparm -I /dev/sda"], &["hdparm /dev/sda", "hdparm -y /dev/sda", "hdparm -Iy /dev/sda", "hdparm -I -S 5 /dev/sda"]),
    Row::read("ethtool", "tells about a network card").style(Style::Words).operands(Operands::Most(1))
        .flags("-i -k -S -g -a -c -T -l -n -P -h --driver --show-features --show-offload --statistics --show-ring --show-pause --show-coalesce --show-time-stamping --show-channels --show-nfc --show-permaddr --version --help")
        .examples(&["ethtool eth0", "ethtool -i eth0", "ethtool --show-offload eth0"], &["ethtool -s eth0 speed 100", "ethtool -r eth0", "ethtool -K eth0 gro off", "ethtool eth0 x", "ethtool -t eth0"]),
    Row::read("tc", "shows the network").style(Style::Words).flags("-s -d -r -p -j -statistics -details -raw -pretty -json -iec -g").subcommands(&[
        Row::read("qdisc|class|filter|chain", "shows the network").alone().subcommands(&[Row::read("show|list|ls", "shows the network")]),
    ]).examples(&["tc qdisc", "tc -s qdisc show dev eth0"], &["tc qdisc add dev eth0 root netem", "tc qdisc del dev eth0", "tc -b f", "tc -n x qdisc"]),
    Row::read("bridge", "shows the network").style(Style::Words).flags("-s -d -j -p -o -statistics -details -json -pretty -oneline -V -Version").subcommands(&[
        Row::read("link|fdb|mdb|vlan", "shows the network").alone().subcommands(&[Row::read("show|list|ls|lst", "shows the network")]),
    ]).examples(&["bridge link", "bridge fdb show br br0"], &["bridge link set dev x", "bridge fdb add x", "bridge -b f", "bridge -n x link"]),
    Row::read("iw", "shows radios").flags("--version").subcommands(&[
        Row::read("dev|phy|list", "shows radios").operands(Operands::Most(0)),
        Row::read("reg", "shows radios").subcommands(&[Row::read("get", "shows radios").operands(Operands::Most(0))]),
    ]).examples(&["iw dev", "iw reg get"], &["iw dev wlan0 set type monitor", "iw dev wlan0 scan", "iw reg set DE"]),
    Row::read("rfkill", "shows radios").flags("-J -n -r -o: --json --noheadings --raw --output: --output-all -V -h --version --help").alone().subcommands(&[Row::read("list", "shows radios")])
        .examples(&["rfkill", "rfkill list wifi"], &["rfkill block wifi", "rfkill unblock all", "rfkill toggle all"]),
    Row::read("wmctrl", "lists windows").flags("-l -d -m -p -G -x -u -h").operands(Operands::Most(0)).language(Language::Needs("-l -d -m -h")).examples(&["wmctrl -lp", "wmctrl -d"], &["wmctrl -c x", "wmctrl -a x", "wmctrl -lc x", "wmctrl -s 1"]),
    Row::read("xrandr", "tells about screens").flags("-q -v --query --current --listmonitors --listactivemonitors --listproviders --verbose --prop --properties --version --help").operands(Operands::Most(0))
        .examples(&["xrandr", "xrandr --listmonitors"], &["xrandr --output x --off", "xrandr -s 0", "xrandr --auto"]),
    Row::read("xset", "tells about the screen").style(Style::Words).flags("-q -version").operands(Operands::OneOf("q")).examples(&["xset q"], &["xset s off", "xset -dpms", "xset q b off"]),
    // Without a window that is named they wait for a click.
    Row::read("xprop|xwininfo", "tells about a window").style(Style::Words).flags("-root -id: -name: -len: -notype -tree -children -all -stats -version").language(Language::Needs("-root -id -name -version"))
        .examples(&["xprop -root", "xprop -id 0x1 WM_CLASS", "xwininfo -root -tree"], &["xprop", "xprop -root -set a b", "xprop -root -remove a", "xprop -spy -root &"]),
    Row::read("xdpyinfo|xlsclients|xlsfonts|glxinfo", "tells about the screen").style(Style::Words).flags("-queryExtensions -ext: -version -l -a -B -fn: -ll -h -help").operands(Operands::Most(0))
        .examples(&["xdpyinfo", "glxinfo -B"], &["xdpyinfo > f", "glxinfo x"]),
    Row::read("udevadm", "tells about devices").flags("--version --help -h").subcommands(&[
        Row::read("info", "tells about devices").flags("-q: -n: -p: -a -r -x -e -t -d: --query: --name: --path: --attribute-walk --root --export --export-db --tree --property: --value --device-id-of-file: --no-pager"),
    ]).examples(&["udevadm info --query=all --name=sda", "udevadm info -a /dev/sda"], &["udevadm trigger", "udevadm control --reload", "udevadm info -c", "udevadm info --cleanup-db", "udevadm settle"]),
    Row::read("kmod", "lists modules").flags("--version --help -V -h").subcommands(&[Row::read("list|static-nodes|help", "lists modules").operands(Operands::Most(0))]).examples(&["kmod list", "kmod --version"], &["kmod load x", "kmod static-nodes -o f", "kmod index"]),
    Row::read("numactl", "tells about memory").flags("-H -s --hardware --show --version").operands(Operands::Most(0)).language(Language::Needs("-H -s --hardware --show --version")).examples(&["numactl --hardware", "numactl -s"], &["numactl ls", "numactl -H ls", "numactl --touch"]),
    Row::read("getcap", "tells what a program may").flags("-h -n -r -v").examples(&["getcap /bin/ping", "getcap -r /usr/bin"], &["setcap x a", "getcap a > f"]),
    Row::read("pmap", "tells about a process").flags("-x -X -d -q -p -A: -h -V --extended --device --quiet --range: --show-path --help --version").examples(&["pmap 1", "pmap -x 1"], &["pmap -n", "pmap -N f", "pmap -C f 1", "pmap --create-rc"]),
    Row::read("faillog", "tells who failed to log in").flags("-a -u: --all --user:").operands(Operands::Most(0)).examples(&["faillog -a"], &["faillog -r", "faillog -m 3", "faillog -u x -r"]),
    Row::read("getenforce|runlevel|mcookie|mesg", "tells about the machine").flags("-q --quiet --version --help").operands(Operands::Most(0)).examples(&["getenforce", "runlevel", "mesg"], &["mesg n", "mcookie -f a", "setenforce 0"]),
    Row::read("sestatus|aa-status|apparmor_status", "tells about the machine").flags("-v -b --enabled --profiled --enforced --complaining --json --pretty-json --verbose --help").operands(Operands::Most(0)).examples(&["sestatus", "aa-status"], &["sestatus x", "aa-status > f"]),
    // A number made of the time is kept in a file of its own.
    Row::read("uuidgen", "prints an identifier").flags("-r -x -V -h --random --version --help").operands(Operands::Most(0)).examples(&["uuidgen", "uuidgen -r"], &["uuidgen -t", "uuidgen --time", "uuidgen -hdr f"]),
    // Without `-k` nothing is signalled.
    Row::read("systemd-detect-virt|systemd-path", "tells about the machine").flags("-c -v -r -q --container --vm --chroot --private-users --quiet --list --suffix: --version --help -h").examples(&["systemd-detect-virt", "systemd-path"], &["systemd-detect-virt > f", "systemd-tmpfiles --create"]),
    Row::read("systemd-cgls", "tells about processes").flags("-l -u: -k --all --full --unit: --user-unit: --xattr? --cgroup-id? --no-pager --version --help -h").examples(&["systemd-cgls", "systemd-cgls -u ssh --no-pager"], &["systemd-cgls -M x", "systemd-cgls > f"]),
    Row::read("systemd-cgtop", "tells about processes").flags("-b -n# -1 -r -P -k -p -t -c -m -i --batch --iterations# --raw --order: --depth#").language(Language::Needs("-n --iterations -1")).marks(&[Mark::Endless]).examples(&["systemd-cgtop -b -n 1", "systemd-cgtop -1"], &["systemd-cgtop", "systemd-cgtop -n 5 &"]),
    Row::read("systemd-resolve", "tells about name servers").flags("--status --statistics --no-pager --version --help").operands(Operands::Most(0)).language(Language::Needs("--status --statistics --version --help")).examples(&["systemd-resolve --status"], &["systemd-resolve --flush-caches", "systemd-resolve x"]),
    // Another host may be asked, and keys be sent to it.
    Row::read("chronyc", "tells about the clock").flags("-n -c -N -4 -6 -v --version --help").subcommands(&[
        Row::read("tracking|sources|sourcestats|activity|clients|ntpdata|rtcdata|serverstats|selectdata|authdata", "tells about the clock").flags("-a -v").operands(Operands::Most(0)),
    ]).examples(&["chronyc tracking", "chronyc -n sources -v"], &["chronyc makestep", "chronyc -h h tracking", "chronyc", "chronyc sources x"]),
    Row::read("ntpq", "tells about the clock").flags("-p -n -4 -6 --peers --numeric --version").operands(Operands::Most(1)).language(Language::Needs("-p --peers --version")).marks(&[Mark::Network]).examples(&["ntpq -p", "ntpq -pn"], &["ntpq", "ntpq -c ':config x'", "ntpq -p \"$(cat .env).h\""]),
    Row::read("wg", "tells about tunnels").subcommands(&[Row::read("show", "tells about tunnels").operands(Operands::Most(1))]).examples(&["wg show", "wg show wg0"], &["wg set wg0 x", "wg genkey", "wg showconf wg0"]),
    Row::read("fail2ban-client", "tells about jails").flags("--version -V -h --help").subcommands(&[Row::read("status|ping|version|banned", "tells about jails").operands(Operands::Most(1))])
        .examples(&["fail2ban-client status", "fail2ban-client status sshd"], &["fail2ban-client set sshd banip 1", "fail2ban-client reload", "fail2ban-client -c d status", "fail2ban-client -x start"]),
    Row::read("amixer", "tells about the sound").flags("-c# -D=default|pulse|pipewire -v -h").globals("-c#").alone().subcommands(&[Row::read("scontrols|scontents|sget|controls|contents|get|info", "tells about the sound")])
        .examples(&["amixer", "amixer sget Master"], &["amixer sset Master 5%", "amixer set Master mute", "amixer -s"]),
    Row::read("cpupower|tuned-adm", "tells about the machine").flags("--version --help").subcommands(&[Row::read("frequency-info|idle-info|active|list|recommend", "tells about the machine").operands(Operands::Most(0)).flags("-p -l -f")])
        .examples(&["cpupower frequency-info", "tuned-adm active"], &["cpupower frequency-set -g x", "tuned-adm profile x", "tuned-adm off"]),
    Row::read("rc-status", "tells about services").flags("-a -c -l -m -r -s -S -u -C --all --crashed --list --manual --runlevel --servicelist --supervised --unused --nocolor").examples(&["rc-status", "rc-status --all"], &["rc-status > f", "rc-status -D"]),
    Row::read("rc-service", "tells about services").flags("-l --list").globals("-l --list -C --nocolor").subcommands(&[Row::read("*", "tells about services").subcommands(&[Row::read("status", "tells about services").operands(Operands::Most(0))])])
        .examples(&["rc-service sshd status", "rc-service --list"], &["rc-service sshd restart", "rc-service -N sshd start", "rc-service sshd", "rc-service ./x status"]),
    // It refuses addresses; a name that begins like JSON or a protocol is one.
    Row::read("qemu-img", "tells about an image").flags("--version --help -h").subcommands(&[
        Row::read("info", "tells about an image").flags("-f: -U --force-share --output=human|json").operands(Operands::Local),
    ]).examples(&["qemu-img info a.qcow2", "qemu-img info --output=json ./a.img"], &["qemu-img create a 1G", "qemu-img convert a b", "qemu-img info nbd://h", "qemu-img info 'json:{}'", "qemu-img info --image-opts x", "qemu-img snapshot -d x a", "qemu-img check -r all a"]),
];
