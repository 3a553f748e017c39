//! Programs that look at folders, tables, stores and clusters, and that are not on every machine.

use crate::classify::shell::rule::{Language, Operands, Row, Style};
use crate::model::Mark;

const NET: &[Mark] = &[Mark::Network];

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("dust", "tells how much room files take").flags("-d# -n# -r -s -b -c -p -x -H -i -t -f -F -R -j -D -P -B -L -z: -e: -v: -w# -X: --skip-total --depth# --number-of-lines# --reverse --apparent-size --ignore-directory: --limit-filesystem --no-progress --output-json --version -V --help -h")
        .examples(&["dust -d 2 src"], &["dust > f", "dust --config x"]),
    Row::read("duf", "tells how much room is left").style(Style::Words).flags("-all -json -only: -hide: -output: -sort: -width: -theme: -style: -inodes -version -help")
        .examples(&["duf", "duf -all"], &["duf > f"]),
    // Otherwise it is an editor of folders, and `-o` with another word writes a file.
    Row::read("ncdu", "lists how much room files take").flags("-o=- -x -q -0 -e --exclude: --version -v --help -h").language(Language::Needs("-o --version -v --help -h"))
        .examples(&["ncdu -o- ."], &["ncdu", "ncdu -o f .", "ncdu -f f"]),
    Row::read("xsv", "prints what it makes of a table").subcommands(&[
        Row::read("headers|count|select|slice|search|stats|frequency|table|flatten|cat|join|sample|sort|help", "prints what it makes of a table").flags("-d: -n -s: -l: -i: -e: -j -v -r -N -R --delimiter: --no-headers --select: --start: --end: --len: --index: --limit: --just-names --everything --invert-match --numeric --reverse --ignore-case"),
    ]).flags("--version --list --help -h").examples(&["xsv headers a.csv", "xsv stats -s x a.csv", "xsv search -s a x a.csv | xsv table"], &["xsv index a.csv", "xsv split d a.csv", "xsv select 1 a.csv -o b", "xsv fmt a -o b"]),
    Row::read("jo", "prints what its words say as JSON").flags("-p -a -B -n -e -d: -v -V").examples(&["jo a=1 b=x"], &["jo -o f a=1"]),
    Row::read("chage", "tells when a password ends").options_first().flags("-l --list").operands(Operands::Most(1)).language(Language::Needs("-l --list")).examples(&["chage -l root"], &["chage -M 9 root", "chage -l -R d root"]),
    Row::read("ldd", "tells what a program of the system links").flags("-v -u -d -r --verbose --unused --data-relocs --function-relocs --version --help").operands(Operands::System)
        .examples(&["ldd --version", "ldd /bin/ls", "ldd -v /usr/bin/env"], &["ldd x", "ldd ./bin/ls", "ldd /tmp/x", "ldd /bin/../tmp/x", "ldd \"$x\""]),
    Row::read("jps", "lists the processes of Java").flags("-l -q -m -v -V").operands(Operands::Most(0)).examples(&["jps -lv"], &["jps host", "jps -J-javaagent:x"]),
    Row::read("jcmd", "lists the processes of Java").flags("-l -h").operands(Operands::Most(0)).examples(&["jcmd -l"], &["jcmd 1 VM.version", "jcmd 1 GC.run"]),
    Row::read("nvm", "tells which versions are installed").subcommands(&[
        Row::read("ls|list|current|which|version|alias", "tells which versions are installed").flags("--no-colors --no-alias").operands(Operands::Most(1)),
        Row::read("ls-remote", "asks for versions").flags("--lts? --no-colors").operands(Operands::Most(1)).marks(NET),
    ]).flags("--version --help -h -v").examples(&["nvm ls", "nvm current", "nvm ls-remote --lts", "nvm --version"], &["nvm use 20", "nvm install 20", "nvm alias default 20", "nvm exec x", "nvm"]),
    Row::read("etcdctl", "asks a store").flags("--endpoints: -w: --write-out: --user: --cacert: --cert: --key: --prefix --keys-only --print-value-only --count-only --limit# --from-key --hex --rev# --order: --sort-by: --version --help -h").globals("--endpoints: -w: --write-out: --user: --cacert: --cert: --key: --version --help -h").marks(NET).subcommands(&[
        Row::read("get|version", "asks a store"),
        Row::read("endpoint|member|user|role|alarm|auth", "asks a store").subcommands(&[Row::read("health|status|hashkv|list|get", "asks a store").flags("--cluster")]),
    ]).examples(&["etcdctl get --prefix a", "etcdctl endpoint health", "etcdctl member list"], &["etcdctl put a b", "etcdctl --endpoints=$(cat x) get a", "etcdctl del a", "etcdctl --prefix get del a", "etcdctl auth enable", "etcdctl snapshot save f", "etcdctl alarm disarm"]),
    Row::read("consul", "asks a cluster").style(Style::Words).flags("-version -help -detailed -token: -datacenter: -format:").globals("-version -help").marks(NET).subcommands(&[
        Row::read("members|info|version", "asks a cluster"),
        Row::read("catalog", "asks a cluster").subcommands(&[Row::read("services|nodes|datacenters", "asks a cluster").flags("-service: -node: -tags")]),
        Row::read("kv", "asks a cluster").subcommands(&[Row::read("get", "asks a cluster").flags("-recurse -keys -detailed -separator:")]),
    ]).examples(&["consul members", "consul catalog services", "consul kv get a"], &["consul kv put a b", "consul leave", "consul members -http-addr=x", "consul agent", "consul"]),
    Row::read("nomad", "asks a cluster").style(Style::Words).flags("-version -help -json -verbose -short -t: -namespace: -region:").globals("-version -help").marks(NET).subcommands(&[
        Row::read("status|version", "asks a cluster"),
        Row::read("job|node|alloc|deployment|eval|namespace|volume", "asks a cluster").subcommands(&[Row::read("status|list|history|inspect", "asks a cluster").flags("-allocs -evals -stats")]),
        Row::read("server", "asks a cluster").subcommands(&[Row::read("members", "asks a cluster").flags("-detailed")]),
    ]).examples(&["nomad status", "nomad job status x", "nomad node status", "nomad server members"], &["nomad job run x", "nomad node drain x", "nomad status -address=x", "nomad job stop x", "nomad"]),
    Row::read("b3sum", "prints sums of files").flags("-c -l# --check --quiet --num-threads# --no-mmap --no-names --raw --tag --length# --version --help -h -V")
        .examples(&["b3sum a", "b3sum --check sums"], &["b3sum a > f", "b3sum $x"]),
    Row::read("uchardet", "describes files").flags("--version --help -h -v").examples(&["uchardet a"], &["uchardet a > f", "uchardet $x", "crc32 a"]),
    Row::read("pngcheck", "describes pictures").flags("-v -q -t -c -7 -h").examples(&["pngcheck -v a.png"], &["pngcheck -x a.png", "pngcheck $x"]),
    Row::read("pg_config", "tells how a program was built").flags("*").examples(&["pg_config --version", "pg_config --includedir"], &["pg_config > f"]),
    // Functions of an expression fetch what a document names.
    Row::read("xmlstarlet", "lists what a document holds").subcommands(&[
        Row::read("el|elements", "lists what a document holds").flags("-a -v -u -d#").operands(Operands::Local),
    ]).flags("--version --help").alone()
        .examples(&["xmlstarlet el -u a.xml", "xmlstarlet --version"], &["xmlstarlet ed -L -d //x a.xml", "xmlstarlet ed -d //x a.xml", "xmlstarlet el http://h/x", "xmlstarlet sel -t -v 'document(/r/@u)' a.xml", "xmlstarlet tr x.xsl a.xml"]),
    Row::read("jaq", "prints what its filter makes of the input").flags("-n -c -r -s -e -S -j -C -M -R -h -V --null-input --compact-output --raw-output --slurp --exit-status --sort-keys --join-output --raw-input --tab --indent# --help --version")
        .examples(&["jaq . a.json", "jaq -r .a a.json"], &["jaq -i .a=1 a.json", "jaq --in-place . a.json", "jaq -f p a.json", "jaq $x a.json", "jaq --arg a -- -i .a=1 a.json"]),
    Row::read("dasel", "prints what its selector finds").flags("-f^ --file^ -r: -w: -p: --read: --write: --parser: --plain -c --compact -n -m --length --version --help").operands(Operands::Prefix("."))
        .examples(&["dasel -f a.yaml '.server.port'", "dasel -f a.json -w yaml ."], &["dasel put -f a.json -t string -v x .a", "dasel delete -f a.json .a", "dasel -f a.json -o b .a", "dasel update"]),
];
