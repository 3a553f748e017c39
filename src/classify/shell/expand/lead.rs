//! What a word may start with, as far as connections are opened for it: bash does for `/dev/tcp/host/port`, gawk for
//! `/inet/tcp/0/host/port`.

use crate::classify::shell::variable::Class;

/// The folders in which connections are.
const FOLDERS: [&str; 2] = ["/dev", "/inet"];
/// How their paths begin, and how long the folder's name is.
const CONNECTIONS: [(&str, usize); 5] =
    [("/dev/tcp/", 4), ("/dev/udp/", 4), ("/inet/", 5), ("/inet4/", 6), ("/inet6/", 6)];

/// The start of a word: expansions, then literal text.
#[derive(Default)]
pub(super) struct Lead {
    level: Level,
    holes: usize,
    text: String,
    /// Whether something that is not known follows the text.
    more: bool,
}

/// What expansions may be, each also what those above it may be; every one may be nothing.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    #[default]
    Nothing,
    /// No path.
    Number,
    /// A path that is not below `/dev`, perhaps the beginning of one that is: `/d`.
    Short,
    /// A folder, perhaps `/dev` itself.
    Folder,
    Anything,
}

impl Lead {
    pub(super) fn hole(&mut self, class: Class) {
        if !self.text.is_empty() || self.more {
            self.more = true;
            return;
        }
        self.holes += 1;
        self.level = self.level.max(match class {
            Class::Number | Class::Integer => Level::Number,
            Class::Plain | Class::Reference | Class::Named | Class::Start | Class::Relative | Class::Dotted => {
                Level::Short
            }
            Class::Folder => Level::Folder,
            Class::Unknown => Level::Anything,
        });
    }

    /// Text as it is, and whether a pattern follows.
    pub(super) fn literal(&mut self, text: &str, pattern: bool) {
        if !self.more {
            self.text.push_str(text);
        }
        self.more |= pattern;
    }

    pub(super) fn is_device(&self) -> bool {
        let bare = self.text.is_empty();
        let begins = !bare && FOLDERS.iter().any(|folder| self.may_begin(folder));
        match self.level {
            Level::Nothing => begins || is_other_home(&self.text),
            Level::Number => begins,
            Level::Short => begins || self.completes(1) || self.holes > 1 || bare && self.more,
            Level::Folder => begins || self.completes(0) || self.holes > 1 || bare,
            Level::Anything => true,
        }
    }

    fn may_begin(&self, path: &str) -> bool {
        self.text.starts_with(path) || self.more && path.starts_with(self.text.as_str())
    }

    /// Whether the text may be the rest of a connection's path, of whose folder at least as many bytes as `open` says
    /// are missing.
    fn completes(&self, open: usize) -> bool {
        let rest = |path: &str, folder: usize| (1..=folder - open).any(|len| self.may_begin(&path[len..]));
        !self.text.is_empty() && CONNECTIONS.iter().any(|(path, folder)| rest(path, *folder))
    }
}

/// Whether a tilde stands for another folder than the user's home: another user's, or one that was visited.
pub(in crate::classify::shell) fn is_other_home(text: &str) -> bool {
    text.strip_prefix('~').is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}
