#!/usr/bin/env bash
# Builds the classifiers that `cargo bench --bench classifier` compares with, into target/peers; needs the network once.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$root/target/peers"
cargo build --release --quiet --manifest-path "$root/benches/peers/sh-guard/Cargo.toml" --target-dir "$root/target/peers/build"
cp "$root/target/peers/build/release/sh-guard-peer" "$root/target/peers/sh-guard"
echo "peers: sh-guard 0.1.10 in $root/target/peers"
