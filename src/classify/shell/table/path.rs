//! What a path tells by itself: whether it is commonly secret, and whether it may be a device.

/// Whether a path is commonly secret; `text` may be a prefix.
pub(crate) fn is_secret(text: &str) -> bool {
    let base = &text[text.bytes().rposition(|byte| byte == b'/').map_or(0, |slash| slash + 1)..];
    let environment = base == ".env"
        || base.strip_prefix(".env.").is_some_and(|kind| !matches!(kind, "example" | "sample" | "template" | "dist"));
    environment
        || text.contains('/')
            && [
                ".ssh/",
                ".aws/credentials",
                ".gnupg/",
                ".kube/config",
                ".docker/config.json",
                ".config/gh/hosts",
                "/etc/shadow",
                "/etc/sudoers",
            ]
            .iter()
            .any(|part| text.contains(part))
        || matches!(
            base,
            ".netrc"
                | ".pgpass"
                | ".npmrc"
                | ".pypirc"
                | ".git-credentials"
                | "id_rsa"
                | "id_ed25519"
                | "id_ecdsa"
                | "id_dsa"
                | "credentials.json"
                | "secrets.yaml"
                | "secrets.yml"
                | ".htpasswd"
                | ".vault-token"
        )
        || base.rsplit_once('.').is_some_and(|(_, kind)| matches!(kind, "pem" | "key" | "p12" | "pfx"))
        || text.starts_with("/proc/") && base == "environ"
}

/// Programs that look at names alone.
const LOOKERS: &str = "ls dir vdir stat lsblk df du readlink realpath basename dirname echo find";

/// Whether `program` may open a device that does something when it is opened or closed: a timer that restarts the
/// machine, a tape that is wound, a line that is dialled. `path` may be the beginning of one.
pub(crate) fn opens_acting_device(program: &str, path: &str, from: From, whole: bool) -> bool {
    // Most words are told apart by this alone: what is no path has no name below `/dev`.
    if whole && (memchr::memchr(b'/', path.as_bytes()).is_none() || !names_dev(path)) {
        return false;
    }
    if looks_at_names(program) && !path.starts_with("--files0-from") {
        return false;
    }
    // Its name may come out of a pattern.
    !whole && may_begin_devices(path)
        || paths(path).filter_map(|path| device(path, from)).any(|name| !is_only_read(&name, whole))
}

/// Whether a line names the folder of devices, by a pattern perhaps, or some of them that reading may do something to: what
/// its commands print may be their names.
pub(crate) fn lists_devices(line: &str, from: From) -> bool {
    let outside = |c: char| !(c.is_ascii_alphanumeric() || "-_./~*?[]{".contains(c));
    // However it is quoted.
    let bare: String = line.replace("$'", "").chars().filter(|c| !matches!(c, '\\' | '\'' | '"')).collect();
    let mut paths = bare.split(outside);
    paths.any(|path| match path.find(['*', '?', '[', '{']) {
        Some(at) if may_begin_devices(&path[..at]) => true,
        Some(_) => device(path, from).is_some_and(|name| !is_only_read(&name, false)),
        None => device(path, from).is_some_and(|name| name.is_empty() || !is_only_read(&name, true)),
    })
}

/// Whether `program` looks at the names of files, and never at what they hold.
pub(crate) fn looks_at_names(program: &str) -> bool {
    LOOKERS.split(' ').any(|own| own == program)
}

/// Whether a path holds the letters `dev`; the last of them is the rarest.
pub(crate) fn names_dev(path: &str) -> bool {
    let bytes = path.as_bytes();
    memchr::memchr_iter(b'v', bytes).any(|at| bytes[..at].ends_with(b"de"))
}

/// Whether what begins like this, as a pattern does, may go on to `/dev`.
fn may_begin_devices(path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let climbs = path.split('/').filter(|part| *part == "..").count() > 2;
    match (parts.next(), parts.next()) {
        (None, _) => path.starts_with('/'),
        (Some(only), None) => (path.starts_with('/') || climbs) && !path.ends_with('/') && "dev".starts_with(only),
        (Some(_), Some(_)) => false,
    }
}

/// The paths that a word may hold: itself, or a value in the same word.
fn paths(word: &str) -> impl Iterator<Item = &str> {
    let value = word.split_once(['=', ':']).map(|(_, value)| value);
    let attached =
        word.find('/').filter(|at| word.starts_with('-') && !word[..*at].contains('=')).map(|at| &word[at..]);
    [Some(word), value, attached].into_iter().flatten()
}

/// Whether reading the device of that name does nothing else: it is one of these, below one of these folders, or a disk.
fn is_only_read(name: &str, whole: bool) -> bool {
    const DEVICES: [&str; 11] =
        ["", "kmsg", "null", "zero", "full", "random", "urandom", "tty", "stdin", "stdout", "stderr"];
    const FOLDERS: [&str; 6] = ["fd", "shm", "disk", "mapper", "mqueue", "hugepages"];
    let folder = name.split('/').next().is_some_and(|first| FOLDERS.contains(&first));
    let stays = name.split('/').all(|part| part != "..") && (whole || name == "fd" || name.contains('/'));
    folder && stays || whole && (DEVICES.contains(&name) || is_disk(name))
}

/// Whether a device is a disk or a part of one: `sda1`, `nvme0n1p2`, `md0`.
fn is_disk(name: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let lettered = ["sd", "vd", "xvd"].iter().filter_map(|own| name.strip_prefix(own)).any(|rest| {
        let letters = rest.trim_end_matches(|c: char| c.is_ascii_digit());
        matches!(letters.len(), 1 | 2) && letters.bytes().all(|b| b.is_ascii_lowercase())
    });
    let numbered = ["md", "loop", "dm-"].iter().filter_map(|own| name.strip_prefix(own));
    let parted = ["nvme", "mmcblk"].iter().filter_map(|own| name.strip_prefix(own));
    let part =
        |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    lettered || numbered.clone().any(|rest| !rest.is_empty() && digits(rest)) || parted.clone().any(part)
}

/// Devices whose content ends, or is what the shell was given.
pub(crate) const ENDING: [&str; 5] = ["", "null", "stdin", "stdout", "stderr"];

/// The folder from which a path is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// The one in which the line starts.
    Here,
    /// Any other, `/` perhaps.
    Elsewhere,
}

/// The name below `/dev` that a path may mean, however it is spelled: `//dev/./lp`, `~/../../dev/lp`.
pub(crate) fn device(path: &str, from: From) -> Option<String> {
    // Most words are told apart by this alone.
    if !names_dev(path) {
        return None;
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let start = if path.starts_with('/') { Start::Root } else { from.into() };
    let at = (0..parts.len()).rev().find(|at| parts[*at] == "dev" && start.may_lead_to_root(&parts[..*at]))?;
    Some(parts[at + 1..].join("/"))
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Root,
    Here,
    /// At the root perhaps.
    Anywhere,
}

impl std::convert::From<From> for Start {
    fn from(from: From) -> Self {
        match from {
            From::Here => Self::Here,
            From::Elsewhere => Self::Anywhere,
        }
    }
}

impl Start {
    /// Whether the root of a file system may be where the folders `parts` lead.
    ///
    /// Behind `..` nobody knows where one is, but no name leads to the root from there, unless it names a root itself.
    fn may_lead_to_root(self, parts: &[&str]) -> bool {
        let climb = parts.iter().rposition(|part| *part == "..");
        let names = &parts[climb.map_or(0, |climb| climb + 1)..];
        match (self, climb, names) {
            (Self::Here, None, _) => false,
            (_, _, []) => true,
            // A drive of Windows.
            (Self::Root, None, ["mnt", drive, rest @ ..]) if drive.len() == 1 => rest.iter().copied().any(is_root),
            (Self::Root, None, [top, rest @ ..]) => {
                !TOPS.split(' ').any(|own| own == *top) || rest.iter().copied().any(is_root)
            }
            _ => names.iter().copied().any(is_root),
        }
    }
}

/// Folders of the root in which people and programs keep files, and no other system's root is mounted.
const TOPS: &str = "Applications Library Users app apps bin build builds code data etc go home lib lib64 nix opt private project projects repo repos root sbin site snap source src srv testbed tmp usr var work workspace workspaces";

/// Whether a folder of that name may be the root of another system, or lead to the root of this one.
fn is_root(name: &str) -> bool {
    const NAMES: [&str; 16] = [
        "Volumes", "cwd", "diff", "fd", "host", "lxc", "lxd", "machines", "media", "merged", "mnt", "newroot", "proc",
        "root", "run", "sys",
    ];
    const PARTS: [&str; 6] = ["chroot", "container", "host", "overlay", "root", "jail"];
    NAMES.contains(&name) || PARTS.iter().any(|part| name.contains(part))
}

/// Whether a search that starts at `path` may come to `/dev`.
pub(crate) fn may_reach_devices(path: &str) -> bool {
    // What is left of a path once each `..` has taken the name before it away.
    let (mut names, mut above) = (0_usize, path.starts_with('/') || path.starts_with('~') && path.contains(".."));
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if names == 0 => above = true,
            ".." => names -= 1,
            _ => names += 1,
        }
    }
    if path.len() > 1 && "/dev".starts_with(path) {
        return true;
    }
    device(path, From::Here).is_some() || path.starts_with("/proc") || above && names == 0
}
