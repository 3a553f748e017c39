#!/usr/bin/env bash
# Installs the agents that `cargo test --test agents` talks to, each at the version whose behaviour was observed.
#
#   tests/agents/setup.sh            into $PLANGATE_AGENTS_DIR, else target/agents
#
# Running it again does nothing. As root on Debian it installs node, npm and python3 itself if they are missing;
# elsewhere it says what is missing. No agent gets an account: the tests give them a scripted model on loopback.
set -euo pipefail

CLAUDE_CODE_VERSION=2.1.329

root=$(cd "$(dirname "$0")/../.." && pwd)
agents=${PLANGATE_AGENTS_DIR:-$root/target/agents}

need() { # need PROGRAM PACKAGE...
    local program=$1
    shift
    command -v "$program" >/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    else
        echo "setup: \`$program\` is missing: install $*" >&2
        exit 1
    fi
}

# The package holds a native program for each platform as an optional dependency; only a matching one runs.
claude_code() {
    local home=$agents/claude-code
    if [ "$("$home/claude" --version 2>/dev/null)" = "$CLAUDE_CODE_VERSION (Claude Code)" ]; then
        return
    fi
    need npm nodejs npm
    rm -rf "$home"
    mkdir -p "$home"
    npm install --prefix "$home" --ignore-scripts --no-audit --no-fund --loglevel=error \
        "@anthropic-ai/claude-code@$CLAUDE_CODE_VERSION" >&2
    local program
    for program in "$home"/node_modules/@anthropic-ai/claude-code-*/claude; do
        if "$program" --version >/dev/null 2>&1; then
            ln -s "${program#"$home"/}" "$home/claude"
            return
        fi
    done
    echo "setup: no program of Claude Code $CLAUDE_CODE_VERSION runs on this machine" >&2
    exit 1
}

need python3 python3
claude_code
echo "agents: Claude Code $("$agents/claude-code/claude" --version) in $agents"
