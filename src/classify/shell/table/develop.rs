//! Languages and their package managers: what tells about a project without running its code.

use super::help_h;
use crate::classify::shell::rule::{Language, Operands, Row, Style};
use crate::model::Mark;

const NET: &[Mark] = &[Mark::Network];

/// Programs that are known only by their version and help.
const fn version(name: &'static str, flags: &'static str) -> Row<'static> {
    Row::read(name, "tells its version").flags(flags).style(Style::Words).trusts_folder().operands(Operands::Most(0)).language(Language::Needs(
        "--version --help -version -v -V -h -vV -W --list -l --summary --print-targets --info --list-sdks --list-runtimes --list-modules",
    ))
}

const VERSION_WORD: &[Row<'static>] =
    &[Row::read("version", "tells its version").flags("--short --json --format:").operands(Operands::Most(0))];

/// Programs that are asked for their version by a word too; `-v` makes some of them do at length what they do alone.
const fn version_word(name: &'static str) -> Row<'static> {
    Row::read(name, "tells its version")
        .style(Style::Words)
        .trusts_folder()
        .flags("--version --help -h")
        .subcommands(VERSION_WORD)
}

macro_rules! cargo_features {
    () => {
        "--locked --offline --frozen --no-deps --format-version# --features: --all-features --no-default-features \
    -q --quiet -v --verbose --color: --workspace --all -p: --package: --filter-platform: -F:"
    };
}

const CARGO_FEATURES: &str = cargo_features!();

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    version("mise|ld|as|clang-tidy|llvm-config|vitest|mypy|vite|rollup|esbuild|biome|yarnpkg|nox|pre-commit|vim|fish|gdb|valgrind|perf|hyperfine|gfortran|flex|bison|swift|swiftc|ghc|cabal|stack|dune|dart|Rscript|R|julia|elixir|crystal|protoc-gen-go|sqlfluff|rust-analyzer|clangd|cross|wasm-pack|mdbook|act|sam|linode-cli|jj|git-lfs|lazygit|tig|hatch|rye|pipenv|twine|virtualenv|jupyter|gs|inkscape|redis-server|postgres|mysqld|mongod|mongosh|ollama|rustdoc|rake|htop|btop|universal-ctags|pycodestyle|markdownlint|stylelint|nuclei|semgrep|corepack|cspell|typos|lychee|watchexec|claude|codex|gemini|ctest|mongo|sass|octave|cargo-clippy|clippy-driver|sccache|cargo-nextest|rbenv-install|tree-sitter|libtool|m4|yasm|nmap|iperf|iperf3|containerd|runc|k3s|hub|doxygen|pdflatex|latex|xelatex|lualatex|tex|pdftex|bibtex|cppcheck|thrift|flatc|gitlab-runner|starship|zoxide|glances|procs|nvcc|cuda-gdb|asciidoctor|sphinx-build|mkdocs|uvicorn|gunicorn|pg_dump|pg_restore|pg_ctl|createdb|dropdb|initdb|mysqldump|mysqladmin|racket|sbcl|terraform-docs|broot|dive|lazydocker|tesseract|gnuplot|sox|qemu-system-x86_64|qemu-system-aarch64|swiftlint|swiftformat|ktlint|vimdiff|makeinfo|cscope|msgfmt|gettext|xgettext|indent|astyle|updatedb|turbostat|wasmtime|wasmer|docker-machine|fx|glow|hurl|oha|websocat|duckdb|litecli|pgcli|mycli|usql|sd|choose|jless|zellij|btm|bandwhich|dog|doggo|gping|age|chezmoi|conftest|nft|nvme|pwsh", "--version --help")
        .examples(&["zsh --version", "doxygen --version"], &["make", "gradle build --version x", "bazel --version", "./gradlew --version", "jest -u", "redis-server -version", "vim -version"]),
    version("staticcheck|grpcurl|javac|emacs|ocaml|scala|groovy|kotlinc|kotlin|convert|magick|identify|mogrify|montage|mono", "--version --help -version")
        .examples(&["javac -version"], &["javac A.java", "convert a b"]),
    version("nvim|nim|nasm|haproxy|wrk|ctop", "--version --help -v -h").examples(&["nvim -v", "nasm -v", "haproxy -v"], &["nvim a", "nvim -V", "nvim -v a", "haproxy -f f", "nim c a.nim"]),
    version("ab|msbuild", "--version --help -version -V").examples(&["ab -V", "msbuild -version"], &["ab http://h/", "msbuild", "msbuild -version a.sln"]),
    version_word("hugo|gopls|golangci-lint|trivy|grype|syft|buf|asdf|k9s|caddy|traefik|k6|direnv|lefthook|circleci|protolint|dockle|regctl|gitleaks")
        .examples(&["hugo version", "golangci-lint --version", "direnv version", "caddy version"], &["hugo", "hugo -v", "hugo -version", "golangci-lint run", "golangci-lint linters", "trivy fs .", "direnv allow", "mise install", "asdf list", "k6 run x", "hugo version x", "caddy run"]),
    version("strace", "--version --help -V -v").examples(&["strace -V"], &["strace ls", "strace -V ls"]),
    version("eslint|prettier|make|gmake|gradle|npx", "--version --help -v -h")
        .examples(&["eslint -v", "make --version"], &["make", "eslint .", "jest -u", "npx x", "mvn --version", "./gradlew --version", "make -v x"]),
    // Its help runs code that the project's settings name; so do its neighbours' versions, which therefore have no row.
    version("pylint|vagrant", "--version").examples(&["pylint --version"], &["pylint --help", "vagrant --help", "poetry --version", "bundle --version", "ansible --version", "jest --version", "webpack --version", "turbo --version", "lerna --version", "flake8 --version", "hg --version", "nx --version"]),
    version("perl|lua|java", "--version --help -version -v -V --list-modules").examples(&["perl -v", "java -version", "java --list-modules"], &["perl -e 1", "perl -c x.pl", "java Evil"]),
    Row::read("ruby", "tells its version, or whether a source can be read").style(Style::Posix).trusts_folder().flags("-c -w -v --version --help -h").operands(Operands::MostUnless(0, "-c")).language(Language::Needs("-c -v --version --help -h"))
        .examples(&["ruby -v", "ruby -c a.rb", "ruby -wc a.rb"], &["ruby -v x.rb", "ruby -w x.rb", "ruby a.rb", "ruby -e 1", "ruby -c -r./x a.rb", "ruby -c $x", "cd e && ruby -c a.rb", "ruby a.rb -c", "ruby -w a.rb -c", "ruby - -c"]),
    Row::read("luac", "tells its version, or whether a source can be read").style(Style::Words).options_first().flags("-p -l -v").operands(Operands::MostUnless(0, "-p")).language(Language::Needs("-p -v"))
        .examples(&["luac -v", "luac -p a.lua"], &["luac a.lua", "luac -l a.lua", "luac -p -o x a.lua", "luac -lp a.lua", "luac a.lua -p", "luac -l a.lua -p", "luac - -p"]),
    Row::read("gcc|g++|cc|c++|clang|clang++", "tells about the compiler").style(Style::Words).trusts_folder().operands(Operands::Most(0))
        .flags("--version --help -v -dumpversion -dumpmachine -dumpfullversion -print-search-dirs -print-file-name? -print-prog-name? -print-libgcc-file-name -print-sysroot -print-multiarch -print-resource-dir -print-targets -print-target-triple -print-supported-cpus")
        .examples(&["gcc --version", "gcc -dumpmachine", "gcc -print-file-name=libc.so"], &["gcc a.c", "gcc a.c --version", "gcc -wrapper ./x -v", "gcc @f", "gcc -print-file-name @f"]),
    Row::read("cpp", "prints what the preprocessor makes of nothing").style(Style::Words).operands(Operands::OneOf("/dev/null")).language(Language::NeedsWord("/dev/null --version --help")).flags("-dM -dD -P -v -x=c|c++ -E --version --help").trusts_folder()
        .examples(&["cpp -dM /dev/null", "cpp --version"], &["cpp a.c", "cpp -o x /dev/null", "cpp -MD /dev/null", "cpp /dev/null out", "cpp - < a.c", "cpp -dM < a.c"]),
    Row::read("clang-format", "prints sources as they would be formatted").style(Style::Words).flags("-style: -n -dry-run -Werror -fallback-style: -assume-filename: -dump-config -list-ignored -sort-includes -verbose -version -help -lines: -ferror-limit# -output-replacements-xml").operands(Operands::NoResponse(usize::MAX)).trusts_folder()
        .examples(&["clang-format a.c", "clang-format --dry-run -Werror a.c", "clang-format -style=llvm a.c", "clang-format --dump-config"], &["clang-format -i a.c", "clang-format --i a.c", "clang-format @f", "clang-format -files=f -i", "cd e && clang-format a.c"]),
    Row::read("pyflakes", "reports on sources without running them").flags("--version --help -h").examples(&["pyflakes a.py", "pyflakes --version"], &["pyflakes a.py > f", "pyflakes $x"]),
    Row::read("cmake", "tells about itself").style(Style::Words).trusts_folder().operands(Operands::Most(0))
        .flags("-version -help -help-command-list -help-module-list -help-variable-list -help-property-list -help-command: -help-module: -help-variable: -help-property:")
        .examples(&["cmake --version", "cmake --help-command-list", "cmake --help-command if"], &["cmake", "cmake .", "cmake -P x.cmake", "cmake --version out", "cmake --help-command-list out", "cmake --help-command if out", "cmake -E touch x"])
        .language(Language::Needs("--version -version --help -help --help-command-list --help-module-list --help-variable-list --help-property-list --help-command --help-module --help-variable --help-property")),
    // Its other tools open the logs of the build, which they may write anew.
    Row::read("ninja", "tells about a build without building").options_first().style(Style::Words).trusts_folder().operands(Operands::MostUnless(0, "-t"))
        .flags("--version --help -h -t=targets|commands|graph|list|rules|compdb -C:").language(Language::Needs("--version --help -h -t"))
        .examples(&["ninja --version", "ninja -t targets"], &["ninja", "ninja -t clean", "ninja -t query a", "ninja -C b"]),
    version("meson", "--version --help -v").examples(&["meson --version"], &["meson setup b", "meson --version x"]),
    Row::read("tsc", "tells about the compiler or the project").trusts_folder().style(Style::Words).operands(Operands::Most(0))
        .flags("-version -v -help -h -all -showConfig -p: -project:").language(Language::Needs("--version -v --help -h --all --showConfig -version -help -showConfig -all"))
        .examples(&["tsc -v", "tsc --showConfig", "tsc -p . --showConfig"], &["tsc", "tsc --listFilesOnly", "tsc --build", "tsc --init", "tsc -v a.ts", "tsc --noEmit"]),
    Row::read("php", "tells about the interpreter or checks a file's syntax").style(Style::Posix).flags("-v -m -i -l -h --version --ini --help").operands(Operands::MostUnless(0, "-l")).language(Language::Needs("-v -m -i -l -h --version --ini --help"))
        .examples(&["php -v", "php -m", "php -l a.php"], &["php a.php", "php -r x", "php -l -r x", "php a.php -l", "php -d auto_prepend_file=x -l a.php"]),
    Row::read("node", "tells its version, or whether a script can be read").style(Style::Posix).operands(Operands::PathsWith("--check -c")).trusts_folder()
        .flags("--version -v --help -h --v8-options --check -c -p=process.version|process.versions|process.versions.v8|process.platform|process.arch|process.execPath --print=process.version|process.versions|process.platform|process.arch")
        .language(Language::Needs("--version -v --help -h -p --print --v8-options --check -c"))
        .examples(&["node -v", "node -p process.version", "node --check a.js", "node -c \"./$f\""], &["node", "node -e 1", "node --check inspect j.js", "node --check *", "node x.js", "node x.js --check", "node --check -r ./x a.js", "node --check --import ./x a.js", "node --require ./x -v", "node -p 1", "node -p process.version x.js", "node -pe 1", "node -r ./x -p process.version"]),
    Row::read("deno", "tells about the runtime").trusts_folder().flags("--version -V --help -h").subcommands(&[
        Row::read("types|info|help", "tells about the runtime").flags("--json").operands(Operands::Most(0)),
        Row::read("fmt", "tells what formatting would change").flags("--check").language(Language::Needs("--check")),
        help_h("lint|check|test|bench|run|compile|install|uninstall|add|remove|cache|publish|upgrade|coverage|serve|init|repl|doc"),
    ]).examples(&["deno run --help", "deno --version", "deno types", "deno fmt --check"], &["deno run x", "deno run x --help", "deno run --help x", "deno eval 1", "deno fmt", "deno info https://h/x", "deno test", "deno"]),
    Row::read("ruff", "tells about rules").trusts_folder().flags("--version -V --help -h").subcommands(&[
        Row::read("version|rule|linter|config|help", "tells about rules").flags("--all --output-format:"),
    ]).examples(&["ruff --version", "ruff rule F401"], &["ruff check --fix .", "ruff check .", "ruff format .", "ruff clean"]),
    Row::read("pyenv|rbenv|nodenv|goenv|jenv", "tells which versions are installed").trusts_folder().flags("--version -v --help -h").subcommands(&[
        Row::read("versions|version|version-name|version-origin|root|commands|shims|global|local|prefix|help", "tells which versions are installed").flags("--bare --skip-aliases").operands(Operands::Most(0)),
        Row::read("which|whence|whereis", "tells where a program is").flags("--path"),
        Row::read("install", "lists what there is").flags("-l --list").operands(Operands::Most(0)).language(Language::Needs("-l --list")),
    ]).examples(&["pyenv install --list", "pyenv versions", "pyenv which python", "rbenv version", "pyenv global"], &["pyenv install 3.12", "pyenv install -l 3.12", "pyenv global 3.12", "pyenv local 3.12", "pyenv exec x", "rbenv rehash"]),
    Row::read("fnm|volta|nvs", "tells which versions are installed").trusts_folder().flags("--version -V -v --help").subcommands(&[
        Row::read("list|ls|current|which", "tells which versions are installed").flags("--format: -c -d --current --default"),
    ]).examples(&["fnm list", "volta list"], &["fnm use 20", "volta install node", "fnm exec x", "fnm"]),
    Row::read("pipx|pipdeptree", "tells about packages").flags("--version --help -h -p: -r -a -l -u -e: -j -f -d# -w: --packages: --reverse --all --local-only --user-only --exclude: --json --json-tree --freeze --depth# --warn:").globals("--version --help -h -p: -r -a -l -u -e: -j -f -d# -w: --packages: --reverse --all --local-only --user-only --exclude: --json --json-tree --freeze --depth# --warn:").alone().subcommands(&[
        Row::read("list|environment", "tells about packages").flags("--short --json --include-injected -v --value:"),
    ]).examples(&["pipx list", "pipdeptree", "pipdeptree --reverse --packages x"], &["pipx install x", "pipx run x", "pipdeptree --python ./x"]),
    Row::read("opam|zig", "tells what is installed").flags("--version --help").subcommands(&[
        Row::read("list|show|info|version|env|targets|help", "tells what is installed").flags("-i -a -s --installed --all --short --field: --columns:").operands(Operands::Any),
        Row::read("switch", "tells what is installed").subcommands(&[Row::read("list|show", "tells what is installed")]),
    ]).examples(&["zig version", "opam list", "opam switch list"], &["zig build", "zig run x", "opam install x", "opam switch create x", "zig cc a.c"]),
    Row::read("ffmpeg", "tells its version or what it can do").style(Style::Words)
        .flags("-version -help -hide_banner -formats -codecs -encoders -decoders -filters -pix_fmts -protocols -hwaccels -h").operands(Operands::Most(0))
        .examples(&["ffmpeg -version", "ffmpeg -hide_banner -codecs"], &["ffmpeg -i a b", "ffmpeg"])
        .language(Language::Needs("-version -help -h -formats -codecs -encoders -decoders -filters -pix_fmts -protocols -hwaccels")),
    Row::read("code", "tells its version").flags("--version -v --help -h --list-extensions --show-versions").operands(Operands::Most(0)).language(Language::Needs("--version -v --help -h --list-extensions")).examples(&["code --list-extensions"], &["code .", "code --install-extension x"]),
    // Their other letters name settings, folders and libraries of the folder.
    Row::read("dot|nginx", "tells its version").style(Style::Words).flags("-v -V").operands(Operands::Most(0)).language(Language::Needs("-v -V"))
        .examples(&["nginx -V", "dot -V"], &["nginx", "apache2 -V", "apachectl -V", "nginx -t", "nginx -s stop", "nginx -protocols -codecs", "apache2 -decoders", "dot -codecs", "dot -Tpng a", "httpd"]),
    version("bunx", "--version --help -v -h").examples(&["bunx --version"], &["bunx x"]),
    Row::read("dotnet", "tells what is installed").style(Style::Words).trusts_folder().flags("-version -info -list-sdks -list-runtimes -help -h").globals("-version -info -list-sdks -list-runtimes -help -h").alone().subcommands(&[
        Row::read("tool", "lists tools").subcommands(&[Row::read("list", "lists tools").flags("-g -global -local").operands(Operands::Most(0))]),
        Row::read("sln", "lists projects").subcommands(&[Row::read("list", "lists projects").operands(Operands::Most(0))]),
        help_h("build|run|publish|restore|new|add|remove|clean|pack|format"),
    ]).examples(&["dotnet --info", "dotnet --list-sdks", "dotnet tool list -g", "dotnet sln list", "dotnet build --help"], &["dotnet build", "dotnet run --help x", "dotnet tool install x", "dotnet list package", "dotnet nuget list source --configfile f", "dotnet sln add x", "dotnet x.dll", "dotnet foo --help", "dotnet test --help"]),
    Row::read("just", "prints what the justfile holds").trusts_folder().flags("--list -l --summary --version -V --help -h --show: -s: --dump --unsorted -u --variables --groups --color: --list-heading: --dump-format:").operands(Operands::Most(0)).language(Language::Needs("--list -l --summary --version -V --help -h --show -s --dump --variables --groups"))
        .examples(&["just --list", "just --show build", "just --dump"], &["just", "just build", "just --evaluate", "just --choose", "just --show x y", "just -f x --list"]),
    Row::read("ssh", "tells its version or settings").style(Style::Posix).flags("-V -G -Q:").operands(Operands::Most(1)).language(Language::Needs("-V -Q -G")).examples(&["ssh -V", "ssh -G h"], &["ssh h ls", "ssh h ls -G", "ssh -G -F x h", "ssh h", "ssh -o ProxyCommand=x h"]),
    Row::read("ssh-keygen", "shows keys").flags("-l -f: -E: -v -F: -H").language(Language::Needs("-l -F")).operands(Operands::Most(0)).examples(&["ssh-keygen -lf a.pub", "ssh-keygen -F h"], &["ssh-keygen -f a", "ssh-keygen -H", "ssh-keygen -R h", "ssh-keygen -l -D ./x.so"]),
    Row::read("ssh-add", "lists keys").flags("-l -L -E:").language(Language::Needs("-l -L")).operands(Operands::Most(0)).examples(&["ssh-add -l"], &["ssh-add", "ssh-add -D", "ssh-add k"]),
    Row::read("openssl", "tells about certificates and sums").subcommands(&[
        Row::read("version|ciphers|list|errstr", "tells what the library can").style(Style::Words).flags("-a -v -s -b -d -e -f -o -p -tls1_3 -digest-algorithms -cipher-algorithms -commands"),
        Row::read("x509|verify|crl|pkcs7|asn1parse", "prints a certificate").style(Style::Words).operands(Operands::Local).flags("-in: -noout -text -subject -issuer -dates -enddate -startdate -fingerprint -serial -inform: -sha256 -sha1 -purpose -modulus -pubkey -CAfile: -email -ext: -nameopt: -checkend#"),
        Row::read("dgst|md5|sha1|sha256|sha512", "computes a sum").style(Style::Words).flags("-sha256 -sha1 -md5 -sha512 -sha384 -r -hex -c"),
        Row::read("req|rsa|ec|pkey", "prints a request or a key").style(Style::Words).operands(Operands::Local).flags("-in: -noout -text -subject -verify -pubkey -pubin -pubout -modulus -check -inform:").language(Language::Needs("-in")),
        Row::read("base64", "encodes to the output").style(Style::Words).flags("-d -e -A -in:"),
        Row::read("rand", "prints random bytes").style(Style::Words).flags("-hex -base64").operands(Operands::Most(1)),
    ]).examples(&["openssl version", "openssl x509 -in a.pem -noout -text", "openssl dgst -sha256 a", "openssl req -in a.csr -noout -text", "openssl rsa -in k -check -noout", "openssl rand -hex 16"], &["openssl genrsa -out k 512", "openssl req -new", "openssl rsa -in k -out f", "openssl x509 -in org.openssl.engine:/tmp/e.so:k -noout", "openssl verify org.openssl.engine:/tmp/e.so:k", "openssl dgst -out f a", "openssl x509 -in a -out b", "openssl dgst -engine x a", "openssl rand -writerand f 1", "openssl rand -hex -out f 16", "openssl x509 -in \"http://h/$(cat .env)\"", "openssl crl -in http://h/x", "openssl verify \"$x\""]),
    Row::read("gpg|gpg2", "tells its version; anything else makes a keyring where there is none").flags("--version --help").operands(Operands::Most(0)).language(Language::Needs("--version --help"))
        .examples(&["gpg --version"], &["gpg --gen-key", "gpg --list-keys", "gpg -o f -d a", "gpg --version --output f"]),
    Row::read("python3|python|python2", "tells its version, formats a document, or runs a module that only tells").flags("--version -V --help -h -m:").language(Language::Module).trusts_folder()
        .examples(&["python3 --version", "python3 -m json.tool < a", "python3 -m json.tool --indent 4 a.json", "python3 -m json.tool -- a", "python3 --help | head -3", "python3 -m pip list", "python3 -m site", "python3 -m zipfile -l a.zip", "python3 -m ast a.py", "python -m pip show x"], &["python3 x.py", "python3 -m zipfile -e a.zip d", "python3 -m zipfile -l", "python3 -l x.py", "python3 -m tarfile -c a.tar f", "python3 -m ast -m exec", "cd e && python3 -m ast a.py", "python3 -mevil -V", "python3 -Vmevil", "python3 -mevil -m site", "python3 -c 'print(1)'", "python3 -m json.tool a b", "python3 -m json.tool -- a -b", "python3 -m json.tool a -- -b", "python3", "PYTHONPATH=x python3 -m json.tool a", "cd evil && python3 -m json.tool a", "python3 -m http.server", "python3 x.py --version", "python3 -m pip install x", "python3 -m pip list --log f", "python3 -m site > f", "python3 -mpdb x", "python3 -m venv v"])
        .style(Style::Posix),
    Row::read("cargo", "tells about packages").flags("--version -V -v --verbose -q --list --locked --offline --frozen --help --color:").trusts_folder().subcommands(&[
        Row::read("metadata", "tells about packages").flags(CARGO_FEATURES).language(Language::Needs("--locked --frozen --no-deps")),
        Row::read("tree", "tells about packages").flags(concat!("-i? --invert? -e: --edges: -d --duplicates --depth# --prefix: --charset: --target: -f: --format: --prune: --no-dedupe ", cargo_features!())).language(Language::Needs("--locked --frozen"))
            .examples(&["cargo tree --locked --offline -i serde"], &["cargo tree", "cargo tree --offline", "cargo tree --locked --config x"]),
        Row::read("build|check|test|run|bench|doc|publish|add|remove|update|fix|new|init|clean|package|rustc|rustdoc|vendor|generate-lockfile", "prints help").flags("--help -h --version -V").operands(Operands::Most(0)).language(Language::Needs("--help -h --version -V"))
            .examples(&["cargo build --help"], &["cargo build", "cargo clippy --version", "cargo fmt --check", "cargo test -- --list", "cargo package --list", "cargo build --help x"]),
        Row::read("install", "lists what is installed").flags("--list --help -h").operands(Operands::Most(0)).language(Language::Needs("--list --help -h")).examples(&["cargo install --list"], &["cargo install x --list", "cargo install --list --root x"]),
        Row::read("read-manifest|locate-project|pkgid|verify-project|version", "tells about the package").flags("--message-format: --workspace -v -q"),
        Row::read("search", "asks the registry").flags("--limit# -q").marks(NET),
        // A word that is no command of cargo's own is a program, which is asked.
        Row::read("help", "prints help").operands(Operands::OneOf("add bench build check clean doc fetch fix generate-lockfile help info init install locate-project login logout metadata new owner package pkgid publish remove report run rustc rustdoc search test tree uninstall update vendor verify-project version yank")),
    ]).examples(&["cargo help build", "cargo -V", "cargo --version --verbose", "cargo metadata --format-version 1 --locked --offline", "cargo read-manifest", "cargo --list", "cargo search serde"], &["cargo build", "cargo check", "cargo b", "cargo metadata --format-version 1", "cargo metadata --locked --manifest-path x/Cargo.toml", "cargo metadata --locked --config 'build.rustc=\"./x\"'", "cargo info serde", "cargo owner --list x", "cargo fmt", "cargo help zz", "cargo --config x metadata --locked", "cargo +nightly build"]),
    Row::read("rustc", "tells about the compiler").trusts_folder().flags("-V -vV -v --version --verbose --help -h --explain: --print=sysroot|cfg|target-list|target-libdir|target-cpus|target-features|crate-name|file-names|host-tuple|target-spec-json|native-static-libs|calling-conventions|code-models|relocation-models|tls-models").operands(Operands::Most(0)).language(Language::Needs("-V --version --help -h --explain --print")).examples(&["rustc --version", "rustc --print sysroot", "rustc -vV"], &["rustc a.rs", "rustc --print link-args=x a.rs"]),
    Row::read("goimports", "prints sources as they would be formatted").trusts_folder().settings(".../go.work").flags("-h -help -l -e --version -V").examples(&["goimports -l ."], &["goimports -w a.go", "goimports -d a.go", "cd e && gofumpt -l ."]),
    Row::read("gofmt|gofumpt", "prints sources as they would be formatted").trusts_folder().flags("-h -help -l -d -e -s --version -V").examples(&["gofmt -l .", "gofmt a.go", "gofmt -e a.go"], &["gofmt -w a.go", "cd e && goimports -l .", "gofmt -l -w ."]),
    Row::read("black", "tells what formatting would change").flags("--check --diff -q -v --version --quiet --verbose --color --check-only -l# --line-length# --target-version: -t: --exclude: --include: --profile: -S --skip-string-normalization --help").language(Language::Needs("--check --diff --version --check-only --help")).examples(&["black --check ."], &["black .", "black --config ./x --diff-out f ."]),
    // It asks git about the folder of its operand.
    Row::read("isort", "prints sources as they would be formatted").trusts_folder().flags("--check --check-only --diff -q -v --quiet --verbose --version --help -l# --line-length# --profile:").operands(Operands::OneOf(".")).language(Language::Needs("--check --check-only --version --help"))
        .examples(&["isort --check .", "isort --check-only --diff ."], &["isort .", "isort --check ../other", "cd evil && isort --check ."]),
    Row::read("rustfmt", "prints sources as they would be formatted").trusts_folder().flags("--check -l -v -q --edition: --version -V --color:").language(Language::Needs("--check --version -V")).examples(&["rustfmt --check a.rs"], &["rustfmt a.rs", "rustfmt -l a.rs", "rustfmt --check --config-path x a.rs"]),
    Row::read("rustup", "tells about toolchains").trusts_folder().flags("--version -V -v -q --help").subcommands(&[
        Row::read("show", "tells about toolchains").alone().flags("-v").subcommands(&[Row::read("active-toolchain|home|profile", "tells about toolchains").flags("-v")]),
        Row::read("toolchain|target|component|override", "lists what is installed").subcommands(&[Row::read("list", "lists what is installed").flags("-v --installed --toolchain: -q --quiet")]),
        Row::read("check", "asks for new versions").marks(NET),
    ]).examples(&["rustup show active-toolchain", "rustup toolchain list", "rustup --version"], &["rustup update", "rustup default nightly", "rustup target add x", "rustup run nightly ls", "rustup which cargo"]),
    Row::read("go", "tells about packages").style(Style::Words).trusts_folder().subcommands(&[
        Row::read("version", "tells the version of a program").flags("*"),
        Row::read("help|doc", "prints documentation").flags("-m -v -all -src -u -short -c -cmd -json"),
        Row::read("env", "tells the settings").flags("-json -changed"),
        Row::read("list", "lists packages").marks(NET).settings(".../go.work").flags("-f: -json? -m -deps -test -e -find -versions -retracted -tags: -mod=readonly|vendor -u"),
        Row::read("mod", "tells about modules").subcommands(&[
            Row::read("graph|why|verify", "tells about modules").marks(NET).flags("-m -vendor"),
            Row::read("edit", "tells about modules").flags("-json -print").operands(Operands::Most(0)).language(Language::Needs("-json -print")),
        ]),
        Row::read("vet|build|test|run|install|get|generate|clean|fmt|fix", "prints help").flags("-h -help --help").operands(Operands::Most(0)).language(Language::First("-h -help --help")),
        Row::read("tool", "lists tools").operands(Operands::Most(0)),
        Row::read("work", "tells about the workspace").subcommands(&[Row::read("edit", "tells about the workspace").flags("-json").operands(Operands::Most(0)).language(Language::Needs("-json"))]),
    ]).examples(&["go list ./...", "go list -json=Dir,ImportPath ./...", "go list -json ./...", "go version -m $(which x)", "go list -f '{{.Dir}}' ./...", "go env GOPATH", "go version", "go vet -h", "go get -h", "go mod edit -json", "go work edit -json", "go doc fmt.Println"], &["go build", "go mod edit -go=1.2", "go mod edit", "go mod edit -json x/go.mod", "go work edit -use=x -json", "go test -exec ./x -h", "go test ./...", "go vet ./...", "go env -w a=b", "go env -u a", "go list -mod=mod ./...", "go list -toolexec ./x ./...", "go mod tidy", "go generate", "go list -export ./...", "go list -m \"$(cat .env)@latest\"", "go -C x list"]),
    // Older ones take the word behind an option that they do not know for the command.
    Row::read("npm", "tells about packages").flags("-v --version -g --global --json --long -l -p --parseable --depth# --all -a --prod --production --dev --omit? --include? --no-color --silent -s --workspace? --workspaces --help -h --loglevel: --no-fund --no-audit --package-lock-only --offline").trusts_folder().subcommands(&[
        Row::read("query", "tells about packages").marks(NET),
        Row::read("ls|list|la|ll|root|prefix|bin|why|explain|completion", "tells about packages").flags("-w: --workspace: --omit: --include: --link --unicode --before: --no-unicode"),
        // With the name of a package it opens a browser.
        Row::read("fund", "tells about packages").flags("--unicode --no-unicode").operands(Operands::Most(0)),
        help_h("install|i|ci|test|t|tst|build|publish|init|create|exec|x|update|up|uninstall|un|rm|remove|link|ln|pack|start|stop|restart|dedupe|ddp|prune|rebuild|rb|shrinkwrap|set|star|unstar|deprecate|unpublish|adduser|login|logout|diff|edit|explore|install-test|it|docs|home|bugs|issues|repo|find-dupes|undeprecate"),
        Row::read("sbom", "tells about packages").flags("--sbom-format: --sbom-type:").operands(Operands::Most(0)),
        Row::read("version|run|run-script|help", "lists scripts or versions").operands(Operands::Most(0)),
        Row::read("pkg", "tells about the package").subcommands(&[Row::read("get", "tells about the package")]),
        Row::read("config|c", "tells settings").subcommands(&[Row::read("list|ls|get", "tells settings")]),
        Row::read("get", "tells a setting"),
        Row::read("view|info|show|v", "asks the registry").operands(Operands::Packages).marks(NET),
        Row::read("search|find|whoami|ping|doctor", "asks the registry").flags("--searchlimit#").marks(NET),
        Row::read("outdated", "asks the registry").flags("-w: --workspace:").marks(NET),
        Row::read("audit", "asks the registry").flags("--audit-level:").operands(Operands::OneOf("signatures")).marks(NET),
        Row::read("dist-tag|dist-tags|owner|access|team|token|org|profile|hook", "asks the registry").marks(NET).subcommands(&[Row::read("ls|list|get|list-packages|list-collaborators", "asks the registry").operands(Operands::Packages)]),
        Row::read("cache", "tells about the cache").subcommands(&[Row::read("ls", "tells about the cache")]),
    ]).examples(&["npm ls", "npm list --all --json", "npm view lodash version", "npm config list", "npm pkg get name", "npm run", "npm outdated", "npm fund", "npm -v", "npm help", "npm install --help", "npm start --help", "npm sbom --sbom-format cyclonedx", "npm ls -w a", "npm ls --omit=dev"], &["npm run -w build", "npm --workspace ls test", "npm --include prefix version patch", "npm pkg --omit get set zz=b", "npm version --omit patch", "npm config --omit set list", "npm --omit run list", "npm help x", "npm install x --help", "npm exec --help x", "npm fund x", "npm view https://h/x.tgz", "npm install", "npm run --depth build", "npm test", "npm run build", "npm config set a b", "npm pkg set a=b", "npm version patch", "npm audit fix", "npm --prefix . run build", "npm exec x", "npm dist-tag add a b", "npm view \"$(cat .env)\""]),
    // These name a program that takes its place, or modules that it loads.
    Row::read("yarn", "tells about packages; a word that is no command of its own is a script of the project").settings(".../.yarnrc .../.yarnrc.yml .../.corepack.env").flags("-v --version --json --depth# --long -R --name-only --all --pattern: --silent -s --no-color --help --offline -r --recursive").globals("-v --version --json --silent -s --no-color --help --offline").trusts_folder().subcommands(&[
        Row::read("why|bin", "tells about packages"),
        Row::read("config", "tells settings").subcommands(&[Row::read("list|get", "tells settings")]),
        Row::read("workspaces", "tells about packages").subcommands(&[Row::read("list|info", "tells about packages")]),
        Row::read("info", "asks the registry").operands(Operands::Without(":")).marks(NET),
    ]).examples(&["yarn info lodash", "yarn why lodash"], &["yarn --pattern add info", "yarn", "yarn list", "yarn licenses", "yarn audit", "yarn outdated", "yarn add x", "yarn config set a b", "yarn la", "yarn set version 3"]),
    // These name its cache, which it makes.
    Row::read("bun", "tells its version or about packages").settings("bunfig.toml .npmrc").flags("-v --version --revision --help -h").trusts_folder().subcommands(&[
        Row::read("pm", "tells about packages").subcommands(&[Row::read("ls|bin|hash", "tells about packages").flags("--all -g")]),
        Row::read("outdated", "asks the registry").operands(Operands::Most(0)).marks(NET),
    ]).examples(&["bun --version", "bun pm ls"], &["bun x", "bun run x", "bun list", "bun install"]),
    Row::read("pip|pip3", "tells about packages").flags("--version -V --disable-pip-version-check -q -v --no-color --help -h --no-input --isolated").subcommands(&[
        Row::read("list", "tells about packages").flags("--format: -o --outdated -l --local --user -e --editable --not-required --exclude: --verbose -u --uptodate --pre").marks(NET),
        Row::read("freeze|check|debug|inspect|help", "tells about packages").flags("-l --local --user --exclude: --all --verbose"),
        Row::read("show", "tells about packages").flags("-f --files --verbose"),
        Row::read("config", "tells settings").subcommands(&[Row::read("list|get|debug", "tells settings")]),
        Row::read("cache", "tells about the cache").subcommands(&[Row::read("dir|info|list", "tells about the cache"), help_h("purge|remove")]),
        Row::read("index", "asks the registry").marks(NET).subcommands(&[Row::read("versions", "asks the registry").flags("--pre")]),
        Row::read("search", "asks the registry").marks(NET),
        help_h("install|uninstall|download|wheel|hash|completion|lock"),
    ]).examples(&["pip list", "pip show x", "pip config list", "pip --version", "pip install --help", "pip cache purge --help"], &["pip list -o -f http://h/x", "pip freeze -f http://h/x", "pip install x", "pip install --help x", "pip install -r --help", "pip list --log f", "pip config set a b", "pip download x", "pip --log f list", "pip --python ./x list"]),
    // What tells of the environment starts the interpreter of the folder.
    Row::read("uv", "tells about packages").flags("--version -V -q -v --help --offline --color:").trusts_folder().subcommands(&[
        Row::read("python", "tells a folder").globals("-h --help").subcommands(&[Row::read("dir", "tells a folder"), help_h("*")]),
        Row::read("tool", "tells about tools").globals("-h --help").subcommands(&[Row::read("list|dir", "tells about tools").flags("--show-paths"), help_h("*")]),
        Row::read("cache", "tells about the cache").globals("-h --help").subcommands(&[Row::read("dir", "tells about the cache"), help_h("*")]),
        Row::read("pip", "prints its help").globals("-h --help").subcommands(&[help_h("*")]),
        Row::read("export", "prints the requirements").flags("--frozen --no-dev --all-extras --format: --no-hashes --no-emit-project").language(Language::Needs("--frozen")),
        Row::read("version|help", "tells the version").flags("--short --output-format:").operands(Operands::Most(0)),
        help_h("add|remove|sync|lock|run|init|venv|build|publish|tree|self|auth|format"),
    ]).examples(&["uv pip install --help", "uv run --help", "uv python install --help", "uv tool run --help", "uv cache clean --help", "uv tool list", "uv python dir", "uv --version", "uv export --frozen"], &["uv pip list", "uv tree --frozen", "uv python find", "uv run x", "uv sync", "uv export", "uv export --frozen -o f", "uv pip install x", "uv tree", "uv python install 3.12", "uv run x --help", "uv run --help x", "uv run -q --help", "uv tool run x --help", "uv pip list --help x"]),
    Row::read("conda|mamba|micromamba", "tells about packages").flags("--version -V --help --json -v -q").subcommands(&[
        Row::read("list|info", "tells about packages").flags("-n: --name: -e --export --explicit -f --full-name -a --all --envs --base -c --canonical --md5 --revisions").alone(),
        Row::read("env", "tells about environments").subcommands(&[Row::read("list|export", "tells about environments").flags("-n: --name: --from-history --no-builds")]),
        Row::read("config", "tells settings").flags("--show? --show-sources --get: --describe?").language(Language::Needs("--show --show-sources --get --describe")),
        Row::read("search", "asks the registry").flags("-c^ --channel^ --info -i --platform:").marks(NET),
        help_h("create|install|update|remove|run|clean|activate|deactivate|init|build"),
    ]).examples(&["conda create --help", "conda list", "conda env list", "conda info"], &["mamba list -p ./evil", "conda search -c http://h.example/c x", "conda install x", "conda run x", "conda run --help x", "conda run x --help", "conda config --add a b", "conda env export -f x"]),
    Row::read("gem", "tells about packages").flags("--version -v --help -h").subcommands(&[
        Row::read("list|info|contents|which|dependency|specification|environment|env|stale|help", "tells about packages").flags("-l --local -a --all -d --details -i --installed --versions --no-versions -e --exact --prefix -q"),
        Row::read("search|outdated", "asks the registry").flags("-r --remote -a --all -e --exact -d --details").marks(NET),
    ]).examples(&["gem list", "gem env"], &["gem install x", "gem list --config-file x"]),
    Row::read("svn", "tells about the repository").subcommands(&[
        Row::read("status|st|help", "tells about the repository").flags("-v -q -R --xml --verbose --depth:").operands(Operands::Without("@")),
        // The files of another folder may be of another repository, on whatever host.
        // Whoever wrote a line is found with files that stay when it is stopped.
        Row::read("log|list|ls|cat|info|propget|proplist", "asks the repository").flags("-v -q -r: -l# -R --show-item: --xml --verbose --limit# --revision: --stop-on-copy --depth:").operands(Operands::Prefix("http:// https:// svn://")),
    ]).flags("--version --help -q --quiet").marks(NET).trusts_folder().examples(&["svn info", "svn --version", "svn log -l 5", "svn status src", "svn cat https://h/x"], &["svn log evil", "svn info evil@HEAD", "svn status -u evil", "svn ls svn+ssh://h/x", "svn ls SVN+SSH://h/x", "svn commit -m x", "svn diff --diff-cmd ./x", "svn status --config-dir x"]),
    Row::read("update-alternatives", "lists alternatives").flags("--list: --display: --query: --get-selections").language(Language::Needs("--list --display --query --get-selections")).operands(Operands::Most(0)).examples(&["update-alternatives --display x"], &["update-alternatives --set a b", "update-alternatives --install a b c 1"]),
    Row::read("ldconfig", "lists libraries").flags("-p --print-cache").language(Language::Needs("-p --print-cache")).operands(Operands::Most(0)).examples(&["ldconfig -p | grep ssl"], &["ldconfig", "ldconfig -p -C x"]),
    Row::read("pkg-config|pkgconf", "tells how to link").flags("--libs --cflags --exists --modversion --list-all --version --variable: --print-errors --libs-only-l --cflags-only-I --print-requires --short-errors --static --atleast-version: --help --libs-only-L --print-variables").examples(&["pkg-config --libs openssl", "pkg-config --list-all"], &["pkg-config --log-file=x --libs a", "pkg-config --with-path=./x --libs a"]),
];
