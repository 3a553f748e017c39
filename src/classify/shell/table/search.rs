//! Searching in files and for files.

use crate::classify::shell::rule::{Language, Operands, Row};

const RG: &str = "-# -aceFhHiIlLnNopPqsSuUvwxz0 -A# -B# -C# -d# -e: -f: -g: -j# -m# -M# -r: -t: -T: -E: -. -1 \
    --after-context# --before-context# --context# --regexp: --file: --glob: --iglob: --threads# --max-count# --max-columns# \
    --max-columns-preview --max-depth# --maxdepth# --replace: --type: --type-not: --type-list --type-add: --encoding: --color: \
    --colors: --column --no-column --count --count-matches --files --files-with-matches --files-without-match --fixed-strings \
    --follow --hidden --no-hidden --ignore-case --invert-match --json --line-number --no-line-number --line-regexp --multiline \
    --multiline-dotall --no-config --no-heading --heading --no-ignore --no-ignore-vcs --no-ignore-parent --no-ignore-global \
    --no-ignore-dot --no-ignore-files --ignore-file: --no-messages --null --null-data --one-file-system --only-matching \
    --passthru --passthrough --line-buffered --block-buffered --sort-files --no-stats --no-context-separator --pcre2 --pretty --quiet --sort: --sortr: --smart-case --case-sensitive --stats --text --trim --unrestricted \
    --vimgrep --with-filename --no-filename --word-regexp --crlf --engine: --auto-hybrid-regex --glob-case-insensitive \
    --include-zero --path-separator: --context-separator: --field-match-separator: --field-context-separator: --binary --debug \
    --dfa-size-limit: --regex-size-limit: --mmap --no-mmap --no-pcre2-unicode --no-unicode --byte-offset -b --max-filesize: \
    --require-git --no-require-git --search-zip --version -V --help --stop-on-nonmatch --generate: --hyperlink-format: --pcre2-version";

/// What `ugrep`, which may stand in the place of `grep`, runs, writes or opens.
const UGREP: &str = "--filter --pager --view --config --save-config --format-open --query ---";

const FD: &str = "-HIusiagFplLq0h -1 -# -e: -t: -d: -E: -S: -o: -c: -j# --hidden --no-ignore --no-ignore-vcs --unrestricted \
    --case-sensitive --ignore-case --glob --regex --fixed-strings --absolute-path --list-details --follow --full-path --print0 \
    --max-depth# --min-depth# --exact-depth# --maxdepth# --exclude: --type: --extension: --size: --changed-within: \
    --changed-before: --owner: --color: --threads# --max-results# --quiet --base-directory: --path-separator: --search-path: \
    --strip-cwd-prefix? --one-file-system --prune --show-errors --max-buffer-time: --and: --version --help --no-require-git \
    --relative-path --format: -V";

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("grep|egrep|fgrep|rgrep", "prints lines that match").flags("*").language(Language::Except(UGREP))
        .examples(&["grep -rn TODO src", "grep -c x *", "ls | xargs grep x"], &["grep x a > b", "grep --filter='*:touch z' x a", "grep --save-config x", "grep --pager=./x y a", "grep ---x y a"]),
    Row::read("rg", "prints lines that match").flags(RG)
        .examples(&["rg -n 'fn ' --glob '*.rs'", "rg --files -g '*.md'", "rg -c hello a", "rg -i x a -C 2"], &["rg --pre ./x y a", "rg --pr\\e=./x y a", "rg x $x", "rg --hostname-bin ./x y", "rg $x"]),
    Row::read("ag|ack|pt", "prints lines that match").flags("-ilwvnqhHclLQsSfrRuaUtg -A# -B# -C# -m# -G: -g: --nogroup --nocolor --column --hidden --ignore: --ignore-dir: --depth# --files-with-matches --noheading --rust --python --js --type: --version --help --no-filename --count --literal --word-regexp --smart-case --ignore-case -1")
        .examples(&["ag -l x src"], &["ack --pager=./x y", "ag --pager ./x y"]),
    Row::read("ugrep", "prints lines that match").flags("-# -rRnilLcowvEFGPhHqsaIxzU -e: -f: -A# -B# -C# -t: -g: -O: -M: -m# --include: --exclude: --include-dir: --exclude-dir: --color? --hidden --ignore-files --count --line-number --ignore-case --word-regexp --fixed-strings --files-with-matches --stats? --version --help")
        .examples(&["ugrep -rn x src"], &["ugrep --save-config=f", "ugrep --filter='pdf:./x' y", "ugrep --pager=./x y", "ugrep -Q x", "ugrep --config x"]),
    Row::read("pdfgrep", "prints lines that match").flags("-n -i -r -R -c -H -h -o -P -F -p -l -L -q -e: -m# -A# -B# -C# --page-range: --include: --exclude: --color: --ignore-case --page-number? --version --help -V")
        .examples(&["pdfgrep -n x a.pdf"], &["pdfgrep --cache x a.pdf", "pdfgrep x a.pdf > f"]),
    Row::read("find|gfind", "lists files").language(Language::Find)
        .examples(&["find . -name '*.rs'", "find . -type f -exec wc -l {} +", "find src -name a -o -name b", "find . -not -path './t/*' -printf '%f\\n'", "find . -exec grep -l x {} \\;"], &["find . -delete", "find . -d\\elete", "find . -{delete,print}", "find . -exec rm {} \\;", "find . -fprint f", "find . $x", "find . -delet?", "find . -exec sh -c 'echo {}' \\;", "find . -name *.rs -delete", "find . -ok ls \\;", "find . -execdir git status \\;", "find /dev -exec cat {} \\;", "find //dev/ -name 'w*' -exec head -c1 {} +"]),
    Row::read("fd|fdfind", "lists files").flags(FD).language(Language::Fd).examples(&["fd -e rs . src", "fd -t f -e py --exclude x", "fd -e rs -x wc -l", "fd -t f -X head -1", "fd -e md --exec grep -c x {}"], &["fd -e rs -x sed -n 1p", "fd -x git status", "fd -x sh -c 'echo {}'", "fd -x wc -l \\; -x rm", "fd -x cat {} -x rm \\;", "fd -Hx rm", "fd -E", "fd -x", "fd -x {}", "fd -x ./wc", "fd -x find {}", "fd --exclude -x cat --exec=rm", "fd -x rm", "fd x -X rm", "fd --exec=touch", "fd --exec-batch rm", "fd $x"]),
    Row::read("locate|mlocate|plocate", "lists files").flags("-b -c -e -i -l# -n# -r: -w -0 --regex --limit# --basename --count --existing --ignore-case").examples(&["locate a"], &["locate -U . -o x"]),
    // A project's `sgconfig.yml` may name a library of its own to load.
    Row::read("ast-grep|sg", "tells its version").flags("--version -V --help -h").operands(Operands::Most(0)).language(Language::Needs("--version -V --help -h")).examples(&["ast-grep --version"], &["ast-grep run -p a", "ast-grep run -p a -r b -U", "ast-grep scan"]),
    Row::read("fzf|sk", "filters lines").flags("-f: --filter: -e -i +i --exact -q: --no-sort --tac -n: -d: --nth: --delimiter: --print0 --read0 --version --help").language(Language::Needs("-f --filter --version --help")).operands(Operands::Most(0)).examples(&["ls | fzf -f x"], &["fzf --preview 'touch x'", "fzf"]),
    // The `-L` of some sends a signal.
    Row::read("pgrep", "lists processes").flags("-acfilnovwxqA -d: -g: -G: -P: -O: -s: -t: -u: -U: -F: -r: --list-name --list-full --count --delimiter: --full --pgroup: --group: --ignore-case --ignore-ancestors --newest --oldest --older: --parent: --session: --terminal: --euid: --uid: --inverse --exact --pidfile: --ns: --nslist: --runstates: --cgroup: --env: --lightweight --quiet --help -h --version -V").examples(&["pgrep -fl node", "pgrep -d, x", "pgrep -u root,daemon -a"], &["pkill node", "pgrep -L TERM node", "pgrep -L9 -f x"]),
    Row::read("pidof", "lists processes").flags("-scnqwxzt -o: -S: -d: --single-shot --check-root --omit-pid: --separator: --help -h --version -V").examples(&["pidof -s sshd"], &["pidof -k x"]),
];
