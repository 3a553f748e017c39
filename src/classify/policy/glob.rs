//! Patterns of names and paths in rules.

use globset::{GlobBuilder, GlobMatcher};

/// A pattern and what it was made of.
#[derive(Debug, Clone)]
pub struct Glob {
    /// As it was written.
    pub text: String,
    matcher: GlobMatcher,
}

impl Glob {
    /// A pattern of tool names: `*`, `?`, `[...]` and `{a,b}`.
    pub(super) fn of_name(text: &str) -> Result<Self, String> {
        Self::new(text, GlobBuilder::new(text).literal_separator(false))
    }

    /// The same, in capitals or not.
    pub(super) fn of_name_in_any_case(text: &str) -> Result<Self, String> {
        Self::new(text, GlobBuilder::new(text).literal_separator(false).case_insensitive(true))
    }

    /// A pattern of paths: there `*` stops at a slash and `**` does not.
    pub(super) fn of_path(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix("./").unwrap_or(text);
        Self::new(text, GlobBuilder::new(text).literal_separator(true))
    }

    fn new(text: &str, builder: &GlobBuilder<'_>) -> Result<Self, String> {
        let glob = builder.build().map_err(|error| format!("`{text}` is no pattern: {}", error.kind()))?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// Whether the pattern can stand for more than one text.
    pub fn is_wild(&self) -> bool {
        self.text.contains(['*', '?', '[', '{', '\\'])
    }

    /// Whether the pattern stands for `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }

    /// Whether a path is surely one of the pattern's: written without `..`, relative as the pattern is.
    pub fn holds_path(&self, path: &str) -> bool {
        let plain = path.strip_prefix("./").unwrap_or(path);
        !plain.is_empty() && plain.split('/').all(|part| part != "..") && self.is_match(plain)
    }

    /// Whether a path may lead to one of the pattern's: from whatever folder, to the thing itself or a folder of it.
    pub fn may_hold_path(&self, path: &str) -> bool {
        let parts = settled(path);
        (0..parts.len().max(1)).any(|from| {
            let tail = parts.get(from..).unwrap_or_default().join("/");
            self.is_match(&tail) || self.is_match(&format!("{tail}/_")) || self.is_match(&format!("/{tail}"))
        }) || self.is_match(path)
    }
}

/// The names of a path, `.` and `..` carried out as far as they can be.
fn settled(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Glob {
        Glob::of_path(text).expect("a pattern")
    }

    #[test]
    fn what_is_allowed_must_surely_be_meant() {
        let src = glob("src/**");
        for path in ["src/a.rs", "./src/a/b.rs"] {
            assert!(src.holds_path(path), "{path}");
        }
        for path in ["src/../.env", "/w/src/a.rs", "other/src/a.rs", "../src/a", "src", ""] {
            assert!(!src.holds_path(path), "{path}");
        }
        assert!(!glob("src/*").holds_path("src/a/b"));
    }

    #[test]
    fn what_is_queued_need_only_be_possible() {
        let secrets = glob("secrets/**");
        for path in
            ["secrets/a", "/w/secrets/a", "./secrets/a", "x/../secrets/a", "secrets", "secrets/", "../secrets/a"]
        {
            assert!(secrets.may_hold_path(path), "{path}");
        }
        for path in ["src/a", "secrets.md", "my-secrets/a", "", "x/secrets/../../a"] {
            assert!(!secrets.may_hold_path(path), "{path}");
        }
        assert!(glob("/etc/**").may_hold_path("/etc/passwd") && glob("*.pem").may_hold_path("keys/a.pem"));
    }

    #[test]
    fn a_broken_pattern_is_told() {
        assert!(Glob::of_name("mcp__[a").is_err_and(|reason| reason.contains("mcp__[a")));
        assert!(!Glob::of_name("mcp__a__b").expect("a name").is_wild());
    }
}
