//! The row: what is known of one program or subcommand, as data.
//!
//! A row borrows its texts, so the shipped table is `const` and a row of a person's own file can be built from the
//! parsed file at run time.

mod flag;

pub(super) use flag::{Flag, FlagValue, holds};

use crate::classify::folder::Trust;
use crate::model::{Effect, Effects, Mark, Verdict};

/// What is known of a program, or of a subcommand inside of its program's row.
///
/// `flags` lists the options that are harmless, separated by blanks; an option that is not listed makes a write:
///
/// | notation | options |
/// |---|---|
/// | `-abc` | `-a`, `-b`, `-c`, alone or in a cluster |
/// | `-k:` `--key:` | with a value, attached or as the next word |
/// | `-n#` `--max#` | with a value that must be an integer |
/// | `-C?` `--color?` | with a value only when attached |
/// | `-f^` `--file^` | with a path that is written out |
/// | `--pager=cat\|never` | with one of these values |
/// | `-#` | an integer: `-20` |
/// | `~-f` | harmless but endless |
/// | `*` | every option there is |
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The program's or subcommand's name, alternatives separated by `|`; a `*` at the end of one stands for
    /// anything; alone it stands for any plain name.
    pub name: &'a str,
    /// Why the verdict holds, as a clause that a person reads.
    pub reason: &'a str,
    /// What a call is when every option and operand is known.
    pub verdict: Verdict,
    /// How options are written.
    pub style: Style,
    /// Whether no option may follow an operand, as some version of the program takes it for an operand there.
    pub options_first: bool,
    /// The harmless options.
    pub flags: &'a str,
    /// What may stand beside the options.
    pub operands: Operands<'a>,
    /// How the arguments are judged beyond that.
    pub language: Language,
    /// What a call does beyond reading files.
    pub effects: Effects,
    /// What a person should know about a call.
    pub marks: &'a [Mark],
    /// What configuration the program obeys where it runs, so that it is known only there where that is trusted.
    pub obeys: Obeys,
    /// Blank-separated: what in its folder, a file of settings or a folder of programs, may come with a repository and make
    /// it do more than read; behind `.../` what stands there or in a folder above.
    pub settings: &'a str,
    /// The options, or `*`, with which nothing of another folder's configuration runs once the overrides are set that
    /// `shell::OVERRIDES` lists.
    pub overridden: &'a str,
    /// The options that may stand before a subcommand, where those are not all of `flags`: some parsers drop the word
    /// behind an option that they do not know there, and others take it for the subcommand.
    pub globals: Option<&'a str>,
    /// The rows of the subcommands; the first whose name fits speaks.
    pub subcommands: &'a [Row<'a>],
    /// Whether the program is harmless without a subcommand.
    pub alone: bool,
    /// Lines that must be judged reads.
    pub reads: &'a [&'a str],
    /// Lines that must be judged writes.
    pub writes: &'a [&'a str],
}

/// Whose configuration a program obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obeys {
    /// None that depends on the folder it runs in.
    Nothing,
    /// That of the folder.
    Folder,
    /// That of the git repository around it.
    Repository,
}

impl Obeys {
    /// Whether what the program obeys may be anybody's, where it runs in a folder that is trusted so far.
    pub(super) fn is_foreign(self, trust: Trust) -> bool {
        match self {
            Self::Nothing => false,
            Self::Folder => trust > Trust::Own,
            Self::Repository => trust > Trust::Repository,
        }
    }
}

/// How a program's options are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Options may follow operands: GNU `getopt`.
    Gnu,
    /// The first operand ends the options.
    Posix,
    /// Every option is a whole word after one dash or two: Go, Java, terraform.
    Words,
    /// Like GNU, but the value of a short option is always the next word: `tree`.
    Apart,
}

/// What may stand beside the options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operands<'a> {
    /// Anything: they are only read or printed.
    Any,
    /// At most this many.
    Most(usize),
    /// At most this many, unless one of these options makes the call a listing.
    MostUnless(usize, &'a str),
    /// None, unless one of these options has them read; then the first is a path by its look, as a bare word may be a
    /// subcommand.
    PathsWith(&'a str),
    /// One dotted name, alone or after `get`, or `list`; anything where one of these options makes the call a listing.
    Dotted(&'a str),
    /// At least this many, none of which stands for the standard input.
    Least(usize),
    /// The last of two is this.
    Last(&'a str),
    /// Anything but what may be an address on the network.
    Local,
    /// Only plain names of files and folders that are no archives.
    Sources,
    /// The same, written so that none can be a revision of a repository.
    Places,
    /// No address of a host other than the service's own.
    Hosted,
    /// The same, of at least one file and with one of these endings, unless one of these options is there.
    Ending(&'a str, &'a str),
    /// At most this many, and no word at all that may stand for the words of a file: `@file`.
    NoResponse(usize),
    /// Only files of the folders whose programs the system's owner put there.
    System,
    /// Only operands that start with one of these.
    Prefix(&'a str),
    /// Only known words without macros and expansions: `bash`, `perl(Carp)`, `/bin/ls`.
    Capabilities,
    /// Only names without a folder: `git-log`, `printf.3`.
    Titles,
    /// Only paths, and addresses that start with one of these.
    Schemes(&'a str),
    /// Only known words that do not hold this text.
    Without(&'a str),
    /// Names of packages in a registry, perhaps with a version: `@types/node@20`; no address, no repository.
    Packages,
    /// Only these words.
    OneOf(&'a str),
    /// One of these words as the first, and behind it others that are written out.
    First(&'a str),
    /// The same, perhaps several in one operand, and ports and addresses in digits.
    Filter(&'a str),
}

/// The small language, or the builtin's grammar, that the arguments are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// None: options and operands say all.
    Plain,
    /// Any option but these blank-separated ones, however they go on; what is not known may be any other.
    Except(&'static str),
    /// The script of `sed`.
    Sed,
    /// The program of `awk`.
    Awk,
    /// The expression of `find`.
    Find,
    /// The command that `fd` runs for what it finds.
    Fd,
    /// The request of `curl`.
    Http,
    /// `gh api`: the request's method and fields.
    GhApi,
    /// SQL and the dot commands of `sqlite3`.
    Sqlite,
    /// SQL of `psql` behind `-c`.
    Sql,
    /// SQL of `mysql` behind `-e`, whose server may ask for files.
    MySql,
    /// The chain of verbs of `mlr`.
    Miller,
    /// The mode letters of `tar`.
    Tar,
    /// The mode letters of `ar`.
    Ar,
    /// The mode letters of `unzip`, for which nothing ends the options.
    Unzip,
    /// Only with one of these options is it a read.
    Needs(&'static str),
    /// Only with one of these options as the first word.
    First(&'static str),
    /// Only with one of these words, also behind `--`.
    NeedsWord(&'static str),
    /// Values that make `git` ask for signatures run another program.
    Unsigned,
    /// The module that `python` runs.
    Module,
    /// Only with one of the first options, or with one of the second and none of the third.
    Either(&'static str, &'static str, &'static str),
    /// Never with one of these options or an abbreviation of one.
    Never(&'static str),
    /// A number of seconds alone goes on for ever: `vmstat 1`.
    Interval,
    /// Ends soon when all operands are small numbers: `seq`.
    Count,
    /// A process is asked whether it is there, or the signals are listed: `kill -0 PID`.
    Signal,
    /// A connection is made and nothing sent: `nc -z`. Alone `-h` tells how.
    Probe,
    /// A program that runs another.
    Wrapper(Wrapper),
    /// A builtin of the shell with a grammar of its own.
    Builtin(Builtin),
}

/// Programs that run another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapper {
    /// The rest of the words, after the options.
    Plain,
    /// The same after a duration.
    Timeout,
    /// The same after assignments.
    Env,
    /// With words from elsewhere added.
    Xargs,
    /// `bash -c TEXT`.
    Shell,
    /// `sh -c TEXT`, which may be run by a shell that knows less than bash.
    PosixShell,
    /// `command`, which may also only look a name up.
    Command,
}

/// Builtins that change what later words mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builtin {
    /// `cd`, `pushd`, `popd`.
    ChangeFolder,
    /// `read`, `mapfile`.
    Read,
    /// `test` and `[`.
    Test,
    /// `printf`.
    Printf,
    /// `export`.
    Export,
    /// `local`, `declare`, `readonly`.
    Declare,
    /// `set`.
    Set,
    /// `unset`.
    Unset,
    /// `exec` without a program.
    Exec,
    /// `trap`.
    Trap,
    /// `eval`.
    Eval,
    /// `sleep`.
    Sleep,
    /// Nothing but literal arguments.
    Literal,
}

impl<'a> Row<'a> {
    const fn new(name: &'a str, reason: &'a str, verdict: Verdict) -> Self {
        Self {
            name,
            reason,
            verdict,
            style: Style::Gnu,
            options_first: false,
            flags: "",
            operands: Operands::Any,
            language: Language::Plain,
            effects: Effects::NONE,
            marks: &[],
            obeys: Obeys::Nothing,
            settings: "",
            overridden: "",
            globals: None,
            subcommands: &[],
            alone: false,
            reads: &[],
            writes: &[],
        }
    }

    /// A row whose calls are reads as long as only listed options are used.
    pub const fn read(name: &'a str, reason: &'a str) -> Self {
        Self::new(name, reason, Verdict::Read)
    }

    /// A row whose calls are writes, but for those with nothing but listed options; it exists for its reason.
    pub const fn write(name: &'a str, reason: &'a str) -> Self {
        Self::new(name, reason, Verdict::Write).effects(&[Effect::Write])
    }

    /// The harmless options, in the notation of [`Row`].
    #[must_use]
    pub const fn flags(mut self, flags: &'a str) -> Self {
        self.flags = flags;
        self
    }

    /// What may stand beside the options.
    #[must_use]
    pub const fn operands(mut self, operands: Operands<'a>) -> Self {
        self.operands = operands;
        self
    }

    /// How options are written.
    #[must_use]
    pub const fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// No option may follow an operand.
    #[must_use]
    pub const fn options_first(mut self) -> Self {
        self.options_first = true;
        self
    }

    /// The language of the arguments.
    #[must_use]
    pub const fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// What a call does beyond reading files.
    #[must_use]
    pub const fn effects(mut self, effects: &[Effect]) -> Self {
        self.effects = Effects::of(effects);
        self
    }

    /// What a person should know.
    #[must_use]
    pub const fn marks(mut self, marks: &'a [Mark]) -> Self {
        self.marks = marks;
        self
    }

    /// The program obeys configuration of the folder it runs in.
    #[must_use]
    pub const fn trusts_folder(mut self) -> Self {
        self.obeys = Obeys::Folder;
        self
    }

    /// The program obeys configuration of the repository that it finds from the folder it runs in.
    #[must_use]
    pub const fn trusts_repository(mut self) -> Self {
        self.obeys = Obeys::Repository;
        self
    }

    /// What has that name in the program's folder may make it run another.
    #[must_use]
    pub const fn settings(mut self, name: &'a str) -> Self {
        self.settings = name;
        self
    }

    /// With these options, or with `*` any, overrides suffice in a folder that is not trusted.
    #[must_use]
    pub const fn overridden(mut self, options: &'a str) -> Self {
        self.overridden = options;
        self
    }

    /// Only these options may stand before a subcommand.
    #[must_use]
    pub const fn globals(mut self, flags: &'a str) -> Self {
        self.globals = Some(flags);
        self
    }

    /// The rows of the subcommands, without which the call is a write.
    #[must_use]
    pub const fn subcommands(mut self, rows: &'a [Row<'a>]) -> Self {
        self.subcommands = rows;
        self
    }

    /// Harmless also without a subcommand.
    #[must_use]
    pub const fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Lines that must be judged reads, and lines that must be judged writes.
    #[must_use]
    pub const fn examples(mut self, reads: &'a [&'a str], writes: &'a [&'a str]) -> Self {
        self.reads = reads;
        self.writes = writes;
        self
    }

    /// Whether `name` is one of this row's names.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.split('|').any(|own| match own.strip_suffix('*') {
            // A program may take others apart.
            Some("") => name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.@:+".contains(&b)),
            Some(prefix) => name.starts_with(prefix),
            None => own == name,
        })
    }
}
