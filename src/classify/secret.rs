//! Paths that commonly hold secrets. Reading one is still a read, but a person should know.

use serde_json::Value;

use super::arguments;
use crate::model::Mark;

/// The marks of a call that reads the files its arguments name.
pub(super) fn marks(args: &Value) -> Vec<Mark> {
    if arguments::paths(args).any(is_secret) { vec![Mark::Secret] } else { Vec::new() }
}

/// True when a path by its name is where keys, tokens or the environment are kept.
fn is_secret(path: &str) -> bool {
    let path = path.strip_prefix("file://").unwrap_or(path).to_ascii_lowercase();
    let mut parts = path.split(['/', '\\']).filter(|part| !part.is_empty()).rev();
    let Some(name) = parts.next() else { return false };
    let example = [".example", ".sample", ".template", ".dist"].iter().any(|end| name.ends_with(end));
    if example {
        return false;
    }
    NAMES.binary_search(&name).is_ok()
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || (ENDINGS.iter().any(|ending| name.ends_with(ending)))
        || parts.next().is_some_and(|folder| in_secret_folder(folder, name))
        || path.starts_with("/proc/") && name == "environ"
}

fn in_secret_folder(folder: &str, name: &str) -> bool {
    match folder {
        ".ssh" => !["authorized_keys", "config", "known_hosts"].contains(&name) && !name.contains(".pub"),
        ".aws" | ".azure" | ".docker" | ".gnupg" | ".kube" | "gcloud" | "secrets" => true,
        _ => false,
    }
}

#[rustfmt::skip]
const NAMES: &[&str] = &[
    ".env", ".envrc", ".git-credentials", ".htpasswd", ".my.cnf", ".netrc", ".npmrc", ".pgpass", ".pypirc",
    ".vault-token", "_netrc", "auth.json", "credentials", "credentials.json", "gshadow", "hosts.yml", "kubeconfig",
    "secrets.json", "secrets.toml", "secrets.yaml", "secrets.yml", "shadow", "terraform.tfstate", "wallet.dat",
];

const PREFIXES: &[&str] = &[".env.", "id_dsa", "id_ecdsa", "id_ed25519", "id_rsa", "service-account"];

const ENDINGS: &[&str] = &[".jks", ".kdbx", ".key", ".keystore", ".p12", ".pem", ".pfx", ".tfvars"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commonly_holds_secrets_is_known_by_its_name() {
        for secret in [
            "/app/.env",
            ".env.local",
            "~/.ssh/id_rsa",
            "/home/a/.aws/credentials",
            "C:\\k\\server.pem",
            "/proc/self/environ",
            "/etc/shadow",
            ".kube/config",
            "file:///x/.netrc",
        ] {
            assert!(is_secret(secret), "{secret} passed as harmless");
        }
        for plain in ["src/main.rs", ".env.example", "docs/environment.md", "~/.ssh/known_hosts", "key.rs", "", "/"] {
            assert!(!is_secret(plain), "{plain} was called a secret");
        }
        assert!(NAMES.is_sorted());
    }
}
