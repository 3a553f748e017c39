//! The machine: processes, devices, networks, packages, services.

use crate::classify::shell::rule::{Language, Operands, Row, Style};
use crate::model::Mark;

const fn any(name: &'static str, reason: &'static str) -> Row<'static> {
    Row::read(name, reason).flags("*")
}

const NET: &[Mark] = &[Mark::Network];

/// Verbs of `ip` objects.
const IP: &[Row<'static>] = &[Row::read("show|list|ls|lst|sh|get", "shows the network")];

/// Options of programs that tell about processes and devices.
const DEVICES: &str = "-aAbBcCdDeEfFgGhHiIjJlLmMnNoOpPqQrRsStTuUvVwWxXyYZ0123456789 -# --arguments --ascii --compact-not --highlight-all --highlight-pid: --numeric-sort --hide-threads --show-pgids --show-parents --thread-names --uid-changes --vt100 --help --version --forest --no-headers --headers --sort: --sort? --pid: --ppid: --user: --format: --tcp --udp --listening --numeric --processes --all --summary --json --output: --bytes --raw --noheadings --pairs --tree --long --unicode --ascii --show-pids --extended --no-header --type: --target: --source: --real --df";

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("lastlog", "tells who logged in").flags("-b: -t: -u:").examples(&["lastlog -u x"], &["lastlog -C -u x", "lastlog -S -u x"]),
    any("whoami|id|groups|logname|users|w|tty|uname|nproc|uptime|getconf|locale|hostid", "tells about the user or the machine")
        .examples(&["whoami", "id -u", "uname -a"], &["uname > f"]),
    any("free", "tells about memory").flags("* ~-s: ~--s? ~--se? ~--sec? ~--seco? ~--secon? ~--second? ~--seconds?").examples(&["free -h", "free -s 1"], &["free > f", "free -s 1 &", "free --sec=1 &"]),
    Row::read("who", "tells who is logged in").flags("-a -b -d -H -l -m -p -q -r -s -t -T -u --all --boot --heading --login --count --runlevel --short --time --users --version --help")
        .examples(&["who", "who am i", "who -b"], &["who --lookup", "who --look", "who > f"]),
    Row::read("last|lastb", "tells who logged in").flags("-n# -# -a -F -i -R -w -x -s: -t: -p: -f: --limit# --hostlast -h --fulltimes --ip --fullnames --nohostname --system --since: --until: --version --help")
        .examples(&["last -n 3", "last -5", "lastb"], &["last -d", "last --dns"]),
    any("ps", "tells about processes").examples(&["ps -ef | grep x", "ps -p $PID"], &["ps > f"]),
    any("vmstat|iostat|mpstat|vm_stat", "tells about the machine's work").language(Language::Interval)
        .examples(&["vmstat 1 1", "vmstat 1", "iostat -x 1 3"], &["vmstat > f", "vmstat 1 &", "iostat -x 1 &", "mpstat $n &"])
        .flags(DEVICES),
    any("pstree|numastat|lsipc|ipcs|findmnt|sw_vers|system_profiler", "tells about processes and devices")
        .examples(&["pstree -p", "ipcs -a"], &["pstree > f"])
        .flags(DEVICES),
    // The names of the hosts are looked up, in some listings with `-n` too.
    any("netstat", "lists connections").marks(NET).examples(&["netstat -tlnp", "netstat -g"], &["netstat > f", "netstat -tc &"])
        .flags("-aAbBCdDeEfFgGhHiIjJlLmMnNoOpPqQrRsStTuUvVwWxXyYZ46 ~-c --extend --timers --masquerade --verbose --wide --symbolic --help --version --tcp --udp --listening --numeric --all --extended --program --route --groups --interfaces --statistics"),
    Row::read("getent", "tells about users, hosts and services").subcommands(&[
        Row::read("passwd|group|services|protocols|networks|rpc|ethers|aliases|initgroups", "tells about users and services").flags("-i --no-idn --no-addrconfig"),
        Row::read("shadow|gshadow", "prints what is secret").marks(&[Mark::Secret]),
        Row::read("hosts|ahosts|ahostsv4|ahostsv6|netgroup", "asks a name server").marks(NET),
    ]).examples(&["getent passwd root", "getent hosts localhost", "getent group docker", "getent shadow"], &["getent group \"$g\"", "getent passwd -s ./x root", "getent services --service=./x", "getent hosts \"$(cat .env).h\"", "getent -s x passwd", "getent"]),
    Row::read("ss", "lists connections")
        .flags("-t -u -l -n -p -a -x -4 -6 -s -r -e -m -o -i -H -O -w -0 -h -V -z -Z --tcp --udp --listening --numeric --processes --all --summary --extended --memory --info --options --unix --ipv4 --ipv6 --packet --dccp --vsock --raw --context --no-header --oneline --help --version")
        // A word that stands for nothing else is a host's name, which is looked up.
        .marks(&[Mark::Network])
        .operands(Operands::Filter("state exclude established connected synchronized bucket big all listening close-wait time-wait syn-sent syn-recv fin-wait-1 fin-wait-2 closing closed last-ack sport dport src dst = == != eq ne lt gt and or not ( )"))
        .examples(&["ss -tlnp", "ss -t state established", "ss -tn sport = :8080", "ss -ltn '( sport = :8080 or dport = :9 )'", "ss -tn dst 10.0.0.1"], &["ss -K dst 1", "ss -D f", "ss --kill", "ss dst h.example.org", "ss 'dst h.example.org'", "ss dst :http", "ss \"dst $x\""]),
    Row::read("arch", "tells the kind of machine").operands(Operands::Most(0)).examples(&["arch"], &["arch -x86_64 touch x"]),
    any("lsof", "lists open files, and asks for the names of the hosts").marks(&[Mark::Network]).examples(&["lsof -i -P"], &["lsof > f"]).flags("-i? -P -n -a -p: -u: -c: -t -l -R -d: -F? -s? +D: -U -b -w -h -v -V -O -N -o -g?"),
    Row::read("hostname", "tells the name of the machine").flags("-f -s -i -I -d -A -y --fqdn --short --ip-address --all-ip-addresses --all-fqdns --domain --help --version --long --nis").operands(Operands::Most(0)).examples(&["hostname -I"], &["hostname x", "hostname -F f", "hostname -b x"]),
    Row::read("hostnamectl|timedatectl|localectl|loginctl|coredumpctl|networkctl|busctl|machinectl|homectl|portablectl", "tells about the machine").flags("--no-pager --json: -l --full --all -a --no-legend -p: --property: --value -n# --lines# --version --help --static --transient --pretty").alone().subcommands(&[
        Row::read("status|show|list|list-*|show-*|user-status|session-status|seat-status|statistics|info|timesync-status", "tells about the machine"),
        Row::read("hostname|chassis|deployment|location|icon-name", "tells about the machine").operands(Operands::Most(0)),
    ]).examples(&["timedatectl", "loginctl list-sessions", "hostnamectl --static", "hostnamectl hostname", "timedatectl show -p Timezone --value"], &["hostnamectl set-hostname x", "hostnamectl hostname x", "localectl set-locale LANG=C", "loginctl terminate-user x", "busctl introspect a b", "busctl tree"]),
    Row::read("tcpdump", "prints packets of a file").options_first().flags("-nvAXxqetSl -c# -r: --number --version --help -h").language(Language::Needs("-r --version --help -h")).marks(NET)
        .examples(&["tcpdump -nn -r a.pcap", "tcpdump -r a.pcap -c 5 port 80"], &["tcpdump -i eth0", "tcpdump -nn -r a.pcap -w b", "tcpdump -r a -z x", "tcpdump -nr a -W 1 -G 1 -z ./x"]),
    Row::read("bootctl", "tells about the boot loader").flags("--no-pager --json: -p -x -q --print-esp-path --print-boot-path --version --help").alone().subcommands(&[
        Row::read("status|list|is-installed|systemd-efi-options", "tells about the boot loader").operands(Operands::Most(0)),
    ]).examples(&["bootctl", "bootctl list", "bootctl -p"], &["bootctl -p set-default list", "bootctl systemd-efi-options x", "bootctl install"]),
    Row::read("resolvectl", "tells about name servers").flags("--no-pager --json: -4 -6 -t: -i: --legend: --version --help").alone().subcommands(&[
        Row::read("status|statistics|dns|domain|llmnr|mdns", "tells about name servers").operands(Operands::Most(0)),
        Row::read("query", "asks a name server").marks(NET),
    ]).examples(&["resolvectl status", "resolvectl query example.com"], &["resolvectl query \"$(cat .env).h\"", "resolvectl dns eth0 1.1.1.1", "resolvectl flush-caches"]),
    Row::read("systemctl", "tells about services").flags("-h -l -a -t: -p: -n# -o: -q -r --no-pager --no-legend --all --full --type: --state: --failed --user --system --property: --lines# --output: --plain --quiet --value --version --help --reverse --with-dependencies --show-types").alone().subcommands(&[
        Row::read("status|show|cat|help|is-active|is-enabled|is-failed|is-system-running|list-units|list-unit-files|list-timers|list-sockets|list-jobs|list-dependencies|list-machines|list-paths|list-automounts|get-default|show-environment|whoami", "tells about services"),
    ]).examples(&["systemctl is-active ssh", "systemctl status x --no-pager", "systemctl --failed"], &["systemctl restart x", "systemctl set-default x", "systemctl -H h status", "systemctl daemon-reload"]),
    Row::read("journalctl", "prints the journal").flags("-# ~-f ~--follow -u: -n? -b? -k -r -e -x -p: -o: -g: -t: -a -q -S: -U: -N -F: -D: -l -m --unit: --user-unit: --since: --until: --lines? --boot? --no-pager --output: --priority: --grep: --identifier: --reverse --dmesg --catalog --all --quiet --list-boots --disk-usage --utc --no-hostname --user --system --no-tail --fields --field: --case-sensitive? --version --help --header --verify --full --no-full --cursor: --after-cursor: --output-fields: --directory: --file:")
        .examples(&["journalctl -u x -n 50 --no-pager", "journalctl -f"], &["journalctl --vacuum-size=1M", "journalctl --rotate", "journalctl --cursor-file=x", "journalctl --flush"]),
    Row::read("dmesg", "prints the kernel's messages").flags("-H -T -t -x -k -u -L? -l: -f: -s# -e -r -P -d ~-w --human --ctime --level: --facility: --color? --nopager --decode --kernel --userspace --reltime --time-format: --since: --until: --json -J").examples(&["dmesg -T | tail"], &["dmesg -C", "dmesg -c", "dmesg -n 1", "dmesg -D", "dmesg --clear"]),
    Row::read("ip", "shows the network").style(Style::Words).flags("-4 -6 -j -p -s -d -o -br -c -color? -json -pretty -brief -details -statistics -oneline -h -human -r -resolve -f: -family: -N -a -all -t -V -Version").subcommands(&[
        Row::read("addr|address|a|link|l|route|r|ro|rule|ru|neigh|neighbour|neighbor|n|maddress|maddr|m|tunnel|tuntap|netns|vrf|mroute|xfrm|nexthop|netconf|ntable|addrlabel", "shows the network").alone().subcommands(IP),
    ]).examples(&["ip route", "ip -j addr | jq .", "ip addr show eth0", "ip -br a"], &["ip link set lo down", "ip l s lo down", "ip a a 1 dev lo", "ip route flush cache", "ip netns exec x ls", "ip -b f", "ip -batch f"]),
    Row::read("ifconfig|iwconfig", "shows the network").flags("-a -s -v").operands(Operands::Most(1)).examples(&["ifconfig -a", "ifconfig eth0"], &["ifconfig eth0 down", "ifconfig eth0 1.2.3.4"]),
    Row::read("route|arp", "shows the network").marks(NET).flags("-n -e -a -v -4 -6").operands(Operands::Most(0)).examples(&["route -n", "arp -a"], &["route add default gw 1", "arp -d x"]),
    Row::read("mount|swapon", "lists what is mounted").flags("-l -t: -v -s --show? --summary --bytes --raw --noheadings").operands(Operands::Most(0)).examples(&["mount", "mount -l -t ext4"], &["mount -a", "mount x y", "swapon -a", "mount -t tmpfs none d"]),
    Row::read("sysctl", "tells a setting of the kernel").flags("-a -n -e -N -A -b -x -r: --all --values --names --pattern:").operands(Operands::Without("=")).examples(&["sysctl -a | head", "sysctl -n kern.x"], &["sysctl -w a=b", "sysctl -p f", "sysctl a=b"]),
    Row::read("modinfo", "tells about a module").flags("-F: -0 -a -d -l -p -n").examples(&["modinfo x"], &["modprobe x"]),
    Row::read("top", "shows processes").flags("-b -n# -c -H -i -S -s -p: -o: -u: -l# -d: -w# -1 -E: -e: -v -h --help --version").style(Style::Gnu).marks(&[Mark::Endless]).examples(&["top -b -n 1", "top", "top -v"], &["top > f"]),
    Row::read("crontab", "prints the user's timetable").flags("-l -u: -V").operands(Operands::Most(0)).language(Language::Needs("-l -V")).examples(&["crontab -l", "crontab -V", "crontab -l -u root"], &["crontab -u root f", "crontab -e", "crontab x", "crontab -r"]),
    // It runs what follows `-e`.
    Row::read("pidstat", "tells about processes").flags("-d -r -u -w -t -h -H -l -s -v -R -I -p: -C: -G: -T:").language(Language::Interval).examples(&["pidstat 1 1", "pidstat -d -p 1"], &["pidstat 1 &", "pidstat -e touch x", "pidstat -de touch x"]),
    Row::read("iotop", "tells about processes").flags("-b -o -P -a -k -t -q -n# -p: -u: -d: --version --help").language(Language::Needs("-b --version --help")).operands(Operands::Most(0)).marks(&[Mark::Endless]).examples(&["iotop -b -n 1"], &["iotop", "iotop -b &", "iotop x"]),
    Row::read("atq", "lists what waits").examples(&["atq"], &["atrm 1", "atq -d 1"]),
    Row::read("lpstat|lpq", "asks a server of printers what waits").flags("-a -p -t").marks(NET).examples(&["lpstat -t", "lpq"], &["lpstat -h h", "lprm 1", "lpstat \"$(cat .env)\""]),
    Row::read("stty", "shows the terminal").flags("-a -g --all --save").operands(Operands::OneOf("size speed")).examples(&["stty -a", "stty size"], &["stty raw", "stty -F /dev/x", "stty -echo"]),
    Row::read("tput|infocmp|toe", "prints a capability of the terminal").flags("-T: -1").operands(Operands::OneOf("cols lines colors bold sgr0 setaf setab rev smul rmul 0 1 2 3 4 5 6 7 8")).examples(&["tput cols"], &["tput init", "tput reset"]),
    Row::read("nvidia-smi", "tells about the card").flags("-L -q -h -x ~-l# -i: --query-gpu: --format: --list-gpus --query-compute-apps: -d: --query --id: --display: --help --version --help-query-gpu").operands(Operands::Most(0)).examples(&["nvidia-smi", "nvidia-smi -q -d MEMORY", "nvidia-smi --version"], &["nvidia-smi -r", "nvidia-smi -f x"]),
    Row::read("dmidecode", "tells about the machine").flags("-t: -s: -q --type: --string: --quiet").operands(Operands::Most(0)).examples(&["dmidecode -t memory"], &["dmidecode --dump-bin x"]),
    Row::read("sensors|acpi|fastfetch|cpuid", "tells about the machine").flags("-b -V -F -a -q -v -i").style(Style::Words).operands(Operands::Most(0)).examples(&["sensors", "acpi -b"], &["lshw -short", "fastfetch -C ./x.jsonc"]),
    Row::read("man", "prints a manual page").flags("-k -f -w -a -K -s# --apropos --whatis --where --path --sections# --all --version --help -d").operands(Operands::Titles).examples(&["man ls | head", "man -k printf", "man 3 printf", "man git-log"], &["man './a$(>z).1'", "man -M ./m ls", "man -P ./x ls", "man --html=x ls", "man -H'x' ls", "man -C x ls", "man --pager=x ls", "man -l ./x"]),
    Row::read("tldr", "asks for a page").flags("--list -l --version --help -v").marks(NET).examples(&["tldr tar"], &["tldr --update", "tldr \"$(cat .env)\""]),
    // A page may name files of the folder, whose names `info` hands to a shell.
    Row::read("info", "tells its version").flags("--version --help").operands(Operands::Most(0)).language(Language::Needs("--version --help")).examples(&["info --version"], &["info ls", "info './a;touch z;.info.gz'", "info ./*.info.gz", "info -n '(./a;touch z;.info.gz)Top'"]),
    Row::read("cheat", "prints a page").flags("--list -l --version --help").operands(Operands::Titles).examples(&["cheat tar"], &["cheat -e x"]),
    Row::read("less|more", "pages through files").flags("-R -S -N -F -X -E -e -i -I -n -M -m -r -s -# -V --version --help").operands(Operands::Sources).examples(&["less a", "less src/a.rs", "less --version", "cat a | less -R"], &["less x.rpm", "less './%(touch z).rpm'", "most \"c';touch x;'.gz\"", "less -o f a", "less -O f a", "less +'!x' a", "less --log-file=x a", "less -k x a"]),
    Row::read("dpkg", "tells about packages").flags("-l -L -s -S -p -c -C -V? --list --listfiles --status --search --print-avail --contents --audit --verify? --get-selections --print-architecture --print-foreign-architectures --compare-versions --version --help -W").language(Language::Needs("-l -L -s -S -p -c -C -V --list --listfiles --status --search --print-avail --contents --audit --verify --get-selections --print-architecture --print-foreign-architectures --compare-versions --version --help -W")).examples(&["dpkg -l", "dpkg -L bash | head"], &["dpkg -i a.deb", "dpkg -r a", "dpkg --purge a", "dpkg -l --root=x", "dpkg -l --log=x"]),
    Row::read("dpkg-deb", "tells about a package").flags("-c --contents --version --help").language(Language::Needs("-c --contents --version --help"))
        .examples(&["dpkg-deb -c a.deb"], &["dpkg-deb --field a.deb Version", "dpkg-deb -I a.deb", "dpkg-deb -x a.deb d", "dpkg-deb -R a.deb d", "dpkg-deb -b d", "dpkg-deb -cx a.deb d", "dpkg-deb --ctrl-tarfile a.deb > f"]),
    Row::read("dpkg-query", "tells about packages").flags("-l -L -s -S -W -p -f: --showformat: --list --listfiles --status --search --show --version --no-pager").examples(&["dpkg-query -W bash"], &["dpkg-query --admindir=x -W > f"]),
    Row::read("apt-cache", "tells about packages").flags("-a -n -f -i -q --names-only --full --installed --all-versions --no-all-versions --recurse --no-pre-depends --no-recommends --no-suggests").subcommands(&[
        Row::read("policy|show|search|depends|rdepends|pkgnames|madison|showpkg|showsrc|stats|unmet|dump|dumpavail", "tells about packages"),
    ]).examples(&["apt-cache policy bash"], &["apt-cache gencaches", "apt-cache -c x policy", "apt-cache -o a=b show x"]),
    Row::read("apt|aptitude", "tells about packages").flags("-a -n -q -v -h --version --help --installed --upgradable --upgradeable --all-versions --names-only --manual-installed -f --full").subcommands(&[
        Row::read("list|show|search|policy|depends|rdepends|showsrc|why|why-not", "tells about packages"),
    ]).examples(&["apt list --installed", "apt show bash", "apt --version"], &["apt update", "apt install -s x", "apt install x", "apt -o a=b list"]),
    // What it would do goes through a file below `/var/log`.
    Row::read("apt-get", "tells its version").flags("-v -h --version --help").operands(Operands::Most(0)).examples(&["apt-get --version"], &["apt-get install --dry-run nginx", "apt-get upgrade -s", "apt-get install -y x", "apt-get update", "apt-get install x -o a=b -s", "apt-get -s upgrade -o Dir=x", "apt-get upgrade"]),
    Row::read("apt-config|apt-mark|apt-file", "tells about packages").flags("-v -h --version --help").subcommands(&[
        Row::read("dump|showmanual|showauto|showhold|list|search", "tells about packages"),
    ]).examples(&["apt-mark showmanual"], &["apt-mark hold x", "apt-mark auto x"]),
    // It expands macros in the names of files, which run commands, and takes a file that is no package for a list of such names.
    Row::read("rpm", "tells about packages").operands(Operands::Capabilities).flags("-q -a -i -l -f -c -d -R --query --all --info --list --file --last --requires --provides --whatrequires --whatprovides --changelog --scripts --version").language(Language::Needs("-q --query --version")).examples(&["rpm -qa", "rpm -ql bash", "rpm -qf /bin/ls", "rpm -q --whatprovides 'perl(Carp)'"], &["rpm -qp a.rpm", "rpm -qf '%(touch z)'", "rpm -q '%{x}'", "rpm -qf \"$f\"", "rpm -i a.rpm", "rpm -e a", "rpm -qp a.rpm --qf '%{DESCRIPTION:expand}'", "rpm -qp https://h/x.rpm"]),
    Row::read("dnf|yum|microdnf|zypper|apk|snap|flatpak", "tells about packages").trusts_folder().flags("-q -v -a --installed --available --json --quiet --verbose --version --help --columns: --app --all --user --system").subcommands(&[
        Row::read("list|info|search|repolist|provides|repoquery|policy|version|remotes|connections|interfaces|installed|contents|variants|deps|check-update|lr|repos|se|lu|list-updates|packages", "asks for packages").operands(Operands::Without("://")).marks(NET),
        Row::read("history", "tells what was changed").alone().subcommands(&[Row::read("list|info", "tells what was changed")]),
    ]).examples(&["apk info", "dnf list installed", "dnf history", "yum history list", "zypper lr", "dnf check-update"], &["dnf install x", "apk add x", "snap install x", "apk update", "dnf -c x list", "dnf history undo 3", "zypper ref", "zypper ar x y", "cd e; port info"]),
    // A name with a slash or a colon is a folder or an address whose `Portfile` is evaluated.
    Row::read("port", "tells about packages").trusts_folder().flags("-q -v -d -n").subcommands(&[
        Row::read("installed|list|info|search|variants|deps|contents|provides|version", "tells about packages").operands(Operands::OneOf("installed outdated")).flags("--version --name --line --depends_lib --homepage --maintainer --long_description --description"),
    ]).examples(&["port installed", "port list outdated", "port version"], &["port selfupdate", "port install x", "port info evil/x", "port info file:///w/evil", "cd e; port info"]),
    Row::read("brew", "tells about packages").flags("-q -v --json --json? --formula --cask --versions -h --pinned --multiple -1 --full-name --quiet --verbose --version --help --prefix? --cellar? --repository? --cache? --installed --tree --config").alone().subcommands(&[
        // Letters that are no option of a command are short for its long ones.
        Row::read("leaves", "tells about packages").flags("-r -p --installed-on-request --installed-as-dependency").operands(Operands::Most(0)),
        Row::read("list|ls|config|commands|formulae|casks|missing|doctor", "tells about packages").operands(Operands::Titles),
        Row::read("info|search|deps|uses|desc|cat|log|options", "asks for packages").marks(NET).operands(Operands::Titles),
        Row::read("tap", "lists taps").operands(Operands::Most(0)),
        Row::read("services", "lists services").subcommands(&[Row::read("list|info", "lists services")]),
    ]).examples(&["brew leaves -r", "brew list", "brew --version", "brew --prefix", "brew services list", "brew tap"], &["brew install x", "brew info ./x.rb", "brew cat file:///w/evil", "brew info x--1.0.bottle.tar.gz", "brew search \"$(cat .env)\"", "brew outdated", "brew services start x", "brew doctor --fix", "brew tap a/b", "brew tap -r", "brew tap -r", "brew update"]),
    any("sysinfo|lsb_release", "tells about the machine").flags("-a -c -d -i -r -s --all --short --id --release --codename --description").examples(&["lsb_release -a"], &["lsb_release > f"]),
    Row::read("xcode-select|xcrun-show", "tells where the tools are").flags("-p --print-path --version -v").operands(Operands::Most(0)).examples(&["xcode-select -p"], &["xcode-select --install", "xcode-select -s x"]),
    Row::read("pacman", "tells about packages").flags("-T --deptest --files -QSFilsoetduqkmnpgc --query --info --list --search --owns --explicit --quiet -V -h --version --help").language(Language::Either("-Q --query -T --deptest -V -h --version --help", "-s -i -l -g", "-u -c -d")).examples(&["pacman -V", "pacman -T bash", "pacman -Qi bash", "pacman -Q", "pacman -Ss x"], &["pacman -S x", "pacman -SV x y --root d", "pacman -Sc", "pacman -Sy x", "pacman -Su -i", "pacman -R x", "pacman -Q --root x"]),
    Row::read("defaults", "prints settings").flags("-currentHost").style(Style::Words).subcommands(&[
        Row::read("read|domains|read-type|find", "prints settings"),
    ]).examples(&["defaults read x"], &["defaults write x y z", "defaults delete x"]),
    Row::read("dig|host|kdig", "asks a name server").style(Style::Words).flags("-t: -x -p# -4 -6 -a -v -V -h -q: -c: -C -s -r -W#").marks(NET).examples(&["dig example.com +short", "dig -x 8.8.8.8", "dig -v", "host -V", "host -t mx example.com"], &["dig -f names", "dig -x \"$(cat .env)\"", "dig \"$(cat .env).x\"", "dig -k key x"]),
    // Without a name it asks for what it reads.
    Row::read("nslookup", "asks a name server").style(Style::Words).operands(Operands::Least(1)).flags("-type=A|AAAA|MX|NS|TXT|CNAME|SOA|PTR|SRV|ANY|a|aaaa|mx|ns|txt|cname|soa|ptr|srv|any -query=mx|a|ns|txt|MX|A|NS|TXT -debug").marks(NET).examples(&["nslookup example.com", "nslookup -type=mx example.com"], &["cat .env | nslookup", "nslookup - h", "nslookup", "nslookup -type=mx", "nslookup \"$(cat .env).x\""]),
    Row::read("ping|ping6", "asks whether a host answers").flags("-c# -W# -i# -n -q -4 -6 -s# -t# -w# -V").marks(NET).language(Language::Needs("-c -V")).operands(Operands::Most(1)).examples(&["ping -c 1 example.com", "ping -V"], &["ping example.com", "ping -f x", "ping -c 1 \"$(cat .env)\""]),
    Row::read("whois|traceroute|tracepath", "asks the network").flags("-n -m# -q# -w# -4 -6 -I --version --help").marks(NET).operands(Operands::Most(1)).examples(&["whois example.com"], &["whois -h h \"$(cat .env)\""]),
    Row::read("redis-cli", "asks a store").flags("--version -v --help -h: -p# -n# --raw --no-raw --csv --json -3 -2 --no-auth-warning --scan --pattern: --bigkeys --count# -a: -u:").style(Style::Posix).marks(NET).subcommands(&[
        Row::read("info|INFO|ping|PING|get|GET|mget|MGET|exists|EXISTS|keys|KEYS|type|TYPE|ttl|TTL|pttl|PTTL|strlen|STRLEN|hget|HGET|hgetall|HGETALL|hmget|HMGET|hkeys|HKEYS|hlen|HLEN|hvals|HVALS|llen|LLEN|lrange|LRANGE|lindex|LINDEX|scard|SCARD|smembers|SMEMBERS|sismember|SISMEMBER|zcard|ZCARD|zrange|ZRANGE|zscore|ZSCORE|dbsize|DBSIZE|time|TIME|scan|SCAN|sscan|hscan|zscan|lastsave|LASTSAVE|xlen|XLEN|xrange|XRANGE|xinfo|XINFO", "asks a store").flags("*"),
        Row::read("config|CONFIG|client|CLIENT|memory|MEMORY|object|OBJECT|command|COMMAND|slowlog|SLOWLOG|cluster|CLUSTER|acl|ACL|latency|LATENCY", "asks a store").subcommands(&[
            Row::read("get|GET|list|LIST|usage|USAGE|stats|STATS|encoding|ENCODING|count|COUNT|info|INFO|nodes|NODES|whoami|WHOAMI|docs|DOCS|latest|LATEST|doctor|DOCTOR", "asks a store"),
        ]),
    ]).examples(&["redis-cli info", "redis-cli -h h get a", "redis-cli --scan --pattern 'a*'", "redis-cli -a secret ping", "redis-cli -v"], &["redis-cli set a b", "redis-cli flushall", "redis-cli config set a b", "redis-cli --eval f", "redis-cli --rdb f", "redis-cli", "redis-cli -h 127.0.0.1", "redis-cli -h \"$(cat .env).h\" --scan", "redis-cli -h \"$(cat .env).h\" ping"]),
    // What it connects to may be told in words that name a library.
    Row::read("pg_isready", "asks the server whether it is there").flags("-h: -p# -U: -t# -q --host: --port# --username: --timeout# --quiet -V --version -? --help").operands(Operands::Most(0)).marks(NET).examples(&["pg_isready -h localhost -p 5432"], &["pg_isready -d 'host=h sslkey=./e.so:k'", "pg_isready x"]),
    Row::read("psql", "asks a database").flags("-h: -p# -U: -d: -c: -l -t -A -x -X -q -w -F: --command: --list --host: --port# --dbname: --username: --tuples-only --no-align --expanded --csv --no-psqlrc --no-password --quiet --version --help -V").operands(Operands::Most(2)).language(Language::Sql).marks(NET)
        .examples(&["psql -c 'select 1'", "psql 'postgresql://u:p@h:5432/db?sslmode=require' -c 'select 1'", "psql -d 'host=h dbname=d' -c 'select 1'", "psql -c 'select * from processlist'", "psql -l", "psql -c '\\dt'"], &["psql -c 'delete from t'", "psql 'postgresql://h/db?sslkey=./e.so:k' -c 'select 1'", "psql 'postgresql://h/db?%73slkey=./e.so:k' -c 'select 1'", "psql -d 'host=h sslkey = ./e.so:k' -c 'select 1'", "psql 'service=x' -c 'select 1'", "psql \"host='h' sslcert='x'\" -c 'select 1'", "psql -e show", "psql -o f -c 'select 1'", "psql -L f -c 'select 1'", "psql -f x", "psql", "psql -c '\\! touch x'", "psql -c 'select pg_reload_conf()'", "psql -c '\\copy t to f'", "psql -c '\\lo_export 1 f'", "psql -c \"select U&\\\"!006eextval\\\" UESCAPE '!' ('s')\""]),
    Row::read("mysql|mariadb", "asks a database").flags("-h: -P# -u: -D: -e: -U -t -A -X -q -w -N -B -s -E --execute: --host: --port# --user: --database: --batch --skip-column-names --table --vertical --quick --silent --version --help -V -p? --password? --local-infile=0 -S: --socket:").operands(Operands::Most(1)).language(Language::MySql).marks(NET)
        .examples(&["mysql -e 'show tables' db", "mysql -NBe 'select 1'", "mysql -e 'show processlist'", "mysql db -e 'show create table t\\G'", "mysql -h 127.0.0.1 -uroot -psecret -e 'select 1'", "mysql -h db --local-infile=0 -e 'select 1'"], &["mysql -h db -e 'select 1'", "mysql --host=db --local-infile=1 -e 'select 1'", "mysql -e 'drop table t'", "mysql -c show db", "mysql db", "mysql -U --tee=f -e 'select 1'"]),
    Row::read("sar", "prints counters").flags("-ubrdqASWBFHyvwR -n: -P: -f: -s: -e: -h -p").language(Language::Interval).examples(&["sar -u 1 1", "sar -n DEV 1 1"], &["sar 1 &", "sar -o f 1 1", "sar -uo f 1 1"]),
    Row::read("blkid", "tells about disks").flags("-o=full|value|export|udev|device -s: -t: -L: -U: -k -l -i -p --output=full|value|export|udev|device --match-tag: --probe").examples(&["blkid", "blkid -o full"], &["blkid -o list", "blkid -g", "blkid -c f", "blkid -w f"]),
    Row::read("fdisk|sfdisk|parted", "lists disks").flags("-l -x -s -m --list --script --machine --version --help -V").language(Language::Needs("-l --list -x --version --help -V")).operands(Operands::Most(0)).examples(&["fdisk -l", "parted -l"], &["fdisk /dev/sda", "parted /dev/sda mklabel gpt", "parted -l /dev/sda rm 1"]),
    Row::read("mtr", "asks the network").flags("-r -n -w -b -c# -4 -6 -u -T -z -j -s# --report --report-wide --report-cycles# --no-dns --json --version --help").language(Language::Needs("-r -w -j --report --report-wide --json --version --help")).operands(Operands::Most(1)).marks(NET).examples(&["mtr -r -c 3 example.com"], &["mtr example.com", "mtr -F f -r", "mtr -r \"$(cat .env)\""]),
    Row::read("nmcli", "tells about the network").flags("-t -p -f: -m: -g: --terse --pretty --fields: --mode: --get-values: --version --help -c: --colors:").alone().subcommands(&[
        Row::read("device|dev|d|connection|con|c", "tells about the network").alone().flags("--active").subcommands(&[Row::read("status|show|s", "tells about the network").flags("--active")]),
        Row::read("general|g|networking|radio", "tells about the network").alone().subcommands(&[Row::read("status|permissions|connectivity|all", "tells about the network").operands(Operands::Most(0))]),
    ]).examples(&["nmcli device status", "nmcli connection show", "nmcli"], &["nmcli con up x", "nmcli radio wifi off", "nmcli radio all off", "nmcli -s connection show x", "nmcli device disconnect x", "nmcli --ask con show", "nmcli networking off"]),
    Row::read("systemd-analyze", "tells about services").flags("--no-pager --user --system --order --require --fuzz: --version --help").alone().subcommands(&[
        Row::read("time|blame|critical-chain|dot|dump|plot|calendar|timestamp|timespan|security|unit-paths|cat-config|exit-status|capability|syscall-filter", "tells about services"),
    ]).examples(&["systemd-analyze blame"], &["systemd-analyze set-log-level debug", "systemd-analyze -H h blame", "systemd-analyze log-level debug"]),
    Row::read("service", "tells about services").flags("--status-all --version").subcommands(&[Row::read("*", "tells about services").subcommands(&[Row::read("status", "tells about services").operands(Operands::Most(0))])]).alone()
        .examples(&["service nginx status", "service --status-all"], &["service nginx restart", "service nginx", "service nginx status x", "service ./x status"]),
    Row::read("upower", "tells about batteries").flags("-e -d -i: --enumerate --dump --show-info: --version").language(Language::Needs("-e -d -i --enumerate --dump --show-info --version")).examples(&["upower -e"], &["upower --wakeups -x", "upower"]),
    Row::read("tmux", "shows what runs in the terminals").flags("-V").subcommands(&[
        Row::read("ls|list-sessions|list-windows|lsw|list-panes|lsp|list-clients|lsc|has-session|has", "shows what runs in the terminals").flags("-a -s -t:").operands(Operands::Most(0)),
        Row::read("capture-pane|capturep", "prints what a terminal shows").flags("-p -e -J -t: -S: -E:").operands(Operands::Most(0)).language(Language::Needs("-p")),
        Row::read("show-options|show|show-window-options|showw|show-environment|showenv|list-buffers|lsb|show-buffer|showb", "shows what runs in the terminals").flags("-g -s -w -v -q -A -H -p").operands(Operands::Titles),
    ]).examples(&["tmux show-options -g", "tmux ls", "tmux -V", "tmux capture-pane -p -t x"], &["tmux ls -F '#(touch x)'", "tmux new", "tmux kill-server", "tmux capture-pane -t x", "tmux -f x ls", "tmux ls \\; kill-server", "tmux show -t 'x;' kill-server", "tmux show -g \\; kill-server", "tmux list-buffers -F '#(touch x)'", "tmux set -g a b"]),
    Row::read("nix-env|nix-store", "tells what is installed").flags("-q -a -R -P -s --query --available --installed --references --referrers --requisites --deriver --tree --size --roots --hash --version").language(Language::Needs("-q --query --version")).examples(&["nix-env -q", "nix-store -q --references x"], &["nix-env -i x", "nix-store --delete x", "nix-store -q --realise x", "nix-env -q -f x"]),
    Row::read("nix", "tells its version").flags("--version --help").operands(Operands::Most(0)).language(Language::Needs("--version --help")).examples(&["nix --version"], &["nix build", "nix run x", "nix flake show"]),
];
