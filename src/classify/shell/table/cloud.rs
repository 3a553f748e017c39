//! Clients of services: their reading verbs. What they send must be literal.

use super::{help, help_h, helped};
use crate::classify::shell::rule::{Language, Operands, Row, Style};
use crate::model::{Effect, Mark};

const VERSION_WORD: &[Row<'static>] =
    &[Row::read("version", "tells its version").flags("-short -client -o: -output: -json -format:")];

/// Where `terraform` keeps the programs that know a service.
const PROVIDERS: &str = ".terraform/providers";

const NET: &[Mark] = &[Mark::Network];
const SECRET: &[Mark] = &[Mark::Network, Mark::Secret];

const GH: &str = "--version -R/ --repo/ --json: -q: --jq: -t: --template: -L# --limit# --help -h --state: -s: -l: --label: -a: --assignee: -A: \
    --author: --search: -S: -c --comments --limit: -e: --env: --head: -H: -B: --base: --order: --sort: -m: --milestone: --mention: \
    --app: --draft -d --log --log-failed -v --verbose --job: -j: --attempt# --branch: -b: --status: --user: -u: --event: --workflow: \
    --name-only --color: --required --fail-fast --exit-status --owner: --org: -o: --language: --topic: --visibility: \
    --archived --no-archived --fork --source --public --yaml -y --ref: -r: --exclude-drafts --exclude-pre-releases --all --match: \
    --created: --updated: --stars: --limit --extension: --filename: --size: --path: --key: --closed --format: --commit: --include-prs \
    --interval# -p --patch --type: --review: --checks: --merged --involves: --project: --parents";

const GH_SUBCOMMANDS: &[Row<'static>] = &[
    Row::read("pr|issue", "asks GitHub").flags("-R/ --repo/ --help -h").subcommands(&[
        Row::read("checks", "asks GitHub").flags("~--watch --fail-fast -i#").operands(Operands::Hosted),
        Row::read("list|ls|view|status|diff", "asks GitHub").operands(Operands::Hosted),
        help_h("*"),
    ]),
    Row::read("gist", "asks GitHub").globals("--help -h").subcommands(&[
        Row::read("list|ls|view", "asks GitHub").flags("--files -f: --filename: -r --raw").operands(Operands::Hosted),
        help_h("*"),
    ]),
    Row::read("repo|release|label|ruleset|rs|cache|codespace|cs|org|variable|attestation", "asks GitHub").globals("--help -h").subcommands(&[
        Row::read("list|ls|view|get|check", "asks GitHub").operands(Operands::Hosted),
        Row::read("deploy-key|autolink|gitignore|license", "asks GitHub").subcommands(&[Row::read("list|view|ls", "asks GitHub")]),
        help_h("*"),
    ]),
    Row::read("run|workflow", "asks GitHub").flags("-R/ --repo/ --help -h").subcommands(&[
        Row::read("list|ls|view", "asks GitHub").operands(Operands::Hosted),
        Row::read("watch", "asks GitHub until the run ends").flags("--compact -i#").operands(Operands::Hosted).marks(&[Mark::Network, Mark::Endless]),
        help_h("*"),
    ]),
    Row::read("search", "asks GitHub").globals("--help -h").subcommands(&[Row::read("issues|prs|repos|code|commits", "asks GitHub")]),
    Row::read("secret|ssh-key|gpg-key", "lists names").globals("--help -h").subcommands(&[
        Row::read("list|ls", "lists names"),
        help_h("*"),
    ]),
    Row::read("project", "asks GitHub").globals("--help -h").subcommands(&[
        Row::read("list|view|item-list|field-list", "asks GitHub"),
        help_h("*"),
    ]),
    // An extension is given the words behind its name.
    Row::read("alias|config|extension", "tells settings").globals("--help -h").subcommands(&[
        Row::read("list|ls|get|search", "tells settings"),
        help_h("set|import|delete|install|remove|upgrade|create|browse|clear-cache"),
    ]),
    Row::read("completion", "prints a script for a shell").operands(Operands::Most(0)),
    Row::read("auth", "tells who is logged in").globals("--help -h").subcommands(&[
        help_h("login|logout|refresh|setup-git|switch"),
        Row::read("status", "tells who is logged in").flags("--active"),
        Row::read("token", "prints a token").marks(SECRET),
    ]),
    Row::read("api", "asks GitHub").flags("-X=GET|get --method=GET|get -f: -F: --field: --raw-field: -H: --header: --paginate --slurp -i --include --cache: --silent -p: --preview: --verbose").language(Language::GhApi),
    // An extension answers for a name of its own.
    Row::read("help", "prints help").operands(Operands::OneOf("accessibility actions alias api attestation auth browse cache co codespace completion config environment exit-codes extension formatting gist gpg-key help issue label mintty org pr preview project reference release repo ruleset run search secret ssh-key status variable version workflow")),
    Row::read("status|version|reference|formatting|exit-codes", "asks GitHub").flags("-e: -o:"),
    Row::read("browse", "prints an address").flags("-n --no-browser").language(Language::Needs("-n --no-browser")),
];

const KUBE: &str = "--version -n: --namespace: -A --all-namespaces -o: --output: -l: --selector: --context: --cluster: --request-timeout: \
    --field-selector: --sort-by: --show-labels --no-headers --chunk-size# --ignore-not-found --show-kind -L: \
    --label-columns: -R --recursive --output-watch-events --template: --show-managed-fields --subresource: \
    -v# --help -h --client --short --user:";

macro_rules! kubectl_subcommands {
    ($($more:expr),*) => { &[
    Row::read("get", "asks the cluster").flags("~-w ~--watch ~--watch-only --raw=/healthz|/livez|/readyz|/version|/metrics|/api|/apis|/openapi/v2|/openapi/v3|/healthz?verbose|/livez?verbose|/readyz?verbose|/apis/metrics.k8s.io/v1beta1/nodes|/apis/metrics.k8s.io/v1beta1/pods --server-print?").operands(Operands::Any),
    Row::read("describe|explain|api-resources|api-versions|version|options|events", "asks the cluster").flags("--show-events? --recursive --api-version: --namespaced? --api-group: --verbs: --cached --for: --types: --categories:"),
    Row::read("logs", "prints logs").flags("-c: --container: --tail# --tail: --since: --since-time: -p --previous --all-containers? --timestamps --prefix --limit-bytes# --max-log-requests# ~-f ~--follow --ignore-errors"),
    Row::read("top", "asks the cluster").subcommands(&[Row::read("pod|pods|po|node|nodes|no", "asks the cluster").flags("--containers --sum")]),
    Row::read("config", "tells settings").globals("--help -h").subcommands(&[
        Row::read("view|current-context|get-contexts|get-clusters|get-users", "tells settings").flags("--minify --flatten"),
        help_h("use-context|set-context|set-cluster|set-credentials|set|unset|rename-context|delete-context|delete-cluster|delete-user"),
    ]),
    Row::read("rollout", "asks the cluster").globals("--help -h").subcommands(&[
        Row::read("history|status", "asks the cluster").flags("--revision# --timeout: ~--watch?"),
        help_h("restart|undo|pause|resume"),
    ]),
    Row::read("auth", "asks the cluster").subcommands(&[Row::read("can-i|whoami", "asks the cluster").flags("--list --as: -q --quiet")]),
    Row::read("cluster-info", "asks the cluster").globals("-n: --namespace: --context: --cluster: --user: --request-timeout: --help -h").alone().subcommands(&[Row::read("dump", "asks the cluster").flags("--namespaces:").operands(Operands::Most(0))]),
    Row::read("wait", "waits until the cluster says so").flags("--for: --timeout: --all").language(Language::Needs("--for --help -h")),
    Row::read("help|completion", "prints help"),
    // Help of what is made stands a level deeper.
    // A plug-in may stand there as well.
    Row::read("create", "prints its help").globals("--help -h").subcommands(&[help_h("clusterrole|clusterrolebinding|configmap|cm|cronjob|cj|deployment|deploy|ingress|ing|job|namespace|ns|poddisruptionbudget|pdb|priorityclass|pc|quota|role|rolebinding|route|secret|service|svc|serviceaccount|sa|token|imagestream|is|build|buildconfig|user|identity|useridentitymapping|deploymentconfig|dc|imagestreamtag|istag")]),
    help_h("apply|run|expose|delete|edit|patch|scale|exec|port-forward|cp|label|annotate|set|drain|cordon|uncordon|taint|debug|attach|proxy|autoscale|replace|certificate|diff|kustomize"),
    Row::read("plugin", "lists plugins").subcommands(&[Row::read("list", "lists plugins").flags("--name-only")]),
        $($more),*
    ] };
}

const KUBECTL_SUBCOMMANDS: &[Row<'static>] = kubectl_subcommands!();

/// What only `oc` has; the names would be plugins of `kubectl`.
const OC_SUBCOMMANDS: &[Row<'static>] = kubectl_subcommands!(
    Row::read("status|projects|project", "asks the cluster").flags("-q --short --suggest").operands(Operands::Most(0)),
    Row::read("whoami", "asks the cluster")
        .flags("--show-server --show-console --show-context")
        .operands(Operands::Most(0)),
    help_h("login|logout|new-project|new-app|start-build|rsh|rsync|process|tag|import-image")
);

const DOCKER: &str = "--version -v -a -q -f: -n# -l -s --all --quiet --filter: --format: --no-trunc --last# --latest --size --digests --tree --help \
    --type: --services --images --resolve-image-digests --hash: --profiles --volumes --environment --orphans? --no-interpolate --no-normalize \
    --no-path-resolution --no-consistency --variables --networks --status: --no-orphans";

const DOCKER_LOGS: &str =
    "-n: -t --tail: --since: --until: --timestamps --details ~-f ~--follow --no-color --no-log-prefix --index#";

const DOCKER_SUBCOMMANDS: &[Row<'static>] = &[
    Row::read("ps|images|inspect|info|version|history|port|diff", "asks the engine").flags("--limit# --human?"),
    // A name may begin with a host.
    Row::read("search", "asks the engine").flags("--limit#").operands(Operands::Titles),
    // A word that is no command of the engine's own is a plug-in, which is asked.
    Row::read("help", "prints help").operands(Operands::OneOf("attach build commit config container context cp create diff events exec export history image images import info inspect kill load login logout logs manifest network node pause plugin port ps pull push rename restart rm rmi run save search secret service stack start stats stop swarm system tag top trust unpause update version volume wait")),
    Row::read("top", "asks the engine").flags("*"),
    Row::read("logs", "prints logs").flags(DOCKER_LOGS),
    Row::read("stats", "asks the engine").flags("--no-stream --no-reset").language(Language::Needs("--no-stream")),
    Row::read("events", "asks the engine").flags("--since: --until:").language(Language::Needs("--until")),
    Row::read("container|image|network|volume|context|node|service|stack|secret|config|plugin|trust|manifest|pod|machine|checkpoint", "asks the engine").globals("--help").subcommands(&[
        Row::read("ls|list|ps|inspect|history|port|top|diff|show|du|version|services|exists|tree", "asks the engine").flags("--pretty --verbose -v --human?"),
        Row::read("stats", "asks the engine").flags("--no-stream --no-reset").language(Language::Needs("--no-stream")),
        Row::read("logs", "prints logs").flags(DOCKER_LOGS),
        Row::read("config", "prints the settings").flags("-c: --compose-file: --skip-interpolation").operands(Operands::Most(0)),
        help("*"),
    ]),
    Row::read("desktop", "tells about the engine").subcommands(&[Row::read("status|version", "tells about the engine").operands(Operands::Most(0))]),
    Row::read("swarm", "asks the engine").globals("--help").subcommands(&[
        Row::read("ca", "prints a certificate").operands(Operands::Most(0)),
        Row::read("join-token", "prints a token").operands(Operands::OneOf("worker manager")).marks(SECRET),
        help("*")]),
    Row::read("buildx|builder", "asks the engine").globals("--help").subcommands(&[
        Row::read("ls|inspect|du|version", "asks the engine").flags("--verbose"),
        Row::read("history", "asks the engine").subcommands(&[Row::read("ls|inspect|logs", "asks the engine")]),
        Row::read("imagetools", "asks a registry").subcommands(&[Row::read("inspect", "asks a registry").flags("--raw")]),
        help("*"),
    ]),
    Row::read("system", "asks the engine").globals("--help").subcommands(&[
        Row::read("df|info", "asks the engine").flags("-v --verbose"),
        Row::read("events", "asks the engine").flags("--since: --until:").language(Language::Needs("--until")),
        Row::read("connection", "lists connections").subcommands(&[Row::read("list|ls", "lists connections")]),
        help("*"),
    ]),
    Row::read("compose", "asks the engine").trusts_folder().flags("-f^ --file^ -p: --project-name: --profile: --ansi: --progress: --compatibility --help").subcommands(&[
        Row::read("ps|ls|images|top|port|version|config|volumes", "asks the engine").operands(Operands::Any).flags("--short --protocol: --index#"),
        Row::read("stats", "asks the engine").flags("--no-stream").language(Language::Needs("--no-stream")),
        Row::read("logs", "prints logs").flags(DOCKER_LOGS),
        help("*"),
    ]),
    help("run|build|exec|start|stop|restart|rm|rmi|pull|push|tag|commit|cp|create|kill|load|save|login|logout|update|rename|wait|attach|import|export|pause|unpause"),
];

/// What would send a call elsewhere or take its words from a file.
const AWS_NEVER: Language = Language::Never(
    "--endpoint-url --ca-bundle --cli-input-json --cli-input-yaml --debug --no-verify-ssl --no-sign-request",
);

/// Verbs of `aws` by their first word; those that write a file or change something although they sound otherwise first.
const AWS_OPERATIONS: &[Row<'static>] = &[
    Row::write("get-object|get-object-torrent|get-job-output|get-snapshot-block|get-lex-export|get-export|get-sdk|get-media|get-clip|get-raster-data-collection|describe-input-device-thumbnail", "writes a file"),
    Row::write("get-instance-access*|get-login|get-federation-token|get-authorization-token|get-password-data", "hands out a token"),
    Row::read("get-secret-value|get-parameter|get-parameters|get-parameters-by-path|batch-get-secret-value|get-random-password|get-session-token", "prints a secret").flags("*").language(AWS_NEVER).marks(SECRET),
    Row::read("help|describe-*|list-*|head-*|batch-get-*|lookup-*|search-*|validate-template|simulate-principal-policy|get-parameter-history|get-access-point*|get-access-key-last-used|get-login-profile|get-server-certificate|get-ssh-public-key|get-service-last-accessed-details|get-credential-report|get-authorizer|get-authorizers|get-integration|get-integrations|get-deployment|get-deployments|get-deployment-group|get-deployment-config|get-method|get-domain-name|get-domain-names|get-usage-plan|get-usage-plans|get-base-path-mappings|get-models|get-rule|get-rule-group|get-ip-set|get-sampled-requests|get-compliance-*|get-discovered-resource-counts|get-resource-config-history|get-crawler|get-crawlers|get-connection|get-connections|get-partition|get-partitions|get-trigger|get-triggers|get-workflow|get-data-catalog|get-named-query|get-work-group|get-subscription-attributes|get-command-invocation|get-document|get-inventory|get-maintenance-window*|get-patch-baseline|get-automation-execution|get-application|get-change|get-health-check|get-health-check-status|get-public-key|get-insight-results|get-insights|get-detector|get-trail|get-event-selectors|get-object-lock-configuration|get-object-retention|get-object-legal-hold|get-reservation-*|get-savings-plans-*|get-dimension-values|get-tags|get-usage-forecast|get-anomalies|get-rightsizing-recommendation|get-ec2-*|get-enrollment-status|get-identity-policies|get-identity-verification-attributes|get-identity-dkim-attributes|get-identity-notification-attributes|get-identity-mail-from-domain-attributes|get-identity-pool-roles|get-send-quota|get-send-statistics|get-configuration-set|get-email-identity|get-function-concurrency|get-layer-version-policy|get-invalidation|get-cache-policy|get-origin-request-policy|get-response-headers-policy|get-commit|get-branch|get-repository|get-pull-request|get-differences|get-file|get-folder|get-registry-policy|get-image|get-image-pipeline|get-service|get-services|get-namespace|get-operation|get-aggregate-*|get-run|get-schema|get-schema-version|get-budget|get-metric-data|get-consolidated-report|get-role|get-role-policy|get-user|get-user-policy|get-group|get-policy|get-policy-version|get-function|get-function-configuration|get-function-url-config|get-bucket-*|get-object-attributes|get-object-acl|get-object-tagging|get-public-access-block|get-cost-*|get-metric-*|get-item|get-account-*|get-instance-*|get-rest-api|get-rest-apis|get-resource|get-resources|get-stage|get-stages|get-apis|get-dashboard|get-template|get-template-summary|get-hosted-zone|get-distribution|get-distribution-config|get-pipeline|get-pipeline-state|get-job|get-job-run|get-job-runs|get-jobs|get-table|get-tables|get-database|get-databases|get-query-execution|get-query-results|get-web-acl|get-key-policy|get-key-rotation-status|get-queue-attributes|get-queue-url|get-topic-attributes|get-event-source-mapping|get-alias|get-layer-version|get-repository-policy|get-lifecycle-policy|get-console-output|get-launch-template-data|get-instance-profile|get-open-id-connect-provider|get-saml-provider|get-findings|get-trail-status|get-log-events|get-execution-history|get-products|get-attribute-values|get-certificate|get-app|get-apps|get-backup-plan|get-backup-vault-access-policy|get-repository-endpoint|get-analyzer|get-finding|get-finding-v2|get-instances|get-service-quota|get-aws-default-service-quota|get-api|get-routes|get-route|get-vpc-links|get-gateway-responses|get-request-validators|get-documentation-parts|get-resource-policy|get-resource-policies|get-archive-rule|get-group-query|get-groups|get-user-pool-mfa-config|get-ui-customization|get-signing-certificate|get-origin-access-control|get-key-group|get-realtime-log-config|get-streaming-distribution|get-function-code-signing-config|get-function-event-invoke-config|get-layer-version-by-arn|get-provisioned-concurrency-config|get-runtime-management-config|get-function-recursion-config|get-sms-attributes|get-platform-application-attributes|get-endpoint-attributes|get-data-protection-policy|get-log-group-fields|get-delivery|get-ops-summary|get-ops-item|get-calendar-state|get-default-patch-baseline|get-service-setting|get-connection-status|get-security-configuration|get-security-configurations|get-classifiers|get-classifier|get-ml-transform|get-workflow-run|get-user-defined-functions|get-table-versions|get-table-version|get-partition-indexes|get-prepared-statement|get-table-metadata|get-query-runtime-statistics|get-lifecycle-policy-preview|get-registry-scanning-configuration|get-metric-widget-image|get-insight-rule-report|get-logging-configuration|get-permission-policy|get-regex-pattern-set|get-managed-rule-set|get-dnssec|get-geo-location|get-hosted-zone-count|get-hosted-zone-limit|get-health-check-count|get-traffic-policy|get-domain-detail|get-bot|get-members|get-usage-statistics|get-administrator-account|get-enabled-standards|get-workgroup|get-schedule|get-schedule-group|get-job-bookmark|get-sampling-rules|get-trace-summaries|get-service-graph|get-foundation-model|get-guardrail|get-agent|get-knowledge-base|get-data-source|get-merge-commit|get-repository-triggers|get-resource-shares|get-resource-share-associations|get-permission|get-environment|get-project|get-canary|get-canary-runs", "asks AWS").flags("*").language(AWS_NEVER),
    Row::read("*", "prints help").operands(Operands::OneOf("help")).language(Language::First("help")),
];

const GCLOUD_VERBS: &str = "list|describe|cat|get-iam-policy|get-ancestors-iam-policy|get-ancestors|read|list-*|ls|du|hash|log|get-serial-port-output|get-server-config|get-health|get-status|get-nat-mapping-info|search-all-resources|search-all-iam-policies";
/// Groups of groups and verbs.
const GCLOUD_GROUPS: &str = "compute|project-info|instances|projects|container|clusters|iam|service-accounts|functions|services|sql|storage|buckets|logging|logs|pubsub|topics|subscriptions|secrets|versions|dns|managed-zones|record-sets|networks|subnets|firewall-rules|regions|zones|images|disks|snapshots|addresses|forwarding-rules|backend-services|url-maps|health-checks|instance-groups|instance-templates|managed|machine-types|routers|vpn-tunnels|node-pools|operations|builds|triggers|artifacts|repositories|docker|packages|app|revisions|jobs|executions|organizations|folders|billing|accounts|bigtable|spanner|databases|redis|filestore|scheduler|tasks|queues|ai|models|endpoints|kms|keyrings|keys|roles|monitoring|dashboards|policies|source|repos|memcache|composer|environments|dataproc|dataflow|workflows|eventarc|objects|routes|target-pools|ssl-certificates|backups|users|components|asset|feeds|security-policies|interconnects|reservations|commitments|node-groups|sole-tenancy|target-https-proxies|target-http-proxies|connectors|domain-mappings|repositories-config|locations|settings|sinks|views|certificate-manager|certificates|maps|apis|gateways|channels|functions-v2|api-keys-config|releases|rollouts|targets|delivery-pipelines|tags|values|bindings|vpc-access|peerings|psc|service-attachments|workload-identity-pools|providers|recommender|recommendations|insights|quotas|info";
/// Groups that are verbs further down.
const GCLOUD_TOP: &str = "run|deploy";
const GCLOUD_NEVER: Language = Language::Never(
    "--flags-file --access-token-file --impersonate-service-account --log-http --trace-token --account --key-file \
     --credential-file-override --attestation-file --authorization-token-file --authority-selector --kubeconfig",
);
const GCLOUD_3: &[Row<'static>] =
    &[Row::read(GCLOUD_VERBS, "asks Google Cloud").flags("*").language(GCLOUD_NEVER), help_h("*")];
const GCLOUD_2: &[Row<'static>] = &[
    Row::read(GCLOUD_VERBS, "asks Google Cloud").flags("*").language(GCLOUD_NEVER),
    Row::read(GCLOUD_GROUPS, "asks Google Cloud").globals("--help -h").subcommands(GCLOUD_3),
    help_h("*"),
];
const GCLOUD_1: &[Row<'static>] = &[
    Row::read(GCLOUD_VERBS, "asks Google Cloud").flags("*").language(GCLOUD_NEVER),
    Row::read(GCLOUD_GROUPS, "asks Google Cloud").globals("--help -h").subcommands(GCLOUD_2),
    help_h("*"),
];

const AZ_VERBS: &str = "list|show|query|list-*|show-*|exists|get-instance-view|get-upgrades|get-versions";
const AZ_GROUPS: &str = "blob|container|account|secret|key|certificate|nic|vnet|subnet|nsg|rule|public-ip|lb|disk|image|usage|size|extension|nodepool|app|sp|user|group|assignment|definition|config|appsettings|deployment|slot|plan|metrics|activity-log|alert|repository|manifest|server|db|firewall-rule|log|logs|signed-in-user|pr|policy|runs|builds|work-item|boards|cosmosdb|sql|database|webapp|identity|federated-credential|registration|rest-api|workspace|table|queue|share|file|entity|topic|subscription|namespace|eventhub|gateway|connection|route-table|route|watcher|private-endpoint|dns|record-set|zone|a|cname|profile|endpoint|cdn|waf-policy|ip-config|private-dns|peering|revision|job|env|replica|addon|snapshot|access-policy|management-policy|certificate-profile|sku|locks|tags|slots|service-endpoint|variable-group|artifact|feed|wiki|team|project|hook|area|iteration|recommendation|service|alert|pool|task|kv|api|budget|invoice|period|hub|vault|item|recoverypoint|cluster|configuration";
/// Values that begin with `@` are read from files.
const AZ_NEVER: Language = Language::Never("--debug --output-folder --file --open --result-file --destination --dest");
const AZ_3: &[Row<'static>] = &[Row::read(AZ_VERBS, "asks Azure").flags("*").language(AZ_NEVER), help_h("*")];
const AZ_2B: &[Row<'static>] = &[
    Row::read(AZ_VERBS, "asks Azure").flags("*").language(AZ_NEVER),
    Row::read(AZ_GROUPS, "asks Azure").globals("--help -h").subcommands(AZ_3),
    help_h("*"),
];
const AZ_2: &[Row<'static>] = &[
    Row::read("secret|key|keys", "asks Azure").subcommands(&[
        Row::read("list|list-versions", "asks Azure").flags("*").language(AZ_NEVER),
        Row::read("show", "prints a secret").flags("*").language(AZ_NEVER).marks(SECRET),
    ]),
    Row::read(AZ_VERBS, "asks Azure").flags("*").language(AZ_NEVER),
    Row::read(AZ_GROUPS, "asks Azure").globals("--help -h").subcommands(AZ_2B),
    // Its own verb belongs to an extension.
    Row::read("log-analytics", "asks Azure").subcommands(&[Row::read("workspace", "asks Azure").subcommands(AZ_3)]),
    help_h("*"),
];

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("curl", "asks for an address that the line spells").flags("-s -S -f -L -k -i -I -v -G -4 -6 -A: -e: -m# -H: -X=GET|HEAD|get --request=GET|HEAD --get -o=/dev/null|- --output=/dev/null|- -w: --write-out: -r: --range: --silent --show-error --fail --fail-with-body --location --insecure --include --head --verbose --compressed --header: --user-agent: --referer: --max-time: --connect-timeout: --retry# --retry-delay# --max-redirs# --http1.1 --http2 --no-progress-meter -N --no-buffer --url-query: --version -V --help -h --ipv4 --ipv6 --path-as-is --globoff -g -q --disable")
        .operands(Operands::Prefix("http")).language(Language::Http).effects(&[Effect::HttpRead]).marks(NET)
        .examples(&["curl --version"], &["curl -s https://h/x", "curl -O https://h/x", "curl -d a=b https://h/x", "curl -s gopher://h/x", "curl -K f https://h/x", "curl -sw '%output{f}' https://h/x", "curl -H @f https://h/x"]),
    Row::read("wget", "asks for an address that the line spells").flags("-q -nv -S -v -O=-|/dev/null --output-document=-|/dev/null --spider --quiet --no-verbose --server-response --timeout# -T# --tries# -t# --header: --user-agent: -U: --no-check-certificate --max-redirect# --version --help -V -h").language(Language::Needs("-O --output-document --spider --version --help -V -h"))
        .operands(Operands::Prefix("http")).effects(&[Effect::HttpRead]).marks(NET)
        .examples(&["wget --version"], &["wget https://h/x", "wget -qO- https://h/x", "wget -O f https://h/x", "wget -e robots=off -O- https://h/x", "wget -i f -O-", "wget --post-file=f -O- https://h/x"]),
    Row::read("gh", "asks GitHub").flags(GH).globals("--version --help").marks(NET).subcommands(GH_SUBCOMMANDS)
        .examples(&["gh pr list --state open --limit 20 --json number,title", "gh pr view 1", "gh api repos/a/b/issues --paginate -q '.[].number'", "gh run view 1", "gh run watch 1", "gh --version", "gh api graphql -f query='query { viewer { login } }'", "gh pr diff 1", "gh pr -R a/b list", "gh pr --help", "gh pr create --help", "gh issue create -h", "gh gist view 1 -f a --raw", "gh gist create --help", "gh repo clone --help", "gh release create --help", "gh run rerun --help", "gh secret set --help", "gh project create --help", "gh alias set --help", "gh auth login --help", "gh completion -s bash", "gh reference"], &["gh issue -c view close 1", "gh repo -c view create --public", "gh pr merge 1", "gh pr create", "gh api -X POST repos/a/b", "gh api repos/a/b -f a=b", "gh pr view --web", "gh repo create x", "gh pr list -w", "gh api --input f repos/a", "gh issue list --search \"$(cat .env)\"", "gh api graphql -f query='mutation { x }'", "gh api --hostname h x", "gh api x -H 'X-HTTP-Method: DELETE'", "gh api x -H 'X-Method-Override: DELETE'", "gh pr merge 1 --help", "gh gist create -d --help", "gh foo --help", "gh extension exec x --help", "gh extension exec --help", "gh gist edit 1 -f a", "gh pr --help merge 1", "gh run rerun --job 1"]),
    Row::read("glab", "asks GitLab").flags(GH).globals("--version --help -h").marks(NET).subcommands(&[
        Row::read("api", "asks GitLab").flags("-X=GET|get --method=GET|get -f: -F: --field: --raw-field: --paginate -i --include --silent --output:").language(Language::GhApi),
        Row::read("mr|issue|ci|pipeline|repo|release|label|variable|snippet|schedule|cluster|project|milestone|runner", "asks GitLab").subcommands(&[
            Row::read("list|view|ls|show|status|diff|get|contributors|search", "asks GitLab").flags("--output: -F: -P# --page# --per-page# --all -c --comments").operands(Operands::Hosted),
        ]),
        Row::read("auth", "tells who is logged in").subcommands(&[Row::read("status", "tells who is logged in")]),
        Row::read("version|help", "tells the version").operands(Operands::Most(0)),
    ]).examples(&["glab mr list", "glab api projects/1/merge_requests", "glab mr view 1"], &["glab mr -d view merge", "glab mr merge 1", "glab mr view 1 --web", "glab api -X POST x", "glab api x -f a=b", "glab api --hostname h x", "glab repo view https://evil.com/a/b", "glab issue view -s https://evil.com/a/b/-/issues/1"]),
    Row::read("oc", "asks the cluster").flags(KUBE).globals("--version -n: --namespace: --context: --cluster: --request-timeout: --user: --help -h").marks(NET).subcommands(OC_SUBCOMMANDS)
        .examples(&["oc get pods", "oc describe pod x", "oc logs x", "oc top pod", "oc config view", "oc config use-context -h", "oc rollout status dc/x", "oc rollout undo -h", "oc auth can-i get pods", "oc cluster-info", "oc cluster-info dump", "oc wait --for=delete pod/x", "oc help get", "oc create -h", "oc create route --help", "oc apply -h", "oc plugin list", "oc status", "oc whoami --show-server", "oc project", "oc login --help"], &["oc project x", "oc login", "oc whoami -t", "oc rsh x", "oc new-app x", "oc delete pod x", "kubectl status", "kubectl whoami"]),
    Row::read("kubectl", "asks the cluster").flags(KUBE).globals("--version -n: --namespace: --context: --cluster: --request-timeout: --user: --help -h").marks(NET).subcommands(KUBECTL_SUBCOMMANDS)
        .examples(&["kubectl get pods -A", "kubectl logs x -c y --tail=100", "kubectl -n x get pods", "kubectl config view", "kubectl rollout history deploy x", "kubectl get svc,deploy -l app=x", "kubectl cluster-info --context x", "kubectl cluster-info", "kubectl cluster-info dump", "kubectl wait --for=condition=ready pod/x --timeout=30s", "kubectl help get", "kubectl completion bash", "kubectl create -h", "kubectl create deployment --help", "kubectl apply --help", "kubectl delete -h", "kubectl rollout restart --help", "kubectl config use-context -h"], &["kubectl -A events delete -l a=b", "kubectl -n \"$(cat .env)\" get pods", "kubectl apply -f x", "kubectl get --raw /api/v1/x/proxy", "kubectl delete pod x", "kubectl exec x -- ls", "kubectl --kubeconfig x get pods", "kubectl get pods --profile=cpu", "kubectl config set-context x", "kubectl cluster-info dump --output-directory=o", "kubectl --context=c delete pod y", "kubectl get pods $x", "kubectl wait x", "kubectl diff -f x", "kubectl foo --help", "kubectl create ns x", "kubectl create ns x --dry-run=client -o yaml", "kubectl create -f x", "kubectl run x --image=nginx", "kubectl run x --image=nginx --help", "kubectl apply -f x --help", "kubectl exec x --help", "kubectl create deploy x --help", "kubectl rollout restart deploy/x", "kubectl config use-context x"]),
    Row::read("helm", "asks the cluster").flags("--version -n: --namespace: -A --all-namespaces --kube-context: -o: --output: -a --all -l: --selector: -f: --filter: --max# -m# --short -q --help --revision# --version: --versions -r --debug --reverse -d").globals("-n: --namespace: --kube-context: --debug --help").marks(NET).subcommands(&[
        Row::read("list|ls|status|history|hist|version|env", "asks the cluster"),
        Row::read("show|inspect", "asks the cluster").subcommands(&[Row::read("all|values|chart|readme|crds", "asks the cluster").flags("--devel").operands(Operands::Without("://"))]),
        Row::read("get|search", "asks the cluster").subcommands(&[Row::read("all|values|manifest|notes|hooks|metadata|repo|hub|chart|readme|crds", "asks the cluster").flags("--devel --list-repo-url --max-col-width#")]),
        Row::read("repo|plugin|dependency|dep", "lists what is set up").subcommands(&[Row::read("list|ls", "lists what is set up"), help_h("add|remove|update|index|install|uninstall|build")]),
        Row::read("help", "prints help").operands(Operands::Most(0)),
        help_h("install|upgrade|uninstall|rollback|template|lint|package|pull|push|create|test|verify|registry|completion"),
    ]).examples(&["helm install --help", "helm help", "helm repo add --help", "helm list -A", "helm get values x", "helm search repo x", "helm show chart a/b"], &["helm show chart oci://h.example/x", "helm -d status package ./chart", "helm --version list install x ./chart", "helm install x y", "helm template x .", "helm pull x", "helm install x --help", "helm foo --help", "helm repo add x y", "helm --kubeconfig x list", "helm status x --post-renderer ./y"]),
    Row::read("docker|podman|nerdctl", "asks the engine").flags(DOCKER).globals("--version -v --help").marks(NET).subcommands(DOCKER_SUBCOMMANDS)
        .examples(&["docker search redis", "docker help run", "docker ps -q --filter name=x", "docker inspect -f '{{.State.Status}}' x", "docker container ls -a", "docker logs --tail 5 x", "docker logs -f x", "docker compose ps", "docker buildx ls", "docker buildx history ls", "podman ps", "docker run --help", "docker container --help", "docker network create --help", "docker container stats --no-stream", "docker stack config -c a.yml", "docker desktop status", "docker swarm ca", "docker swarm join-token worker", "docker stack services x", "docker swarm join --help", "docker buildx build --help", "docker buildx imagetools inspect nginx", "docker system prune --help", "docker system events --since 2m --until 1m", "podman system connection list", "docker compose up --help", "docker compose --ansi never config --services", "docker compose stats --no-stream", "podman image exists x"], &["docker -l info rm x", "docker container -v ls rm x", "docker compose -q config pull", "docker run x", "docker exec x ls", "docker rm x", "docker -H tcp://x ps", "docker --config x ps", "docker context use x", "docker compose up", "docker stats", "docker image prune", "docker cp x:/a .", "docker save -o f x", "docker inspect $(cat .env)", "docker buildx inspect --bootstrap x", "docker buildx history rm x", "docker buildx history import x", "docker run x --help", "docker run -a --help x", "docker exec c ls --help", "docker container run -l --help x", "docker compose run svc --help", "docker compose run -l --help svc", "docker foo --help", "docker container stats", "docker system events", "docker swarm leave", "docker swarm ca --rotate", "docker swarm join-token --rotate worker", "docker desktop start", "docker buildx imagetools create x", "docker container --help rm x", "docker system connection remove x", "podman volume import x y"]),
    Row::read("docker-compose|podman-compose", "asks the engine").flags("-f^ -p: --file^ --project-name: -q -a --services --format: --filter: --quiet --all --short --index#").globals("-f^ -p: --file^ --project-name: --profile: --version -v --help").marks(NET).trusts_folder().subcommands(&[
        Row::read("ps|images|top|port|version|config|ls", "asks the engine").flags("--volumes --profiles --images --hash:"),
        Row::read("logs", "prints logs").flags(DOCKER_LOGS),
        help("*"),
    ]).examples(&["docker-compose ps", "docker-compose up --help", "docker-compose --profile dev config"], &["docker-compose -f oci://h.example/x config", "docker-compose run svc --help", "docker-compose run --help svc", "docker-compose -q config pull", "docker-compose up -d", "docker-compose config -o f"]),
    Row::read("aws", "asks AWS").style(Style::Gnu).flags("--profile: --region: --output: --query: --no-cli-pager --no-paginate --color: --version --page-size# --max-items# --cli-read-timeout#").marks(NET).subcommands(&[
        Row::read("help", "prints help").operands(Operands::Most(0)),
        Row::read("sts", "asks AWS").subcommands(&[Row::read("get-caller-identity|get-access-key-info|decode-authorization-message", "asks AWS").flags("*").language(AWS_NEVER)]),
        Row::read("dynamodb", "asks AWS").subcommands(&[Row::read("query|scan|get-item|batch-get-item|describe-*|list-*", "asks AWS").flags("*").language(AWS_NEVER)]),
        Row::read("configure", "tells settings").subcommands(&[
            Row::read("list|list-profiles", "tells settings"),
            Row::read("get", "tells a setting").marks(SECRET),
        ]),
        Row::read("s3", "asks AWS").subcommands(&[
            Row::read("ls", "asks AWS").flags("--recursive --human-readable --summarize --request-payer"),
            Row::read("help", "prints help").operands(Operands::Most(0)),
            Row::read("*", "prints help").operands(Operands::OneOf("help")).language(Language::First("help")),
        ]),
        Row::read("logs", "asks AWS").subcommands(&[
            Row::read("describe-*|get-log-events|get-query-results|filter-log-events|list-*|get-log-record", "asks AWS").flags("*").language(AWS_NEVER),
            Row::read("tail", "prints logs").flags("--since: --format: --filter-pattern: ~--follow"),
        ]),
        Row::write("ssm-sessions|sso", "logs in or out"),
        Row::read("cloudfront", "asks AWS").subcommands(&[
            Row::write("get-function", "writes a file"),
            Row::read("list-*|describe-*|get-distribution|get-distribution-config|get-invalidation|get-cache-policy|get-origin-request-policy|get-response-headers-policy", "asks AWS").flags("*").language(AWS_NEVER),
        ]),
        Row::read("*", "asks AWS").subcommands(AWS_OPERATIONS),
    ]).examples(&["aws ec2 describe-instances --filters Name=a,Values=b", "aws s3 ls s3://b", "aws --profile p --region r ec2 describe-vpcs", "aws s3api head-object --bucket b --key k", "aws sts get-caller-identity", "aws cloudfront list-distributions", "aws s3 help", "aws s3 cp help", "aws ec2 run-instances help", "aws ec2 help"], &["aws s3 rm", "aws s3 rm s3://b/help", "aws s3 rm help s3://b/a", "aws ec2 terminate-instances", "aws ec2 terminate-instances --query help", "aws ec2 terminate-instances help --instance-ids i", "aws s3 cp a s3://b", "aws s3api get-object --bucket b --key k out", "aws ec2 create-tags", "aws --endpoint-url http://x ec2 describe-vpcs", "aws configure set a b", "aws cloudfront get-function --name x out", "aws redshift get-identity-center-auth-token", "aws s3 rm s3://b/a", "aws lambda invoke --function-name x o", "aws ec2 describe-instances --endpoint-url http://x", "aws timestream-query query --query-string x", "aws ec2 describe-instances --filters $(cat .env)", "aws ec2 describe-instances --cli-input-yaml file://x --endpoint-url=http://y"]),
    Row::read("gcloud", "asks Google Cloud").style(Style::Gnu).flags("--project: --format: --filter: --limit# --zone: --region: --verbosity: -q --quiet --sort-by: --version --help --uri --page-size# --configuration:").globals("--project: --format: --verbosity: -q --quiet --version --help --configuration:").marks(NET).subcommands(&[
        Row::read("config|auth", "tells settings").subcommands(&[
            Row::read("list|get-value|get", "tells settings"),
            Row::read("configurations", "tells settings").subcommands(&[Row::read("list|describe", "tells settings")]),
            Row::write("print-*", "prints a token"),
        ]),
        Row::read("info|version|help|topic", "tells about the client"),
        Row::read("container", "asks Google Cloud").globals("--help -h").subcommands(&[
            // Described, an image is asked of the host that its name begins with, with the person's token.
            Row::read("images", "asks Google Cloud").globals("--help -h").subcommands(&[
                Row::read("list|list-tags", "asks Google Cloud").flags("*").language(GCLOUD_NEVER),
                help_h("*"),
            ]),
            Row::read(GCLOUD_GROUPS, "asks Google Cloud").globals("--help -h").subcommands(GCLOUD_3),
            help_h("*"),
        ]),
        Row::read(GCLOUD_GROUPS, "asks Google Cloud").globals("--help -h").subcommands(GCLOUD_1),
        Row::read(GCLOUD_TOP, "asks Google Cloud").globals("--help -h").subcommands(&[
            Row::read(GCLOUD_GROUPS, "asks Google Cloud").globals("--help -h").subcommands(GCLOUD_2),
            help_h("deploy"),
        ]),
    ]).examples(&["gcloud config list", "gcloud projects list", "gcloud storage ls gs://b", "gcloud builds log x", "gcloud container images list-tags gcr.io/p/i", "gcloud container clusters list", "gcloud run services list", "gcloud run jobs executions list", "gcloud components list", "gcloud compute instances list --format=json", "gcloud compute instances describe x --zone z", "gcloud compute --help", "gcloud compute ssh --help", "gcloud compute instances create --help", "gcloud run deploy --help", "gcloud container node-pools update --help", "gcloud sql backups create --help", "gcloud compute instance-groups managed resize --help"], &["gcloud compute ssh x --help", "gcloud compute ssh --help x", "gcloud run deploy", "gcloud compute instances --help delete x", "gcloud compute instances delete x", "gcloud config set a b", "gcloud auth login", "gcloud compute ssh x", "gcloud compute instances delete list", "gcloud beta compute instances list -q", "gcloud container clusters get-credentials c", "gcloud container images describe h.example/x/y:1", "gcloud storage cp a gs://b", "gcloud run deploy list --image x", "gcloud functions deploy list --source .", "gcloud scheduler jobs run list", "gcloud workflows run list"]),
    // Its launcher takes modules of the folder it runs in for its own. A group of an extension that is not there makes it
    // fetch and install that when nobody can be asked.
    Row::read("az", "asks Azure").trusts_folder().style(Style::Gnu).flags("-o: --output: --query: --subscription: -g: --resource-group: -n: --name: --only-show-errors --help -h --version").globals("--version --help").marks(NET).subcommands(&[
        Row::read("version|find", "asks Azure"),
        Row::read("account|group|vm|aks|acr|webapp|functionapp|storage|network|monitor|ad|role|resource|provider|sql|cosmosdb|redis|keyvault|deployment|policy|disk|image|snapshot|vmss|container|containerapp|extension|cloud|feature|lock|tag|identity|eventhubs|servicebus|appservice|cognitiveservices|consumption|billing|advisor|security|batch|apim|search|staticwebapp|backup|dns|cdn|hdinsight|iot|maps|mysql|postgres|relay|signalr|sig|sshkey|ts|managedapp|appconfig", "asks Azure").globals("--help -h").subcommands(AZ_2),
    ]).examples(&["az group list", "az vm show -g g -n n", "az account show", "az webapp log show -n a -g g", "az network nsg rule list -g g --nsg-name n", "az monitor log-analytics workspace list", "az account list --output table", "az vm show --output=json -g g -n n", "az vm --help", "az vm create --help", "az vm -h", "az network vnet create -h", "az network vnet subnet create --help", "az storage blob upload -h", "az advisor recommendation list", "az search service list -g g"], &["az vm create", "az account show --output-folder d", "az account show --out x", "az vm create -n x", "az vm --help create", "az vm create -n --help", "az backup vault create", "az maps account keys renew -n x", "az appconfig kv delete -n c", "az group delete -n x", "az account set -s x", "az rest --method post --url x", "az login", "az aks get-credentials -n x", "az ad user show --id @.env", "az storage account keys renew -n x", "az graph query -q x", "az repos pr list", "az pipelines runs list", "az monitor app-insights query --app x", "az monitor log-analytics query -w x", "az boards work-item create", "az acr build list -r reg --image x", "az repos pr show --id 1 --open", "az storage blob query --container-name c --name n --query-expression x --result-file z"]),
    // It runs a command that the folder names to find its key.
    Row::read("tofu", "tells its version").style(Style::Words).flags("-version -help -v").trusts_folder().subcommands(&[
        Row::read("validate|version", "tells its version").flags("-json -no-color").operands(Operands::Most(0)),
        Row::read("fmt", "tells what formatting would change").options_first().flags("-check -recursive -no-color -write=false").language(Language::Needs("-check")),
    ]).examples(&["tofu version", "tofu fmt -check"], &["tofu output", "tofu show", "tofu state list", "tofu apply"]),
    Row::read("terraform", "tells about the state").style(Style::Words).flags("-version -help -v").marks(NET).trusts_folder().subcommands(&[
        Row::read("output", "tells about the state").flags("-json -raw -no-color").operands(Operands::Most(1)),
        // A repository can bring the programs that these run.
        Row::read("show", "tells about the state").flags("-json -no-color").operands(Operands::Most(1)).settings(PROVIDERS),
        Row::read("validate|graph", "tells about the state").flags("-json -no-color -type: -verbose").operands(Operands::Most(0)).settings(PROVIDERS),
        Row::read("version|providers", "tells about the state").flags("-json -no-color").operands(Operands::Most(0)),
        Row::read("state", "tells about the state").subcommands(&[
            Row::read("show", "tells about the state").flags("-no-color").settings(PROVIDERS),
            Row::read("list|pull", "tells about the state").flags("-id: -no-color"),
        ]),
        Row::read("workspace", "tells about the state").subcommands(&[Row::read("list|show", "tells about the state")]),
        Row::read("fmt", "tells what formatting would change").options_first().flags("-check -recursive -no-color -write=false").language(Language::Needs("-check")),
        helped("plan|apply|init|destroy|import|taint|untaint|refresh|login|logout|get|force-unlock|console|test|metadata|modules", "-help --help -h"),
    ]).examples(&["terraform plan -help", "terraform apply --help | head", "terraform output", "terraform show", "terraform state list", "terraform validate", "terraform fmt -check"], &["terraform apply", "terraform plan", "terraform fmt", "terraform -chdir=x show", "terraform state rm a", "terraform init", "terraform providers lock", "terraform apply -help x", "terraform apply -auto-approve -help", "terraform fmt -check x -write=true"]),
    Row::read("vault", "asks a store").flags("-version -format: -h -v").globals("-version -h -v").style(Style::Words).marks(NET).subcommands(&[
        Row::read("status|version", "asks a store"),
        Row::read("list", "asks a store").flags("-field: -format:").marks(SECRET),
        // Of another engine, to get is to make.
        Row::read("kv", "asks a store").subcommands(&[
            Row::read("get|list", "asks a store").flags("-field: -format: -version:").operands(Operands::Prefix("secret/ kv/")).marks(SECRET),
        ]),
        Row::read("secrets|auth|policy|token|audit", "asks a store").subcommands(&[
            Row::read("get|list|lookup|read", "asks a store").flags("-field: -format: -version: -mount: -detailed").marks(SECRET),
        ]),
    ]).examples(&["vault -v", "vault status", "vault kv get secret/a", "vault secrets list"], &["vault kv get database/creds/x", "vault kv get -mount=aws creds/x", "vault -format delete list x", "vault kv put a b=c", "vault write a b=c", "vault read database/creds/x", "vault status -address=http://x"]),
    Row::read("skaffold|kustomize|stern|terragrunt|helmfile|dagger|earthly|turso|railway|render|oci|ibmcloud|tkn|kn|kubeseal|sops|cosign|vcluster|tilt|telepresence", "tells its version").style(Style::Words).flags("-version -v -help -h").subcommands(VERSION_WORD)
        .examples(&["kustomize version", "stern --version"], &["packer build x", "kustomize build x", "terragrunt apply"]),
    Row::read("kubectx|kubens", "lists contexts").flags("-c --current --help -h -V --version").operands(Operands::Most(0)).marks(NET).examples(&["kubectx", "kubens -c"], &["kubectx x", "kubens -", "kubectx -d x", "kubectx a=b"]),
    Row::read("minikube|kind|k3d|eksctl", "tells about clusters").marks(NET).flags("--version --help -h -o: --output: -p: --profile: --region: --name: --cluster:").globals("--version --help -h -p: --profile:").subcommands(&[
        Row::read("version|status|ip", "tells about clusters").operands(Operands::Most(0)),
        Row::read("get", "tells about clusters").subcommands(&[Row::read("clusters|nodes|cluster|nodegroup|nodegroups|addons", "tells about clusters")]),
        Row::read("cluster|node|registry|profile|addons|service|image", "tells about clusters").subcommands(&[Row::read("list|ls", "tells about clusters"), help_h("*")]),
        Row::read("help", "prints help").operands(Operands::Most(0)),
        help_h("start|stop|delete|create|load|import|upgrade|pause|unpause|tunnel|dashboard|ssh|mount|cp"),
    ]).examples(&["minikube help", "minikube service list", "minikube start --help", "k3d cluster create --help", "minikube status", "kind get clusters", "k3d cluster list"], &["minikube start", "kind create cluster", "minikube ssh ls --help", "minikube kubectl --help", "minikube addons enable x", "kind delete cluster", "minikube profile x", "k3d cluster delete x", "kind export logs"]),
    Row::read("argocd", "asks the server").marks(NET).flags("--version --help -h -o: --output: -n: --namespace: --client --short -l: --selector: --project: -N: --app-namespace:").globals("--version --help -h").subcommands(&[
        Row::read("version", "tells its version").operands(Operands::Most(0)),
        Row::read("app|appset|cluster|proj|repo|account", "asks the server").globals("--help -h").subcommands(&[
            Row::read("list|get|history|resources|logs", "asks the server").flags("--tail# --since:"),
            help_h("create|sync|delete|set|rollback|patch|add|rm|diff|wait|manifests|edit"),
        ]),
    ]).examples(&["argocd app list", "argocd version --client", "argocd app sync --help"], &["argocd app sync x", "argocd app delete x", "argocd --server h app list", "argocd app sync x --help", "argocd foo --help"]),
    Row::read("gsutil", "asks Google Cloud").style(Style::Gnu).flags("-m -q").marks(NET).subcommands(&[
        Row::read("ls|du|stat|cat|hash|version|help", "asks Google Cloud").flags("-lLbdhrRaesc -p: -r:"),
        Row::read("acl|iam|cors|lifecycle|label|versioning|logging|defacl|web|notification|retention|ubla|pap", "asks Google Cloud").subcommands(&[Row::read("get|list", "asks Google Cloud")]),
    ]).examples(&["gsutil ls -l gs://b", "gsutil cat gs://b/o", "gsutil iam get gs://b"], &["gsutil cp a gs://b", "gsutil rm gs://b/o", "gsutil -o a=b ls", "gsutil iam set f gs://b", "gsutil rsync a b", "gsutil version -x f"]),
    Row::read("bq", "asks Google Cloud").flags("--format: --project_id: --dataset_id: -n# --max_results# -j -d -p --headless --quiet -q --schema -a --all --location:").marks(NET).subcommands(&[
        Row::read("ls|show|head|version|help", "asks Google Cloud"),
    ]).examples(&["bq ls", "bq show d.t", "bq head -n 5 d.t"], &["bq query 'delete from t'", "bq rm t", "bq mk d", "bq --flagfile=x ls", "bq --bigqueryrc=x ls"]),
    Row::read("heroku", "asks the platform").flags("--version -v --help -a: --app: --json -r: --remote: ~-t ~--tail -n# --num# -p: --ps: -s: --source: --all -A").marks(NET).subcommands(&[
        Row::read("apps|ps|releases|addons|domains|status|regions|stack|whoami|auth:whoami|info|apps:info|apps:list|pg:info|pg:backups|buildpacks|certs|access|members|orgs|teams|pipelines|labs|features|maintenance|logs|redis:info|releases:info|ps:type", "asks the platform").operands(Operands::Most(0)),
        Row::read("config", "prints the settings").operands(Operands::Most(0)).marks(SECRET),
        Row::read("help", "prints help").operands(Operands::Most(0)),
    ]).examples(&["heroku help", "heroku logs --tail", "heroku apps", "heroku logs -n 100 -a x", "heroku config"], &["heroku config:set a=b", "heroku run x", "heroku ps:scale web=1", "heroku restart", "heroku maintenance:on", "heroku maintenance on", "heroku ps restart", "heroku"]),
    Row::read("fly|flyctl", "asks the platform").flags("--version --help -h -a: --app: -j --json --no-tail -i: --instance: -r: --region: -c: --config: --all").globals("--version --help -h").marks(NET).subcommands(&[
        Row::read("status|info|version|releases|services", "asks the platform").operands(Operands::Most(0)),
        Row::read("logs", "prints logs").language(Language::Needs("--no-tail -n")).operands(Operands::Most(0)),
        Row::read("apps|app|machines|machine|m|volumes|volume|vol|secrets|ips|regions|checks|certs|orgs|config|scale|platform|image|postgres", "asks the platform").subcommands(&[Row::read("list|ls|show|regions|vm-sizes|status", "asks the platform").operands(Operands::Most(1))]),
        Row::read("help", "prints help").operands(Operands::Most(0)),
        help_h("deploy|launch|scale|ssh|proxy|restart|destroy|open|dashboard|docs"),
    ]).examples(&["fly help", "fly deploy --help", "fly status", "fly apps list", "fly logs --no-tail"], &["fly deploy", "fly secrets set a=b", "fly apps destroy x", "fly ssh console", "fly ssh console --help x", "fly scale count 2", "fly"]),
    // A first word that is no command of its own is a folder to deploy.
    Row::read("vercel", "asks the platform").flags("--version -v --help -h --json --scope: --prod --limit# --next#").globals("--version -v --help -h").marks(NET).trusts_folder().subcommands(&[
        Row::read("whoami|ls|list", "asks the platform").operands(Operands::Most(1)),
        Row::read("env|domains|dns|certs|projects|project|teams|alias", "asks the platform").subcommands(&[Row::read("ls|list", "asks the platform").operands(Operands::Most(1))]),
    ]).examples(&["vercel ls", "vercel env ls"], &["vercel", "vercel deploy", "vercel x", "vercel status", "vercel d1 list", "vercel env pull"]),
    Row::read("netlify", "asks the platform").flags("--version -v --help -h --json --scope: --prod --limit# --next#").globals("--version -v --help -h").marks(NET).trusts_folder().subcommands(&[
        Row::read("status|sites:list", "asks the platform").operands(Operands::Most(0)),
    ]).examples(&["netlify status"], &["netlify deploy", "netlify env:set a b"]),
    // A `.env` of the folder may say to which address it sends the person's token.
    Row::read("wrangler", "tells its version").flags("--version -v --help -h").operands(Operands::Most(0)).language(Language::Needs("--version -v --help -h")).examples(&["wrangler --version"], &["wrangler whoami", "wrangler d1 list", "wrangler deploy", "wrangler secret put x", "wrangler status"]),
    Row::read("doctl", "asks the platform").flags("--version --help -h -o: --output: --format: --no-header --project-ref: --region: --tag-name:").globals("--version --help -h -o: --output:").marks(NET).subcommands(&[
        Row::read("version|status", "asks the platform").operands(Operands::Most(0)),
        Row::read("projects|orgs|functions|secrets|branches|account|apps|databases|invoice|balance|monitoring", "asks the platform").subcommands(&[Row::read("list|ls|get|logs", "asks the platform")]),
        Row::read("compute|kubernetes|k8s|registry", "asks the platform").subcommands(&[
            Row::read("droplet|d|image|snapshot|volume|domain|firewall|load-balancer|region|size|ssh-key|cluster|node-pool|repository", "asks the platform").subcommands(&[Row::read("list|ls|get", "asks the platform")]),
        ]),
    ]).examples(&["doctl compute droplet list", "doctl account get"], &["supabase projects list", "doctl compute droplet create x", "doctl compute ssh x", "doctl kubernetes cluster kubeconfig save x"]),
    // The folder's own file says which server it asks for everything else.
    Row::read("pulumi", "tells its version").flags("--version --help -h").subcommands(&[Row::read("version", "tells its version").operands(Operands::Most(0))])
        .examples(&["pulumi version"], &["pulumi up", "pulumi stack ls", "pulumi whoami", "pulumi about"]),
];
