//! How far words are known.

use super::why;
use crate::classify::shell::assess;
use crate::model::Verdict;

#[test]
fn words_are_known_as_far_as_their_sources_are() {
    for line in [
        "for f in *.rs; do wc -l < \"$f\"; done",
        "for d in src tests; do find $d -name '*.rs'; done",
        "find / -name libssl.so* 2>/dev/null",
        "find . -name *.md",
        "find */ -name a",
        "find . -name '*.c' -exec awk 'END{print NR}' {} +",
        "n=$(ls | grep -c x); [[ $n -gt 0 ]]",
        "git show $(git log --format=%H -1 --before=2024-01-01)",
        "for p in node python3 cargo; do $p --version; done",
        "for p in ls stat; do for f in a b; do \"$p\" $f; done; done",
        "ps -fp $(pgrep -f nginx)",
        "n=$(wc -l < a); sed -n \"$((n-5)),$((n+5))p\" a",
        "n=$(wc -l < a); sed -n \"$((n-5)),${n}p\" a",
        "echo {a..e} {z..a..2}",
        "for x in {a..c}; do sed -n 1p $x; done",
        "find . -print0 | xargs -0 sed -n 1p",
        "find . -print0 | xargs -0 -I{} sed -n 1p {}",
        "for c in $(git rev-list -3 HEAD); do git show --stat $c; done",
        "for c in $(git log --format=%h -5); do git show --oneline -s $c; done",
        "sha=$(git log -1 --format=%H); git show \"$sha\"",
        "sed -n \"$((10+5)),20p\" a",
        "sed -n \"$((5-10)),20p\" a",
        "n=0; while [ $n -lt 3 ]; do n=$((n+1)); done",
        "while IFS=: read -r user _ uid; do echo \"$user $uid\"; done < a",
        "ROOT=$(git rev-parse --show-toplevel); ls \"$ROOT\"",
        "sort -u \"$HOME\"/x src/*.txt",
    ] {
        assert_eq!(assess(line).verdict, Verdict::Read, "{}", why(line));
    }
    for line in [
        "x='a -delete'; find src/$x",
        "x=y; read x < f; find src/$x",
        "for f in src/$x; do sed -n 1p $f; done",
        "read f < a; cat < \"$f\"",
        "f=/dev/tcp/h/80; cat < $f",
        "cat < /dev/$x/h/80",
        "find . -name *",
        "ps -fp $(pgrep -l nginx)",
        "find $x -exec awk 1 {} +",
        "n=$(grep -c x a b); [[ $n -gt 0 ]]",
        "n=$(grep -c -H x); [[ $n -gt 0 ]]",
        "for p in ls rm; do $p x; done",
        "$p rm x; for p in echo; do ls; done",
        "for p in echo; do p=rm; $p x; done",
        "for p in echo; do unset p; $p rm x; done",
        "f() { $p rm x; }; f; for p in echo; do f; done",
        "for p in echo; do read -r p; $p x; done",
        "for p in 'rm x' ls; do $p; done",
        "for p in *; do $p --version; done",
        "for p in ./a tools/b; do $p --version; done",
        "IFS=e; for p in else; do $p x; done",
        "for p in echo; do bash -c '$p rm x'; done",
        "n=$(wc -l < a); sed -n \"$((n-5))w out\" a",
        "n=$(wc -l < a); sort \"$((n-5))o\" a",
        "find . -name $x.rs",
        "find . -name [.]*",
        "for x in {a..Z}; do sed -n 1p $x; done",
        "for f in *; do sed -n 1p \"$f\"; done",
        "find . -print0 | head -c9 | xargs -0 sed -n 1p",
        "find . | xargs sed -n 1p",
        "find . -print0 | xargs sed -n 1p",
        "find . -printf '-i\\0' -print0 | xargs -0 sed -n 1p",
        "find . -print0 | while read x; do xargs -0 sed -n 1p; done",
        "find . -print0 | xargs -0 -a f sed -n 1p",
        "find . -print0; cat f | xargs -0 sed -n 1p",
        "find $x -print0 | xargs -0 sed -n 1p",
        "git ls-files -z | xargs -0 sed -n 1p",
        "for b in $(git branch --format='%(refname:short)'); do git log $b; done",
        "for c in $(git log --format=%s -5); do git show $c; done",
        "for c in $(git log --graph --format=%h -5); do git show $c; done",
        "for c in $(git rev-list --left-right a...b); do git show $c; done",
        "uniq $(git rev-list -2 HEAD)",
        "[ -v${n} 'a[$(touch x)]' ]",
        "n=$(wc -l < a); [ -v$n 'a[$(touch x)]' ]",
    ] {
        assert_eq!(assess(line).verdict, Verdict::Write, "{line}");
    }
}
