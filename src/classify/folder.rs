//! The folders that a call may run in, and whose configuration a program meets there.

use std::fmt;
use std::path::Path;

use crate::model::ToolCall;

/// Whose configuration a program meets in a folder; the later, the less is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// The folder that the agent was started in: all of it is trusted.
    Own,
    /// Another folder of the agent's repository: git meets the same configuration there, other programs may not.
    Repository,
    /// Nobody's: any.
    Nobody,
}

/// What is known of the folders around a call. Of what somebody does not know, the most cautious is taken.
pub trait Surroundings: fmt::Debug {
    /// Whose configuration a program meets that runs where the call does.
    fn here(&self) -> Trust;

    /// The same of `folder`, which is named as seen from the call's folder.
    fn of(&self, _folder: &str) -> Trust {
        Trust::Nobody
    }

    /// Whether `folder` is the call's folder.
    fn is_here(&self, _folder: &str) -> bool {
        false
    }

    /// Whether a file or folder of that name, as seen from the call's folder, is or may be there.
    fn holds(&self, _name: &str) -> bool {
        true
    }

    /// The same of the call's folder and all above it.
    fn holds_above(&self, _name: &str) -> bool {
        true
    }

    /// Whether a name in `folder`, as seen from the call's folder, is or may be one that a program takes for more than a
    /// file's, such as an option: patterns find it too.
    fn holds_options(&self, _folder: &str) -> bool {
        true
    }
}

/// For those who look at no disk: a call runs in the agent's own folder, of which only the path is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unseen<'a>(Option<&'a str>);

impl<'a> Unseen<'a> {
    pub(super) const NAMELESS: Self = Self(None);

    pub(super) fn around(call: &'a ToolCall) -> Self {
        // Nobody works in `/`: it stands for a folder that was not named.
        Self(call.cwd.to_str().filter(|folder| !folder.trim_matches('/').is_empty()))
    }
}

impl Surroundings for Unseen<'_> {
    fn here(&self) -> Trust {
        Trust::Own
    }

    fn of(&self, folder: &str) -> Trust {
        if self.is_here(folder) { Trust::Own } else { Trust::Nobody }
    }

    fn is_here(&self, folder: &str) -> bool {
        self.0 == Some(folder)
    }

    fn holds(&self, _: &str) -> bool {
        false
    }

    fn holds_above(&self, _: &str) -> bool {
        false
    }

    fn holds_options(&self, _: &str) -> bool {
        false
    }
}

/// For what a server runs in a folder of its own, of which nothing is known but that it is as trusted as the server.
#[derive(Debug, Clone, Copy)]
struct Abroad;

impl Surroundings for Abroad {
    fn here(&self) -> Trust {
        Trust::Own
    }
}

/// Where a command runs, as far as the line before it tells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    /// Whose configuration it meets, at worst.
    trust: Trust,
    /// How often a folder may have been entered before; names are no longer seen from the call's own then.
    steps: usize,
    around: &'a dyn Surroundings,
}

impl<'a> Ground<'a> {
    /// Where nothing is known of folders but that the agent's is the present one.
    pub(super) const NAMELESS: Self = Self { trust: Trust::Own, steps: 0, around: &Unseen::NAMELESS };

    /// The folder of a server.
    pub(super) const ABROAD: Self = Self { trust: Trust::Own, steps: 0, around: &Abroad };

    /// The folder of a call.
    pub(super) fn here(around: &'a dyn Surroundings) -> Self {
        Self { trust: around.here(), steps: 0, around }
    }

    /// Any folder.
    pub(super) fn elsewhere(self) -> Self {
        Self { trust: Trust::Nobody, steps: self.steps + 1, ..self }
    }

    /// Where the next command runs after `cd FOLDER`, or if that was not run. `None` is a folder that is not known.
    pub(super) fn after(self, folder: Option<&str>) -> Self {
        let Some(folder) = folder else { return self.elsewhere() };
        let stays = folder == "." || !self.strayed() && self.around.is_here(folder);
        let trust = self.trust.max(self.trust_of(folder));
        if stays { self } else { Self { trust, steps: self.steps + 1, ..self } }
    }

    /// Where a command runs that a call sends to `folder`.
    pub(super) fn within(self, folder: &str) -> Self {
        Self { trust: self.trust_of(folder), ..self.after(Some(folder)) }
    }

    /// This after what was done on `other` since.
    pub(super) fn moved_like(self, other: Ground<'_>) -> Self {
        Self { trust: other.trust, steps: other.steps, ..self }
    }

    pub(super) fn trust(self) -> Trust {
        self.trust
    }

    /// Whose configuration a program meets that goes to `folder` from here.
    pub(super) fn trust_of(self, folder: &str) -> Trust {
        if folder == "." {
            self.trust
        } else if self.strayed() && !Path::new(folder).is_absolute() {
            Trust::Nobody
        } else {
            self.around.of(folder)
        }
    }

    /// Whether this may be any folder.
    pub(super) fn is_anywhere(self) -> bool {
        self.trust == Trust::Nobody
    }

    /// Whether a folder may have been entered.
    pub(super) fn strayed(self) -> bool {
        self.steps > 0
    }

    /// Whether what a pattern finds may be an option, here or in the folder that is entered from here.
    pub(super) fn holds_options(self, entered: Option<&str>) -> bool {
        self.strayed() || [Some("."), entered].into_iter().flatten().any(|folder| self.around.holds_options(folder))
    }

    /// How many folders may have been entered since `before`.
    pub(super) fn steps_since(self, before: Ground<'_>) -> usize {
        self.steps - before.steps
    }

    /// Whether one may have been entered since `before`.
    pub(super) fn moved_since(self, before: Ground<'_>) -> bool {
        self.steps > before.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{Policy, classify_in};
    use crate::model::{AgentPath, ServerHints, Verdict};

    /// An agent that was started in `/w`, whose repository has a folder `sub` and holds another repository, `evil`.
    #[derive(Debug)]
    struct Tree {
        cwd: &'static str,
    }

    impl Tree {
        fn trust(folder: &Path) -> Trust {
            match folder.to_str().expect("these are texts") {
                "/w" => Trust::Own,
                "/w/sub" | "/w/sub/deep" => Trust::Repository,
                _ => Trust::Nobody,
            }
        }
    }

    impl Surroundings for Tree {
        fn here(&self) -> Trust {
            Self::trust(Path::new(self.cwd))
        }

        fn of(&self, folder: &str) -> Trust {
            Self::trust(&Path::new(self.cwd).join(folder))
        }

        fn is_here(&self, folder: &str) -> bool {
            Path::new(self.cwd).join(folder) == Path::new(self.cwd)
        }

        fn holds(&self, name: &str) -> bool {
            ["/w/sub", "/w/evil", "/w/a.txt"].iter().any(|there| Path::new(self.cwd).join(name) == Path::new(there))
        }

        fn holds_above(&self, _: &str) -> bool {
            false
        }

        fn holds_options(&self, folder: &str) -> bool {
            Path::new(self.cwd).join(folder).starts_with("/w/evil")
        }
    }

    fn judged(cwd: &'static str, tool: &str, args: serde_json::Value) -> Verdict {
        let call = ToolCall {
            tool: tool.to_owned(),
            args,
            cwd: cwd.into(),
            agent: AgentPath::main(),
            tool_call_id: None,
            reason: String::new(),
            hints: ServerHints::default(),
        };
        classify_in(&call, Policy::built_in(), &Tree { cwd }).verdict
    }

    #[test]
    fn what_a_pattern_finds_may_be_an_option_where_the_folder_holds_one_and_wherever_it_is_not_known() {
        let judge = |cwd, line: &str| judged(cwd, "Bash", serde_json::json!({ "command": line }));
        for line in [
            "sort *.csv",
            "rg x *",
            "find * -name x",
            "nm *.o",
            "for f in *; do sort \"$f\"; done",
            "for f in *.o; do nm \"$f\"; done",
            "fs=(*); for f in \"${fs[@]}\"; do sort \"$f\"; done",
            "for f in *; do sort \"$f.x\"; done",
            "f() { sort \"$1\"; }; f *",
            "bash -c 'sort *'",
            "cd /w && sort *",
            "cd sub && sort *",
            "sort *; cd sub",
            "(cd sub; sort *)",
            "bash -c 'cd sub; sort *'",
        ] {
            assert_eq!(judge("/w", line), Verdict::Read, "{line}");
            assert_eq!(judge("/w/evil", line), Verdict::Write, "{line}");
        }
        for line in [
            "cd evil && sort *",
            "sort *; cd evil",
            "cd $x && sort *",
            "cd && sort *",
            "cd sub && cd deep && sort *",
            "for x in 1 2; do cd sub; sort *; done",
            "(cd evil; sort *)",
            "pushd sub; sort *; popd",
            "cd sub; bash -c 'sort *'",
            "echo \"$(cd evil; sort *)\"",
            "f() { sort *; }; cd evil; f",
            "for d in a evil; do sort *; cd \"$d\"; done",
            "bash -c 'cd evil; sort *'",
            "cd evil; bash -c 'sort *'",
            "find . -execdir bash -c 'sort *' \\;",
            "for f in *; do nm \"$f@x\"; done",
            "sort $(ls)",
            "ls * | xargs sort",
        ] {
            assert_eq!(judge("/w", line), Verdict::Write, "{line}");
        }
        let elsewhere = |key: &str| judged("/w", "Bash", serde_json::json!({ "command": "sort *", key: "/w/evil" }));
        assert_eq!([elsewhere("cwd"), elsewhere("workdir")], [Verdict::Write; 2]);
        let server = |line| judged("/w", "mcp__shell__run_command", serde_json::json!({ "command": line }));
        assert_eq!([server("sort a"), server("sort *")], [Verdict::Read, Verdict::Write]);
    }

    #[test]
    fn git_reads_in_its_own_repository_and_nowhere_else() {
        let judge = |cwd, line: &str| judged(cwd, "Bash", serde_json::json!({ "command": line }));
        for (cwd, line) in [
            ("/w", "git status"),
            ("/w", "cd sub && git status"),
            ("/w", "cd /w/sub && git diff"),
            ("/w", "cd sub; cd /w/sub/deep; git diff"),
            ("/w", "git -C sub status"),
            ("/w", "git --no-pager -C /w/sub diff"),
            ("/w", "cd evil; git -C /w status"),
            ("/w", "false && cd sub; git status"),
            ("/w/sub", "git status"),
            ("/w/sub", "cd deep && git status"),
            ("/w/sub", "cd /w && git status"),
            ("/w/evil", "git -C /w status"),
            ("/w", "cd sub && cat a.txt"),
            ("/w", "cargo --version"),
            ("/w", "cd /w && cargo --version"),
        ] {
            assert_eq!(judge(cwd, line), Verdict::Read, "{cwd}: {line}");
        }
        for (cwd, line) in [
            ("/w", "cd evil && git status"),
            ("/w", "git -C evil status"),
            ("/w/evil", "git status"),
            ("/w/evil", "cd sub; git status"),
            ("/w", "cd sub; cd deep; git status"),
            ("/w", "cd sub; git -C deep status"),
            ("/w", "cd evil; false && cd /w; git status"),
            ("/w", "cd evil; git log -p -C /w"),
            ("/w", "cd sub/..; git status"),
            ("/w", "cd - && git status"),
            ("/w", "cd \"$x\" && git status"),
            ("/w", "pushd sub; popd; git status"),
            ("/w", "for i in 1 2; do git status; cd sub; done"),
            ("/w", "f() { cd sub; }; f; f; git status"),
            ("/w", "cd sub && sh -c 'f() { git status; cd ../evil; }; f; f'"),
            ("/w", "cd sub; bash -c 'for i in *; do git status; cd ../evil; done'"),
            ("/w", "cd sub; timeout 5 bash -c 'f() { git -C . status; cd ../evil; }; f; f'"),
            ("/w", "cd sub && mlr --icsv cat a.csv"),
            ("/w", "find sub -execdir git status \\;"),
            ("/w", "cd sub && cargo --version"),
            ("/w/sub", "cargo --version"),
            ("/w/sub", "rustc --version"),
        ] {
            assert_eq!(judge(cwd, line), Verdict::Write, "{cwd}: {line}");
        }
    }

    #[test]
    fn a_servers_git_reads_in_the_agents_repository_wherever_the_agents_shell_is() {
        let judge = |cwd, args| judged(cwd, "mcp__git__git_status", args);
        for folder in ["/w", "/w/sub", "."] {
            for cwd in ["/w", "/w/sub", "/w/evil"] {
                assert_eq!(judge(cwd, serde_json::json!({ "repo_path": folder })), Verdict::Read, "{cwd}: {folder}");
            }
        }
        for (cwd, args) in [
            ("/w", serde_json::json!({ "repo_path": "/w/evil" })),
            ("/w/evil", serde_json::json!({ "repo_path": "/w/evil" })),
            ("/w", serde_json::json!({ "repo_path": "sub" })),
            ("/w", serde_json::json!({ "path": "/w/evil" })),
            ("/w", serde_json::json!({ "path": "evil" })),
        ] {
            assert_eq!(judge(cwd, args.clone()), Verdict::Write, "{cwd}: {args}");
        }
        assert_eq!(judge("/w", serde_json::json!({ "path": "a.gone" })), Verdict::Read);
    }

    #[test]
    fn a_folder_in_the_arguments_is_one_that_was_entered() {
        let judge =
            |folder: &str, line: &str| judged("/w", "shell", serde_json::json!({ "command": line, "workdir": folder }));
        for (folder, line) in [("sub", "git status"), ("/w", "cargo --version"), (".", "cd sub && git status")] {
            assert_eq!(judge(folder, line), Verdict::Read, "{folder}: {line}");
        }
        for (folder, line) in [("evil", "git status"), ("sub", "cargo --version"), ("sub", "cd deep && git status")] {
            assert_eq!(judge(folder, line), Verdict::Write, "{folder}: {line}");
        }
    }
}
