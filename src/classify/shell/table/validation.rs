//! Which commands check the project: tests, linters, type checks, builds.

/// One kind of check: the first words of the command, and options of which one must or must not be there.
#[derive(Debug, Clone, Copy)]
struct Check {
    /// The program and its subcommands; alternatives of a word are separated by `|`, a `*` at the end stands for anything.
    words: &'static [&'static str],
    /// One of these must be given; none means that nothing more is needed.
    needs: &'static [&'static str],
}

/// With one of these a checker changes the files it looks at, or what its later runs compare with.
const CHANGES: &[&str] = &[
    "--fix",
    "-w",
    "--write",
    "--apply",
    "-u",
    "--updateSnapshot",
    "--update-snapshots",
    "--unsafe-fixes",
    "--fix-dry-run",
    "--update",
    "-i",
    "--in-place",
    "--snapshot-update",
    "--install",
    "--bless",
];

const fn check(words: &'static [&'static str]) -> Check {
    Check { words, needs: &[] }
}

const fn check_with(words: &'static [&'static str], needs: &'static [&'static str]) -> Check {
    Check { words, needs }
}

/// The checks.
const CHECKS: &[Check] = &[
    check(&["cargo", "test|t|check|c|clippy|build|b|bench|doc|nextest"]),
    check_with(&["cargo", "fmt"], &["--check"]),
    check(&[
        "rustc|tsc|mypy|pyright|basedpyright|pytype|flake8|pylint|shellcheck|hadolint|yamllint|actionlint|golangci-lint|staticcheck|phpunit|phpstan|psalm|rspec|ctest|jest|vitest|mocha|ava|pytest|py.test|nosetests|tox|nox",
    ]),
    check(&["eslint|stylelint|oxlint|standard|xo|tslint|markdownlint|ktlint|swiftlint|rubocop"]),
    check(&["biome", "check|lint|ci"]),
    check_with(
        &["rustfmt|prettier|black|isort|dprint|buildifier|stylua|yapf|clang-format|alejandra|nixfmt"],
        &["--check", "--check-only", "-c", "--list-different", "-l", "--diff", "--dry-run", "-n"],
    ),
    check(&["ruff", "check"]),
    check_with(&["ruff", "format"], &["--check", "--diff"]),
    check_with(&["gofmt|gofumpt|goimports|shfmt"], &["-l", "-d"]),
    check(&["go", "test|vet|build"]),
    check(&["npm|pnpm|yarn|bun", "test|t|lint|build|check|typecheck|type-check|tsc|vitest|jest|eslint"]),
    check(&["npm|pnpm|yarn|bun", "run|run-script", "test*|lint*|build*|check*|typecheck*|type-check*|tsc|verify"]),
    check(&["npx|pnpx|bunx", "tsc|eslint|jest|vitest|mocha|pyright|tslint"]),
    check_with(&["npx|pnpx|bunx", "prettier"], &["--check", "-c", "--list-different", "-l"]),
    check(&["make|gmake|just|task|rake|ninja", "test*|check*|lint*|build*|all|verify*|typecheck|ci"]),
    check(&["python|python3", "-m", "pytest|unittest|mypy|flake8|pylint|compileall|py_compile|doctest|tox|nox"]),
    check(&["uv|poetry|pipenv|hatch|pdm|rye", "run", "pytest|mypy|pyright|flake8|tox|nox|pylint"]),
    check(&["uv|poetry|pipenv|hatch|pdm|rye", "run", "ruff", "check"]),
    check(&["mvn|mvnw|gradle|gradlew", "test|check|build|verify|compile|lint|package"]),
    check(&[
        "dotnet|mix|swift|zig|dune|stack|cabal|sbt|bazel|deno|flutter|dart|lein|rebar3|meson",
        "test|check|build|lint|analyze|compile",
    ]),
    check(&["bundle", "exec", "rspec|rubocop"]),
    check(&["composer", "test|validate|check"]),
    check(&["terraform|tofu", "validate"]),
    check_with(&["terraform|tofu", "fmt"], &["-check"]),
    check(&["helm", "lint"]),
    check(&["cmake", "--build"]),
    check(&["bash|sh|zsh", "-n"]),
    check(&["node", "--check"]),
    check(&["php", "-l"]),
    check(&["ruby|perl", "-c|-wc"]),
];

/// Whether a command of these words is a check; a word that is not known stands as an empty text.
pub(crate) fn is_check(words: &[&str]) -> bool {
    let has =
        |options: &[&str]| words.iter().skip(1).any(|word| options.contains(&word.split('=').next().unwrap_or(word)));
    CHECKS.iter().any(|check| {
        let fits = |(own, word): (&&str, &&str)| {
            own.split('|').any(|own| own.strip_suffix('*').map_or(own == *word, |prefix| word.starts_with(prefix)))
        };
        words.len() >= check.words.len()
            && check.words.iter().zip(words).all(fits)
            && (check.needs.is_empty() || has(check.needs))
            && !has(CHANGES)
    })
}
