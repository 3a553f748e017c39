#!/usr/bin/env bash
# Fuzzes the shell classifier for some seconds, guided by the branches that an input reaches. Works with stable Rust:
# the counters are LLVM's own pass, and libFuzzer is compiled with a C++ compiler.
#
#   fuzz/run.sh [SECONDS]            60 by default; findings are kept in target/fuzz
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
work=target/fuzz
mkdir -p "$work/corpus" "$work/findings"
python3 - "$work/corpus" <<'END'
import json, pathlib, sys
lines = [json.loads(line)["cmd"] for path in pathlib.Path("fixtures/corpora").glob("bash-*.jsonl") for line in open(path)]
for number, line in enumerate(lines):
    pathlib.Path(sys.argv[1], f"sample-{number}").write_text(line)
END
python3 - "$work/words" <<'END'
import sys
words = ["$(", "${", "$((", "<<E\n", "<(", "[[ ", " ]]", "`", "$'", "{a,b}", ";;", "if ", "then ", "fi", "for ", " in ", "do ", "done",
         "case ", "esac", "find . ", "-exec ", "awk '", "sed '", "git ", "xargs ", "bash -c '", "env ", "timeout 1 ", "\\\n", "&>", "2>&1"]
with open(sys.argv[1], "w") as out:
    for word in words:
        out.write('"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n')
END
# Level 4 counts comparisons too; only with a target does the flag stay away from build scripts.
host=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=4 --cfg fuzzing" \
    cargo build --release --quiet --manifest-path fuzz/Cargo.toml --target "$host" --target-dir "$work/build"
"$work/build/$host/release/classifier" "$work/corpus" -dict="$work/words" -artifact_prefix="$work/findings/" \
    -max_len=65536 -len_control=20 -timeout=10 -rss_limit_mb=2048 -max_total_time="$seconds" -print_final_stats=1 -verbosity=0
