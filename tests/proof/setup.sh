#!/usr/bin/env bash
# Installs what `cargo test --features proof --test proof` runs: the programs of the classifier's rows that a Debian
# machine gets quickly, and what makes a sandbox. More programs make a better proof; missing ones are left out.
#
# Running it again does nothing. Elsewhere than on Debian, or without root, it says what is missing.
set -euo pipefail

needed=(bash unshare git python3 sqlite3)
wanted=(rg fdfind batcat tree gawk mawk busybox ag ack jq yq xmllint mlr dig dc bc file xxd strings lsof less man ctags
    exiftool shellcheck 7z unzip zip cloc php ruby lua5.4 gh g++ psql ss ip node)
packages=(util-linux git python3 sqlite3 ripgrep fd-find bat tree gawk mawk busybox-static silversearcher-ag ack jq yq
    libxml2-utils miller bind9-dnsutils dc bc file xxd binutils lsof less man-db universal-ctags libimage-exiftool-perl
    shellcheck 7zip unzip zip cloc php-cli ruby lua5.4 gh g++ postgresql-client iproute2 nodejs bsdextrautils)

missing=()
for program in "${needed[@]}" "${wanted[@]}"; do
    command -v "$program" >/dev/null || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    for package in "${packages[@]}"; do
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
            echo "setup: no package $package" >&2
    done
fi
for program in "${needed[@]}"; do
    command -v "$program" >/dev/null || { echo "setup: \`$program\` is missing" >&2; exit 1; }
done
if ! unshare --user --map-root-user --mount --pid --net --fork true; then
    echo "setup: this user may not make user namespaces here, so that nothing can be proved" >&2
    exit 1
fi
echo "proof: $(for program in "${wanted[@]}"; do command -v "$program"; done | wc -l) of ${#wanted[@]} programs"
