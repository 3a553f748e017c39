//! What stands around containers and clusters: runtimes, registries, set-up tools, remote stores.

use super::help_h;
use crate::classify::shell::rule::{Language, Operands, Row};
use crate::model::Mark;

const NET: &[Mark] = &[Mark::Network];

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("crictl", "asks the runtime").flags("-a -q -v -l -n# -o: --all --quiet --output: --name: --state: --label: --image: --pod: --latest --last# --no-trunc --verbose --id: --namespace: --version --help -h").globals("--version -v --help -h").marks(NET).subcommands(&[
        Row::read("ps|pods|images|img|image|inspect|inspecti|inspectp|info|stats|statsp|version|imagefsinfo", "asks the runtime").flags("--digests"),
        Row::read("logs", "prints logs").flags("--tail# --since: -t --timestamps --limit-bytes# -p --previous ~-f ~--follow"),
    ]).examples(&["crictl ps -a", "crictl images", "crictl logs --tail 5 x", "crictl inspect x"], &["crictl rm x", "crictl exec x ls", "crictl -r unix:///x ps", "crictl config --set a=b", "crictl pull x", "crictl -c f ps", "crictl stats -w"]),
    Row::read("ctr", "asks the runtime").flags("-n: --namespace: -q --quiet --version -v --help -h").marks(NET).subcommands(&[
        Row::read("version|info", "asks the runtime").operands(Operands::Most(0)),
        Row::read("images|image|i|containers|container|c|tasks|task|t|namespaces|namespace|ns|snapshots|snapshot|plugins|plugin|content|leases", "asks the runtime").subcommands(&[Row::read("ls|list", "asks the runtime").flags("-d --detailed")]),
    ]).examples(&["ctr version", "ctr -n k8s.io images ls -q", "ctr c ls"], &["ctr images pull x", "ctr run x y", "ctr c rm x", "ctr -a x c ls", "ctr t exec x", "ctr t kill x"]),
    Row::read("buildah", "asks the engine").flags("--version -v --help -h").globals("--version -v --help -h").marks(NET).subcommands(&[
        Row::read("images|containers|ls|ps|info|version", "asks the engine").flags("-a -q -n -f: --all --quiet --json --format: --filter: --type: --noheading --no-trunc --digests --storage"),
        help_h("from|bud|build|run|commit|push|pull|rm|rmi|copy|add|config|mount|umount|unshare"),
    ]).examples(&["buildah images", "buildah containers --json", "buildah build --help"], &["buildah from x", "buildah run x ls", "buildah --root d images", "buildah run x --help", "buildah rm x", "buildah inspect x"]),
    // Other places than a registry are unpacked or made before they are looked at.
    Row::read("skopeo", "asks a registry").flags("--version -v --help -h").globals("--version -v --help -h").marks(NET).subcommands(&[
        Row::read("inspect|list-tags", "asks a registry").flags("--raw --config --format: -f: --no-tags -n --retry-times# --tls-verify? --no-creds --override-os: --override-arch:").operands(Operands::Prefix("docker://")),
        help_h("copy|delete|sync|login|logout|standalone-sign"),
    ]).examples(&["skopeo inspect docker://nginx", "skopeo list-tags docker://nginx", "skopeo copy --help"], &["skopeo copy docker://a dir:b", "skopeo inspect containers-storage:a", "skopeo delete docker://a", "skopeo inspect --authfile f docker://a", "skopeo inspect \"docker://$(cat .env)\""]),
    Row::read("crane", "asks a registry").flags("--platform: --full-ref --omit-digest-tags --help -h").globals("--help -h").marks(NET).subcommands(&[
        Row::read("ls|manifest|digest|config|catalog", "asks a registry"),
        Row::read("version", "tells its version").operands(Operands::Most(0)),
    ]).examples(&["crane ls nginx", "crane manifest nginx", "crane digest nginx", "crane version"], &["crane push a b", "crane export nginx f", "crane delete x", "crane copy a b", "crane digest --tarball f"]),
    Row::read("kubeadm", "tells about the set-up").flags("-v# --help -h -o: --output: --kubernetes-version: --image-repository: --feature-gates:").globals("-v# --help -h").marks(NET).subcommands(&[
        Row::read("version", "tells its version").operands(Operands::Most(0)),
        Row::read("token", "lists tokens").subcommands(&[Row::read("list", "lists tokens").operands(Operands::Most(0)).marks(&[Mark::Network, Mark::Secret])]),
        Row::read("config", "tells about the set-up").subcommands(&[
            Row::read("print", "prints defaults").subcommands(&[Row::read("init-defaults|join-defaults|reset-defaults|upgrade-defaults", "prints defaults").flags("--component-configs:").operands(Operands::Most(0))]),
            Row::read("images", "lists images").subcommands(&[Row::read("list", "lists images").operands(Operands::Most(0))]),
        ]),
        help_h("init|join|reset"),
    ]).examples(&["kubeadm version -o json", "kubeadm token list", "kubeadm config print init-defaults", "kubeadm config images list", "kubeadm init --help"], &["kubeadm init", "kubeadm token create", "kubeadm config images pull", "kubeadm reset --force", "kubeadm config images list --config f"]),
    Row::read("linkerd", "asks the cluster").flags("-n: --namespace: -o: --output: -A --all-namespaces --proxy --pre --wait: --client --short -h --help --to: --from: -l: --selector: -t: --time-window:").globals("-h --help -n: --namespace:").marks(NET).subcommands(&[
        Row::read("check", "asks the cluster").operands(Operands::Most(0)),
        Row::read("version", "tells its version").operands(Operands::Most(0)),
        Row::read("viz", "asks the cluster").subcommands(&[Row::read("stat|edges|routes|check|list", "asks the cluster")]),
    ]).examples(&["linkerd check --pre", "linkerd version --client", "linkerd viz stat deploy -n x"], &["linkerd install", "linkerd inject x", "linkerd viz install", "linkerd uninstall", "linkerd check --cli-version-override x", "linkerd check --output-dir d"]),
    Row::read("velero", "asks the cluster").flags("-n: --namespace: -o: --output: -l: --selector: --show-labels -h --help --client-only").globals("-h --help -n: --namespace:").marks(NET).subcommands(&[
        // To ask for the server's version or its plugins, to describe in full or to print logs, it makes a request in the cluster.
        Row::read("version", "tells its version").operands(Operands::Most(0)).language(Language::Needs("--client-only --help -h")),
        Row::read("backup|restore|schedule|backup-location|snapshot-location", "asks the cluster").subcommands(&[Row::read("get", "asks the cluster")]),
    ]).examples(&["velero backup get", "velero version --client-only"], &["velero version", "velero plugin get", "velero backup create x", "velero backup delete x", "velero backup logs x", "velero --kubeconfig f backup get"]),
    Row::read("cilium", "asks the cluster").flags("-n: --namespace: --context: --wait --brief --verbose -o: --output: -h --help --client").globals("-h --help -n: --namespace: --context:").marks(NET).subcommands(&[
        Row::read("status|version", "asks the cluster").operands(Operands::Most(0)),
    ]).examples(&["cilium status", "cilium version --client"], &["cilium install", "cilium upgrade", "cilium status x", "cilium hubble enable"]),
    Row::read("rclone", "asks a store").flags("-R -l -n -P -v --recursive --max-depth# --include: --exclude: --json --files-only --dirs-only --human-readable --long --fast-list --version --help -h").globals("--version --help -h").marks(NET).subcommands(&[
        // Behind a comma stand settings of the store, of which some are commands.
        Row::read("cat|ls|lsd|lsl|lsf|lsjson|size|tree|about|md5sum|sha1sum", "asks a store").flags("--full -p -s").operands(Operands::Without(",")),
        Row::read("listremotes|version", "tells what is set up").operands(Operands::Most(0)),
    ]).examples(&["rclone ls remote:", "rclone lsd remote:bucket", "rclone listremotes", "rclone version"], &["rclone copy a b", "rclone sync a b", "rclone tree -o f a:", "rclone --config f ls a:", "rclone delete a:", "rclone size a: --log-file f", "rclone md5sum --output-file f a:", "rclone ls :sftp,ssh=x:", "rclone ls a,ssh=x:", "rclone tree -s \":webdav,bearer_token_command='x',url='http://h/1/':\"", "rclone ls $x"]),
    Row::read("flux", "asks the cluster").flags("-n: --namespace: -A --all-namespaces --context: --client -o: --output: --help -h --version").globals("--version --help -h -n: --namespace: --context:").marks(NET).subcommands(&[
        Row::read("version|stats", "asks the cluster").operands(Operands::Most(0)),
        Row::read("check", "asks the cluster").flags("--pre").operands(Operands::Most(0)),
        Row::read("logs", "prints logs").flags("--tail# --since: --kind: --name: --level: ~-f ~--follow"),
        Row::read("get", "asks the cluster").flags("--status-selector: -l: --label-selector: --no-header").subcommands(&[Row::read("*", "asks the cluster")]),
        Row::read("tree", "asks the cluster").subcommands(&[Row::read("*", "asks the cluster")]),
        help_h("bootstrap|install|uninstall|create|delete|reconcile|suspend|resume|export|diff|build"),
    ]).examples(&["flux get all", "flux get kustomizations -A", "flux check --pre", "flux logs --tail 5", "flux version", "flux tree kustomization x", "flux install --help"], &["flux reconcile x", "flux suspend x", "flux install", "flux --kubeconfig f get all"]),
    Row::read("istioctl", "asks the cluster").flags("-n: --namespace: -A --all-namespaces --context: --short --remote? -o: --output: --help -h").globals("--help -h -n: --namespace: --context:").marks(NET).subcommands(&[
        Row::read("version|proxy-status|ps", "asks the cluster"),
        Row::read("analyze", "asks the cluster").flags("-L --list-analyzers --color?").operands(Operands::Without("//")),
        Row::read("proxy-config|pc", "asks the cluster").subcommands(&[Row::read("all|bootstrap|b|cluster|clusters|c|endpoint|endpoints|ep|listener|listeners|l|route|routes|r", "asks the cluster").flags("--fqdn: --port# --name: --direction: --verbose?")]),
        help_h("install|uninstall|upgrade|manifest|kube-inject|operator"),
    ]).examples(&["istioctl version", "istioctl proxy-status", "istioctl analyze -A", "istioctl proxy-config routes x", "istioctl install --help"], &["istioctl analyze https://h.example/x", "istioctl install", "istioctl proxy-config log x --level debug", "istioctl kube-inject -f x", "istioctl --kubeconfig f version"]),
    Row::read("s3cmd", "asks a store").flags("-r -H --recursive --human-readable-sizes --list-md5 --version -h --help").globals("--version -h --help").marks(NET).subcommands(&[Row::read("ls|la|du|info", "asks a store")])
        .examples(&["s3cmd ls s3://b", "s3cmd --version"], &["s3cmd put a s3://b", "s3cmd del s3://b/a", "s3cmd -c f ls", "s3cmd get s3://b/a"]),
    Row::read("s5cmd", "asks a store").flags("-h --help").globals("-h --help").marks(NET).subcommands(&[
        Row::read("ls|du|head|cat", "asks a store").flags("-H -e -s --humanize --etag --storage-class --exclude:"),
        Row::read("version", "tells its version").operands(Operands::Most(0)),
    ]).examples(&["s5cmd ls s3://b", "s5cmd version"], &["s5cmd cp a s3://b", "s5cmd rm s3://b/a", "s5cmd run f", "s5cmd --endpoint-url x ls"]),
    Row::read("hcloud", "asks the platform").flags("-o: --output: -l: --selector: -s: --sort: --help -h --version").globals("--help -h --version").marks(NET).subcommands(&[
        Row::read("version", "tells its version").operands(Operands::Most(0)),
        Row::read("server|image|volume|network|firewall|load-balancer|floating-ip|primary-ip|ssh-key|location|datacenter|server-type|certificate|placement-group|iso", "asks the platform").subcommands(&[Row::read("list|describe", "asks the platform")]),
        Row::read("context", "lists contexts").subcommands(&[Row::read("list|active", "lists contexts").operands(Operands::Most(0))]),
    ]).examples(&["hcloud server list", "hcloud server describe x", "hcloud context list", "hcloud version"], &["hcloud server delete x", "hcloud server create", "hcloud context use x", "hcloud server ssh x", "hcloud --config f server list"]),
    Row::read("colima", "tells about machines").flags("-p: --profile: -e -j --json --extended --version --help -h").globals("-p: --profile: --version --help -h").subcommands(&[
        Row::read("status|list|ls|version", "tells about machines").operands(Operands::Most(1)),
    ]).examples(&["colima status", "colima list", "colima version"], &["colima start", "colima delete", "colima ssh ls"]),
    Row::read("limactl|multipass", "tells about machines").flags("-q -f: -v --version --help -h --format: --json --quiet --all").globals("--version -v --help -h").subcommands(&[
        Row::read("list|ls|info|version", "tells about machines"),
    ]).examples(&["limactl list", "multipass info primary", "multipass list --format json"], &["limactl start x", "multipass delete x", "multipass exec x ls", "limactl shell x ls"]),
];
