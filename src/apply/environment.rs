//! What of the person's environment an approved command sees.
//!
//! A name has to be listed: a key or a token that happens to be set where somebody approves is nobody's business, and what
//! a command sees it may print, and its output is kept. Nothing of the environment is ever stored.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// What programs need to find themselves, their user, their language, their tools and their caches. A `*` at the end
/// stands for any end.
const KNOWN: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "COLUMNS",
    "LINES",
    "LANG",
    "LANGUAGE",
    "LC_*",
    "TZ",
    "TMPDIR",
    "XDG_*",
    "GIT_AUTHOR_*",
    "GIT_COMMITTER_*",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "CI",
    "SOURCE_DATE_EPOCH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "LD_LIBRARY_PATH",
    "PKG_CONFIG_PATH",
    "MANPATH",
    "INFOPATH",
    "CC",
    "CXX",
    "AR",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "MAKEFLAGS",
    "CARGO_HOME",
    "CARGO_TARGET_DIR",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUSTFLAGS",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "GOPATH",
    "GOROOT",
    "GOBIN",
    "GOCACHE",
    "GOMODCACHE",
    "GOFLAGS",
    "GOPROXY",
    "JAVA_HOME",
    "MAVEN_HOME",
    "GRADLE_HOME",
    "GRADLE_USER_HOME",
    "ANDROID_HOME",
    "ANDROID_SDK_ROOT",
    "NODE_ENV",
    "NODE_PATH",
    "NVM_DIR",
    "NVM_BIN",
    "VOLTA_HOME",
    "PNPM_HOME",
    "BUN_INSTALL",
    "DENO_DIR",
    "PYTHONPATH",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "CONDA_DEFAULT_ENV",
    "UV_CACHE_DIR",
    "GEM_HOME",
    "GEM_PATH",
    "RBENV_ROOT",
    "RBENV_VERSION",
    "BUNDLE_PATH",
    "ASDF_DIR",
    "ASDF_DATA_DIR",
    "MISE_DATA_DIR",
    "NIX_PATH",
    "NIX_PROFILES",
    "NIX_SSL_CERT_FILE",
    "DOTNET_ROOT",
    "FLUTTER_ROOT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Ours, tokens of approval among them: no command ever sees one.
const OURS: &[u8] = b"PLANGATE_";

/// Which variables a command sees.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    also: Vec<String>,
}

impl Environment {
    /// What every command sees, and the names that a person adds; a `*` at the end of one stands for any end.
    pub fn with(also: Vec<String>) -> Self {
        Self { also }
    }

    /// Those of this process's variables that a command sees.
    pub(super) fn variables(&self) -> Vec<(OsString, OsString)> {
        std::env::vars_os().filter(|(name, value)| self.shows(name, value)).collect()
    }

    fn shows(&self, name: &OsStr, value: &OsStr) -> bool {
        let name = name.as_bytes();
        if name.starts_with(OURS) {
            return false;
        }
        if self.also.iter().any(|pattern| is_meant(pattern, name)) {
            return true;
        }
        // The address of a proxy may hold a password, which stands before an `@`.
        let is_proxy = name.to_ascii_lowercase().ends_with(b"_proxy");
        KNOWN.iter().any(|pattern| is_meant(pattern, name)) && !(is_proxy && value.as_bytes().contains(&b'@'))
    }
}

fn is_meant(pattern: &str, name: &[u8]) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start.as_bytes()),
        None => name == pattern.as_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(environment: &Environment, name: &str, value: &str) -> bool {
        environment.shows(OsStr::new(name), OsStr::new(value))
    }

    #[test]
    fn a_command_sees_what_tools_need_and_no_secret() {
        let plain = Environment::default();
        for name in ["PATH", "HOME", "LANG", "LC_ALL", "CARGO_HOME", "VIRTUAL_ENV", "https_proxy"] {
            assert!(shows(&plain, name, "x"), "{name}");
        }
        for name in ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "ANTHROPIC_API_KEY", "SSH_AUTH_SOCK", "DATABASE_URL", ""]
        {
            assert!(!shows(&plain, name, "x"), "{name}");
        }
        assert!(!shows(&plain, "HTTPS_PROXY", "http://me:secret@proxy:3128"));
    }

    #[test]
    fn a_person_adds_names_but_never_ours() {
        let more = Environment::with(vec!["SSH_AUTH_SOCK".to_owned(), "AWS_*".to_owned(), "*".to_owned()]);
        for name in ["SSH_AUTH_SOCK", "AWS_PROFILE", "ANYTHING"] {
            assert!(shows(&more, name, "x"), "{name}");
        }
        for name in ["PLANGATE_APPROVAL", "PLANGATE_HOME", "PLANGATE_"] {
            assert!(!shows(&more, name, "x"), "{name}");
        }
    }
}
