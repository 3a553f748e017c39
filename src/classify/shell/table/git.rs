//! `git`, by subcommand. Options of the programs that it starts (`--output`, `--ext-diff`, `--upload-pack`) are left
//! out of every list, and `-c` passes only settings that start nothing.

use crate::classify::shell::expand::Arg;
use crate::classify::shell::rule::{Language, Operands, Row, Style};
use crate::classify::shell::syntax::Place;
use crate::model::{Effect, Mark};

macro_rules! diff_flags {
    () => {
        "-p -u -s -U# -a -b -w -R -r -t -c -m -W -z -D -B? -M? -C? -l# -S: -G: -O: -I: -X? --patch --no-patch --unified# --raw \
         --patch-with-raw --patch-with-stat --minimal --patience --histogram --diff-algorithm: --anchored: --stat? --numstat \
         --shortstat --dirstat? --cumulative --summary --compact-summary --name-only --name-status --submodule? --color? \
         --no-color --color-moved? --no-color-moved --color-moved-ws: --word-diff? --word-diff-regex: --color-words? \
         --no-renames --rename-empty --no-rename-empty --check --full-index --binary --abbrev? --no-abbrev --break-rewrites? \
         --find-renames? --find-copies? --find-copies-harder --diff-filter: --pickaxe-all --pickaxe-regex --find-object: \
         --skip-to: --rotate-to: --relative? --no-relative --text --ignore-cr-at-eol --ignore-space-at-eol \
         --ignore-space-change --ignore-all-space --ignore-blank-lines --ignore-matching-lines: --inter-hunk-context# \
         --function-context --exit-code --quiet --no-ext-diff --no-textconv --ignore-submodules? --src-prefix: --dst-prefix: \
         --no-prefix --default-prefix --line-prefix: --ita-invisible-in-index --ws-error-highlight: --cached --staged --merge-base --cc \
         --combined-all-paths --indent-heuristic --no-indent-heuristic --no-index --stat-width# --stat-count# --stat-name-width# \
         --output-indicator-new: --output-indicator-old: --output-indicator-context: --base --ours --theirs"
    };
}

macro_rules! log_flags {
    () => {
        "--oneline --graph --no-graph --all --decorate? --no-decorate --decorate-refs: \
         --decorate-refs-exclude: --format: --pretty? --since: --after: --until: --before: --since-as-filter: --author: \
         --grep: --grep-reflog: --all-match --invert-grep --regexp-ignore-case --basic-regexp --extended-regexp \
         --fixed-strings --perl-regexp --merges --no-merges --first-parent --reverse --topo-order --date-order \
         --author-date-order --date: --follow --no-walk? --do-walk --skip# --max-count# --min-parents# --max-parents# \
         --no-min-parents --no-max-parents --branches? --tags? --remotes? --glob: --exclude: --source --left-right --cherry-pick \
         --cherry-mark --cherry --left-only --right-only --boundary --simplify-by-decoration --simplify-merges --full-history \
         --dense --sparse --ancestry-path? --show-pulls --abbrev-commit --no-abbrev-commit --relative-date --parents --children \
         --walk-reflogs --notes? --show-notes? --no-notes --log-size --encoding: --mailmap --use-mailmap --no-mailmap --clear-decorations \
         --diff-merges=off|none|on|first-parent|1|separate|m|combined|c|dense-combined|cc --no-diff-merges --reflog --stdin --not --end-of-options --expand-tabs? --no-expand-tabs \
         --full-diff --ignore-missing --count --timestamp --header --objects --disk-usage? --no-commit-header --alternate-refs \
         --exclude-first-parent-only --merge --bisect --unpacked --use-bitmap-index"
    };
}

const LOG: &str = concat!("-h --help -L: -# -n# -i -E -F -P -g --committer: ", diff_flags!(), " ", log_flags!());

/// Options of `git log` that compare no contents, which filters and drivers of the repository could be run for.
const LOG_OVERRIDDEN: &str = "-n --oneline --graph --stat --shortstat --numstat --name-only --name-status --summary --all --decorate \
    --no-decorate --format --pretty --since --after --until --before --author --committer --grep --merges --no-merges --first-parent \
    --reverse --topo-order --date-order --date --follow --skip --max-count --branches --tags --remotes --abbrev-commit --no-color \
    --color --left-right --full-history --simplify-by-decoration --diff-filter --count --max-parents --min-parents --objects -i \
    --no-patch -s --numbered --email -e --abbrev --no-ext-diff --no-textconv";

/// Variables that put out of force whatever a repository's configuration could run for those subcommands: the file system
/// monitor, hooks, signature checks, pagers, editors, and what a partial clone fetches.
pub(crate) const OVERRIDES: &[(&str, &str)] = &[
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_PAGER", "cat"),
    ("GIT_EDITOR", "false"),
    ("GIT_CONFIG_COUNT", "6"),
    ("GIT_CONFIG_KEY_0", "core.fsmonitor"),
    ("GIT_CONFIG_VALUE_0", "false"),
    ("GIT_CONFIG_KEY_1", "core.hooksPath"),
    ("GIT_CONFIG_VALUE_1", "/dev/null"),
    ("GIT_CONFIG_KEY_2", "gpg.program"),
    ("GIT_CONFIG_VALUE_2", "false"),
    ("GIT_CONFIG_KEY_3", "gpg.openpgp.program"),
    ("GIT_CONFIG_VALUE_3", "false"),
    ("GIT_CONFIG_KEY_4", "gpg.ssh.program"),
    ("GIT_CONFIG_VALUE_4", "false"),
    ("GIT_CONFIG_KEY_5", "log.showSignature"),
    ("GIT_CONFIG_VALUE_5", "false"),
];

/// Before version 2.20 `-l` of `branch` made a log for the one that it made.
const LISTING_BRANCHES: &str = "--list --contains --no-contains --merged --no-merged --points-at";
const LISTING: &str = "--list -l -n --contains --no-contains --merged --no-merged --points-at";

/// What is built in prints its usage for `-h` and its manual page for `--help`, whatever else it does; no alias can take its name.
const fn usage(names: &'static str) -> Row<'static> {
    asks(&Row::read(names, "tells how it is called"))
}

/// The same of a row that has another reason.
const fn asks(row: &Row<'static>) -> Row<'static> {
    row.flags("-h --help").operands(Operands::Most(0)).language(Language::Needs("-h --help"))
}

const SUBCOMMANDS: &[Row<'static>] = &[
    Row::read("status", "shows the state of the work tree").flags("-h --help -s -b -v -z -u? -M? --short --branch --show-stash --porcelain? --long --verbose --untracked-files? --ignore-submodules? --ignored? --column? --no-column --ahead-behind --no-ahead-behind --renames --no-renames --find-renames?"),
    Row::read("diff|diff-tree|diff-index|diff-files|range-diff", "shows changes").flags(concat!("-h --help ", diff_flags!(), " -# -q -v --root --stdin --no-commit-id --always --pretty? --format: --creation-factor# --left-only --right-only --no-notes --notes? --oneline --no-dual-color --first-parent")).language(Language::Unsigned),
    Row::read("log", "shows history").flags(concat!("-h --help -q --quiet -L: -# -n# -i -E -F -P -g --committer: ", diff_flags!(), " ", log_flags!(), " -e --email --numbered --group:")).language(Language::Unsigned).overridden(LOG_OVERRIDDEN),
    Row::read("rev-list", "shows history").flags(concat!("-h --help -# -n# -i -E -F -P -g --committer: ", diff_flags!(), " ", log_flags!(), " -e --email --numbered --group:")).language(Language::Unsigned).overridden(LOG_OVERRIDDEN),
    Row::read("show|whatchanged", "shows history").flags(concat!("-h --help -q --quiet -L: -# -n# -i -E -F -P -g --committer: ", diff_flags!(), " ", log_flags!(), " -e --email --numbered --group:")).language(Language::Unsigned),
    Row::read("shortlog", "shows history").flags(concat!("-h --help -nes -# -n# -i -E -F -P -g ", diff_flags!(), " ", log_flags!(), " --email --numbered --summary --group: --committer")).language(Language::Unsigned)
        .examples(&["git shortlog -sn", "git shortlog -sne --all", "git log --format=%h"], &["git shortlog --output=x", "git log --format=%G?", "git show --pretty='%GK %h'"]),
    Row::read("reflog", "shows the history of a reference").flags(LOG).language(Language::Unsigned).alone().subcommands(&[
        Row::read("show|HEAD|HEAD@*", "shows the history of a reference").flags(LOG).language(Language::Unsigned),
        Row::read("list|exists", "tells about references").flags("-h --help"),
    ]),
    Row::read("blame|annotate", "shows who wrote a line").flags("-h --help --contents^ -L: -l -t -s -e -w -p -c -b -f -n -M? -C? -S: --root --show-stats --porcelain --line-porcelain --incremental --encoding: --date: --first-parent --reverse --show-name --show-number --show-email --ignore-rev: --ignore-revs-file: --color-lines --color-by-age --abbrev# --no-progress --since: --minimal"),
    Row::read("branch", "lists branches").flags("-h --help -l -a -r -v -i -q --all --remotes --list --verbose --show-current --contains --no-contains --merged --no-merged --points-at --sort: --format: --column? --no-column --color? --no-color --abbrev? --no-abbrev --ignore-case --omit-empty").overridden("*").operands(Operands::MostUnless(0, LISTING_BRANCHES)).language(Language::Unsigned),
    Row::read("tag", "lists tags").flags("-h --help -l -n? -i --list --contains --no-contains --merged --no-merged --points-at --sort: --format: --column? --no-column --color? --ignore-case --omit-empty").overridden("*").operands(Operands::MostUnless(0, LISTING)).language(Language::Unsigned)
        .examples(&["git tag -l --format='%(refname)'", "git tag -n3 v1.0"], &["git tag --format='%(signature)'"]),
    Row::read("remote", "lists remotes").flags("-h --help -v --verbose").alone().subcommands(&[
        Row::read("get-url", "tells the address of a remote").flags("-h --help --push --all *").overridden("*"),
        Row::read("show", "asks a remote").flags("-h --help -n").operands(Operands::OneOf("origin upstream"))
            .marks(&[Mark::Network]),
        Row::read("prune", "tells what it would forget").flags("-h --help -n --dry-run").operands(Operands::OneOf("origin upstream"))
            .language(Language::Needs("-h --help -n --dry-run")).marks(&[Mark::Network])
            .examples(&["git remote prune origin --dry-run"], &["git remote prune origin", "git remote prune -n ext::x"]),
        usage("add|rename|rm|remove|set-head|set-branches|set-url|update"),
    ]).examples(&["git remote -h", "git remote add -h"], &["git remote add a b", "git remote update", "git remote rm origin", "git remote set-url origin x"]),
    Row::read("ls-remote", "asks a remote for its references").flags("-h --help -t -q --heads --branches --tags --refs --quiet --exit-code --get-url --sort: --symref").language(Language::Unsigned).operands(Operands::First("origin upstream")).marks(&[Mark::Network]),
    Row::read("config", "tells a setting").options_first().flags("-h --help -l -z --get --get-all --get-regexp --get-urlmatch --get-color --get-colorbool --list --global --local --system --worktree --show-origin --show-scope --name-only --null --type: --bool --int --path --default: -f: --file: --blob: --includes --no-includes --fixed-value --bool-or-int --expiry-date --all --regexp --show-names --url: --value:").overridden("*").operands(Operands::Dotted("--get --get-all --get-regexp --get-urlmatch --list -l --get-color --get-colorbool"))
        .examples(&["git config list", "git config get user.name", "git config user.name"], &["git config get a b c d", "git config set a.b c", "git config a.b c", "git config unset a.b", "git config list x"]),
    Row::read("rev-parse", "resolves a name").flags("-h --help -q -# --verify --short? --abbrev-ref? --symbolic --symbolic-full-name --show-toplevel --show-prefix --show-cdup --show-superproject-working-tree --git-dir --absolute-git-dir --git-common-dir --git-path: --is-inside-work-tree --is-inside-git-dir --is-bare-repository --is-shallow-repository --show-object-format? --show-ref-format --all --branches? --tags? --remotes? --quiet --not --default: --since: --until: --path-format: --revs-only --no-revs --flags --no-flags --sq --local-env-vars --end-of-options --shared-index-path --glob: --exclude: --disambiguate:").overridden("*"),
    Row::read("ls-files", "lists files").flags("-h --help -c -d -m -o -i -s -k -u -z -t -v -f -x: -X: -r -l -n --cached --deleted --modified --others --ignored --stage --killed --unmerged --directory --no-empty-directory --exclude: --exclude-from: --exclude-standard --exclude-per-directory: --error-unmatch --with-tree: --full-name --recurse-submodules --abbrev? --debug --deduplicate --eol --sparse --format: --name-only --name-status --object-only --full-tree --long"),
    Row::read("ls-tree", "lists files").flags("-h --help -c -d -m -o -i -s -k -u -z -t -v -f -x: -X: -r -l -n --cached --deleted --modified --others --ignored --stage --killed --unmerged --directory --no-empty-directory --exclude: --exclude-from: --exclude-standard --exclude-per-directory: --error-unmatch --with-tree: --full-name --recurse-submodules --abbrev? --debug --deduplicate --eol --sparse --format: --name-only --name-status --object-only --full-tree --long").overridden("*"),
    Row::read("symbolic-ref", "resolves a reference").flags("-h --help -q --quiet --short --no-recurse").overridden("*").operands(Operands::Most(1)),
    Row::read("cat-file", "prints an object").flags("-h --help -p -t -s -e -z -Z --batch? --batch-check? --batch-all-objects --buffer --unordered --follow-symlinks --allow-unknown-type --use-mailmap").overridden("*"),
    Row::read("stash", "shows what is stashed").globals("-h --help").subcommands(&[
        Row::read("list", "lists what is stashed").flags(LOG).language(Language::Unsigned),
        Row::read("show", "shows what is stashed").flags(concat!("-h --help ", diff_flags!(), " --include-untracked --only-untracked")).language(Language::Unsigned),
        // `create` and `store` take any word for a message or a commit.
        usage("push|pop|apply|drop|clear|branch"),
    ]).examples(&["git stash -h", "git stash push -h", "git stash show -p stash@{0}"], &["git stash", "git stash -q", "git stash pop", "git stash create -h", "git stash push -h x"]),
    Row::read("for-each-ref", "tells about references").flags("-h --help --sort: --format: --count# --points-at: --merged? --no-merged? --contains? --no-contains? --ignore-case --omit-empty --shell --color? --exclude:").overridden("*").language(Language::Unsigned)
        .examples(&["git for-each-ref --format='%(refname)' refs/heads"], &["git for-each-ref --format='%(signature:key)'", "git for-each-ref --format='%(*signature:grade)'", "git branch --sort=signature", "git stash list --format=%GG", "git diff-tree -s --format='%+G?' HEAD"]),
    Row::read("show-ref|show-branch|name-rev|describe|merge-base|cherry|count-objects|var|verify-pack|check-ref-format", "tells about references and objects").flags("-h --help -# -d -s -v -H -a -l -q --sort: --format: --count# --points-at: --merged: --no-merged: --contains: --no-contains: --ignore-case --omit-empty --shell --color? --heads --branches --tags --hash? --verify --dereference --exists --head --abbrev? --all --refs: --name-only --always --exact-match --long --match: --exclude: --candidates# --first-parent --dirty? --broken? --contains --is-ancestor --fork-point --octopus --independent --verbose --human-readable --list --topo-order --sha1-name --branch --exclude-existing? --stat-only --quiet").language(Language::Unsigned),
    Row::read("grep", "prints lines that match").flags("--help -# -a -I -i -w -v -h -H -E -G -F -P -n -l -L -c -o -p -q -W -z -r -e: -f: -A# -B# -C# -m# --text --ignore-case --word-regexp --invert-match --full-name --extended-regexp --basic-regexp --perl-regexp --fixed-strings --line-number --column --files-with-matches --name-only --files-without-match --count --color? --no-color --break --heading --show-function --context# --after-context# --before-context# --function-context --and --or --not --all-match --quiet --cached --no-index --untracked --no-exclude-standard --exclude-standard --recurse-submodules --max-depth# --threads# --no-textconv --null --only-matching --max-count# --recursive"),
    Row::read("hash-object", "computes a name").flags("-h --help -t: --stdin --no-filters --literally --stdin-paths --path:"),
    Row::read("apply", "describes a patch").flags("-h --help -p# -R --stat --numstat --summary --check --cached --index -v -z --verbose --reverse --recount --unidiff-zero --include: --exclude: --directory: -C# --ignore-whitespace --ignore-space-change --whitespace:").language(Language::Needs("-h --help --stat --numstat --summary --check")),
    Row::read("check-mailmap", "tells about a path").flags("-h --help -a -v -n -z -q --all --cached --stdin --verbose --non-matching --no-index --quiet --source:").examples(&["git check-mailmap a@b.c"], &[]),
    Row::read("check-attr|check-ignore", "tells about a path").flags("-h --help -a -v -n -z -q --all --cached --stdin --verbose --non-matching --no-index --quiet --source: *"),
    // The files of a commit can ask for signatures: an attribute has `$Format:%G?$` expanded.
    Row::read("archive", "lists the formats of archives").flags("-h --help -l --list").operands(Operands::Most(0)).language(Language::Needs("-h --help -l --list"))
        .examples(&["git archive --list"], &["git archive HEAD", "git archive --worktree-attributes HEAD", "git archive --format=tar HEAD | tar t"]),
    Row::read("replace", "lists what stands for other objects").flags("-h --help -l --list --format=short|medium|long").language(Language::Needs("-h --help -l --list"))
        .examples(&["git replace -l", "git replace --list --format=long"], &["git replace a b", "git replace -d a", "git replace --edit a -l", "git replace"]),
    Row::read("submodule|notes", "tells about the repository").alone().subcommands(&[
        Row::read("list|status|show|get-ref", "tells about the repository").flags("-h --help --recursive --cached --quiet"),
    ]).globals("-h --help").examples(&["git submodule", "git submodule -h", "git submodule status --recursive", "git notes show HEAD", "git notes get-ref"], &["git submodule update", "git submodule foreach ls", "git notes add -m x"]),
    // What else it is asked adds settings to the repository.
    Row::read("lfs", "tells its version").subcommands(&[Row::read("version", "tells its version").operands(Operands::Most(0))]).examples(&["git lfs version"], &["git lfs ls-files", "git lfs status", "git lfs env", "git lfs pull"]),
    Row::read("bisect", "tells about a search").globals("-h --help").subcommands(&[Row::read("log", "tells what was tried")])
        .examples(&["git bisect log", "git bisect -h"], &["git bisect start", "git bisect start -h", "git bisect list", "git bisect show", "git bisect view", "git bisect good"]),
    Row::read("worktree|sparse-checkout|bundle|commit-graph|multi-pack-index", "tells about the repository").subcommands(&[
        Row::read("list|status|log|show|verify|ls-files|env|list-heads|version", "tells about the repository").flags("-h --help -v -z --porcelain --verbose --recursive --cached --quiet --expire: --long --size --all"),
    ]).globals("-h --help").examples(&["git worktree list", "git worktree -h"], &["git worktree add x", "git sparse-checkout disable"]),
    Row::read("version", "tells the version").flags("-h --help --build-options"),
    Row::read("help", "prints help").flags("-h --help -a -g -c -m --all --guides --config --no-verbose --man").operands(Operands::Titles).examples(&["git help log", "git help -a"], &["git help -w log", "git help gitx/a.1", "git log --help -w"]),
    Row::read("interpret-trailers", "prints trailers").flags("-h --help --parse --only-trailers --only-input --unfold --no-divider").language(Language::Needs("-h --help --parse")),
    Row::read("patch-id|column|stripspace", "prints what it computes").flags("-h --help --stable --unstable --verbatim --mode: --name-only --strip-comments -s -z --messages --no-messages --allow-unrelated-histories").examples(&["git stripspace < a"], &["git column --width=x"]),
    Row::read("fsck", "checks objects").flags("-h --help --connectivity-only --no-dangling --no-progress --full --strict --unreachable --verbose --no-reflogs --root --tags --cache"),
    // Without patches on the output it writes a file for each commit.
    Row::read("format-patch", "prints commits as patches").flags("-h --help -# -n -N -k -s -U# -M? -C? -B? -l# -a --stdout --numbered --no-numbered --keep-subject --signoff? --cover-letter --no-cover-letter --start-number# --subject-prefix: --rfc --no-signature --no-stat --stat? --no-attach --no-thread --zero-commit --root --base: --unified# --find-renames? --no-renames --no-binary --no-notes --max-count# --full-index --no-color --ignore-if-in-upstream").language(Language::Needs("-h --help --stdout"))
        .examples(&["git format-patch --stdout HEAD~1", "git format-patch -1 --stdout HEAD | head", "git format-patch -h"], &["git format-patch HEAD~1", "git format-patch --stdout --output=f HEAD~1", "git format-patch -o d HEAD~1", "git format-patch --stdout --signature-file=f HEAD~1"]),
    Row::read("difftool|mergetool", "lists the tools that it knows").flags("-h --help --tool-help").operands(Operands::Most(0)).language(Language::Needs("-h --help --tool-help"))
        .examples(&["git difftool --tool-help", "git mergetool --tool-help"], &["git difftool", "git mergetool", "git difftool --tool-help x", "git difftool -x ./x"]),
    usage("bugreport|commit-tree|credential|fast-export|fmt-merge-msg|index-pack|maintenance|merge-file|merge-tree|mktag|mktree|pack-objects|pack-refs|prune-packed|read-tree|repack|rerere|stage|unpack-objects|update-server-info|verify-commit|verify-tag|write-tree")
        .examples(&["git maintenance -h", "git credential --help"], &["git maintenance run", "git maintenance run -h x", "git repack -h -a", "git credential fill", "git x -h", "git send-email -h"]),
    asks(&Row::write("push", "sends to another repository").effects(&[Effect::NetworkWrite]).marks(&[Mark::Destructive]))
        .examples(&["git push -h"], &["git push", "git push -h origin", "git push --dry-run"]),
    Row::write("clean", "throws files away").marks(&[Mark::Destructive]).flags("-h --help -n -d -x -X -q -e: --dry-run --quiet --exclude:").language(Language::Needs("-h --help -n --dry-run"))
        .examples(&["git clean -n", "git clean -ndx src", "git clean --dry-run -d"], &["git clean -fd", "git clean -nid", "git clean -n -i", "git clean -nf", "git clean", "git clean -e -n -f"]),
    asks(&Row::write("reset|gc|prune", "throws work or objects away").marks(&[Mark::Destructive]))
        .examples(&["git reset -h", "git gc --help"], &["git reset --hard", "git gc", "git reset -h HEAD"]),
    Row::write("filter-branch", "throws work or objects away").marks(&[Mark::Destructive]),
    // Only the index is refreshed. What `rm -n` does not delete it may move: the folder of a module's repository.
    Row::write("add", "changes the repository or the work tree").flags("-h --help -n -v -A -u -f --dry-run --verbose --all --no-all --update --force --ignore-missing --ignore-errors").language(Language::Needs("-h --help -n --dry-run"))
        .examples(&["git add -n .", "git add --dry-run -A", "git add -h"], &["git add .", "git add -A", "git add -np .", "git add -n --chmod=+x a", "git add -e -n", "git add -n $x"]),
    Row::write("mv", "changes the repository or the work tree").flags("-h --help -n -v -k -f --dry-run --verbose --force").language(Language::Needs("-h --help -n --dry-run"))
        .examples(&["git mv -n a b"], &["git mv a b", "git mv -k a b", "git mv a b -- -n"]),
    Row::write("commit", "changes the repository or the work tree").flags("-h --help").operands(Operands::Most(0)).language(Language::Needs("-h --help"))
        .examples(&["git commit -h"], &["git commit", "git commit --dry-run", "git commit -v", "git commit -a --dry-run", "git commit --dry-run a", "git commit -m x", "git commit --dry-run --no-dry-run", "git commit --dry-run -m x"]),
    asks(&Row::write("am|checkout|cherry-pick|clone|fetch|init|merge|pull|rebase|restore|revert|rm|switch|update-index|update-ref", "changes the repository or the work tree"))
        .examples(&["git rebase -h", "git checkout --help"], &["git checkout x", "git rebase -h main", "git pull", "git checkout -h -- a", "git fetch --dry-run", "git rm -n a"]),
];

/// Where a word stands beside `--help` behind a subcommand: `git log --help -w` is `git help log -w`, which opens a browser.
pub(in crate::classify::shell) fn beside_help(path: &str, args: &[Arg<'_>]) -> Option<Place> {
    let asked = path.starts_with("git ") && args.iter().any(|arg| arg.exact() == Some("--help"));
    args.iter().find(|arg| asked && arg.exact() != Some("--help")).map(|arg| arg.span)
}

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("git", "reads the repository")
        .style(Style::Posix)
        .flags("-P -C=. --git-dir=.git --no-pager --no-optional-locks --literal-pathspecs --glob-pathspecs --noglob-pathspecs --icase-pathspecs --no-replace-objects --no-lazy-fetch --no-advice --version -v --html-path --man-path --info-path --exec-path --help -c=color.ui=never|color.ui=false|core.pager=cat|core.pager=|core.quotepath=off|core.quotepath=false|core.quotePath=off|core.quotePath=false|core.fsmonitor=false|log.showSignature=false|diff.renames=true|diff.external=|color.ui=always|advice.detachedHead=false|pager.log=false|pager.diff=false|log.decorate=short|log.decorate=false|diff.noprefix=true|diff.noprefix=false|color.status=never|color.diff=never|core.abbrev=40|column.ui=never")
        .trusts_repository()
        .subcommands(SUBCOMMANDS)
        .examples(
            &["git status --short", "git log --oneline --graph --all -20", "git diff HEAD~1 -- a", "git show HEAD:a", "git branch -r", "git branch --merged main", "git tag -l 'v*'", "git config user.name", "git stash list", "git remote -v", "git --no-pager log -1", "git -c color.ui=never diff", "git rev-parse HEAD", "git ls-files '*.rs'", "git grep -n x", "git diff $(git merge-base main HEAD)", "git apply --stat p", "git ls-remote origin", "git reflog -5", "git --version", "git log -S x --oneline"],
            &["git", "git commit -m x", "git log --output=x", "git log --outp\\ut=x", "git -c core.fsmonitor=./x status", "git -C x status", "git --git-dir=x status", "git branch x", "git branch -d x", "git tag v1", "git config a b", "git config edit", "git config --get-color x.y --add", "git stash", "git remote add a b", "git grep -Ox y", "git diff --ext-diff", "git ls-remote --upload-pack=./x origin", "git ls-remote ext::x", "git remote show ext::x", "git symbolic-ref HEAD x", "git -p log", "git status $x", "git log -1 \"$b\"", "git archive -o x HEAD", "git hash-object -w a", "git reflog expire --all", "git apply p", "git bisect run x", "git push", "git difftool -x ./x", "git range-diff --output=o a b", "git shortlog --output=x"],
        ),
];
