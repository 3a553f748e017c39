#!/usr/bin/env bash
# Fuzzes the shell classifier, guided by the branches that an input reaches. Works with stable Rust and clang or g++: the
# counters are a pass of LLVM that rustc has, and libFuzzer is compiled from the crate.
#
#   fuzz/run.sh [SECONDS]      600 by default; what it learns stays in target/fuzz/corpus, what it finds in
#                              target/fuzz/findings
#   fuzz/run.sh keep           writes the shortest texts that reach all that was reached to fixtures/classify/fuzzed.jsonl,
#                              which a unit test replays
set -euo pipefail
cd "$(dirname "$0")/.."
task=${1:-600}
work=target/fuzz
mkdir -p "$work"/{corpus,findings}

# Level 4 counts comparisons too. Only with a target does the flag stay away from build scripts.
host=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing" \
    cargo build --release --quiet --locked --manifest-path fuzz/Cargo.toml --target "$host" --target-dir "$work/build"
fuzzer=$work/build/$host/release/classifier

if [ "$task" = keep ]; then
    rm -rf "$work/kept"
    mkdir "$work/kept"
    "$fuzzer" -merge=1 -max_len=200 "$work/kept" "$work/corpus" 2>&1 | tail -n 1
    python3 - "$work/kept" >fixtures/classify/fuzzed.jsonl <<'PYTHON'
import json, pathlib, sys
texts = {path.read_bytes().decode(errors="ignore") for path in pathlib.Path(sys.argv[1]).iterdir()}
for text in sorted(texts, key=lambda text: (len(text), text)):
    print(json.dumps(text, ensure_ascii=False))
PYTHON
    wc -l fixtures/classify/fuzzed.jsonl
    exit
fi

# It starts with the sample lines and knows the words of the grammar.
python3 - "$work/corpus" "$work/words" <<'PYTHON'
import json, pathlib, sys
corpus, words = map(pathlib.Path, sys.argv[1:])
lines = [json.loads(line)["cmd"] for path in pathlib.Path("fixtures/corpora").glob("bash-*.jsonl") for line in path.open()]
for path in pathlib.Path("fixtures/classify").glob("*.txt"):
    lines += [line for line in path.read_text().splitlines() if line and not line.startswith("## ")]
kept = pathlib.Path("fixtures/classify/fuzzed.jsonl")
lines += [json.loads(line) for line in kept.open()] if kept.exists() else []
for number, line in enumerate(lines):
    (corpus / f"seed-{number}").write_text(line)
grammar = """$( ${ $(( (( <( >( [[ ]] ` $' {a,b} {1..3} ;; ;& if then elif else fi for in do done while until case esac function time
    && || |& &> 2>&1 <<E <<-E <<'E' <<< >/dev/null x= x+=( ${x:- ${x# ${x[ ${x@Q} ${#x} find -exec {} + awk BEGIN sed s/a/b/ git log
    xargs -I{} bash -c env timeout 1 sqlite3 select psql tar -tf gh api read printf export declare set unset trap cd ~ """.split()
with words.open("w") as out:
    for word in grammar + ["\\\n", "\nE\n", " ", "'", '"']:
        out.write('"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n')
PYTHON
"$fuzzer" "$work/corpus" -dict="$work/words" -artifact_prefix="$work/findings/" -max_len=65536 -len_control=20 -timeout=10 \
    -rss_limit_mb=2048 -max_total_time="$task" -print_final_stats=1
