//! `plan`: toggle plan mode, enter it with a task, or see to the plan document.

mod diff;
mod draft;
mod exchange;
mod graph;
mod lint;
mod open;
pub(super) mod rollback;
mod run;
mod show;
mod whose;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

pub(super) use self::open::told as open_told;
pub(super) use self::run::stamp;
use super::super::flags::Format;
use super::super::slash;
use super::mode::switch;
use super::{CommandError, Context, Exit};
use crate::mode::Event;

/// Toggle plan mode, enter it with a task, or see to the plan document.
///
/// What follows is the task, unless all of it is one of these, in this very shape: `show`, `open`, `draft`,
/// `export [FILE.md]`, `import FILE.md`, `diff [REV [REV]]`, `lint`, `graph [--mermaid|--dot]`, `run [STEP|all]`,
/// `rollback STEP`. Behind `--` everything is the task: `plangate plan -- show`.
#[derive(Debug, clap::Args)]
#[command(after_help = parts())]
pub(in crate::ui) struct Args {
    /// The task that the plan shall answer, or what to do with the plan document.
    #[arg(trailing_var_arg = true)]
    task: Vec<String>,
    /// What stands behind `--` is the task, whatever its words are; `cli::parse` sets it.
    #[arg(long, hide = true)]
    is_task: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What to do with the plan document.
#[derive(Debug, Parser)]
#[command(name = "plan", no_binary_name = true, disable_help_subcommand = true)]
struct Words {
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Show the plan document.
    Show(show::Args),
    /// Open the plan document in your editor.
    Open(open::Args),
    /// Draft a plan document from the queued changes.
    Draft(draft::Args),
    /// Write the plan document as a repository's PLANS.md.
    Export(exchange::Export),
    /// Take a repository's PLANS.md over as the plan document.
    Import(exchange::Import),
    /// Tell what changed between two revisions.
    Diff(diff::Args),
    /// Tell what the plan lacks.
    Lint(lint::Args),
    /// Show which changes may happen together.
    Graph(graph::Args),
    /// Apply the changes of a step, or step by step all of them.
    Run(run::Args),
    /// Put back the files of a step as they were before it was run.
    Rollback(rollback::Args),
}

const NAMES: [&str; 10] = ["show", "open", "draft", "export", "import", "diff", "lint", "graph", "run", "rollback"];

/// What the words ask to do with the plan document; `None` when they are a task. A first word of ours with nothing but
/// options behind it is no task, so that a misspelt option is told and not planned; nor is a first word that is nearly
/// one of ours, where the rest fits that one.
fn part(words: &[String]) -> Result<Option<Part>, CommandError> {
    let Some(first) = words.first() else { return Ok(None) };
    if !NAMES.contains(&first.as_str()) {
        return misspelt(words).map_or(Ok(None), Err);
    }
    match Words::try_parse_from(words) {
        Ok(words) => Ok(Some(words.part)),
        Err(error) if words.len() > 1 && words[1..].iter().all(|word| word.starts_with('-')) => {
            let text = error.render().to_string();
            let told = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Err(CommandError::usage(told).hint(format!("`/plan -- {first} ...` plans a task of these words")))
        }
        Err(_) => match words {
            [word, file] if matches!(word.as_str(), "import" | "export") && file.contains(['.', '/']) => {
                let told =
                    format!("`{file}` is no Markdown file, such as PLANS.md; `/plan -- {word} {file}` plans a task");
                Err(CommandError::usage(told))
            }
            _ => Ok(None),
        },
    }
}

/// The question that a word asks which is nearly one of ours, or the name of another command, and makes no task.
fn misspelt(words: &[String]) -> Option<CommandError> {
    let (first, rest) = words.split_first()?;
    let said = words.join(" ");
    let asked = |meant: &str| {
        CommandError::usage(format!("did you mean `/{meant}`? `/plan -- {said}` plans a task of these words"))
    };
    if rest.is_empty() && slash::NAMES.contains(&first.as_str()) {
        return Some(asked(first));
    }
    let meant = NAMES.iter().find(|name| is_nearly(first, name))?;
    let corrected = [&[(*meant).to_owned()], rest].concat();
    let options_alone = rest.iter().all(|word| word.starts_with('-'));
    let fits = options_alone || Words::try_parse_from(&corrected).is_ok();
    fits.then(|| asked(&format!("plan {}", corrected.join(" "))))
}

/// One slip of the hand apart: a letter left out, put in, changed, or swapped with the next; two in a long word.
pub(super) fn is_nearly(word: &str, name: &str) -> bool {
    let slips = if name.len() > 4 { 2 } else { 1 };
    strsim::osa_distance(&word.to_lowercase(), name) <= slips
}

/// What can be done with the plan document, for the help.
fn parts() -> String {
    let told = Words::command().get_subcommands().fold(String::from("Plan document:\n"), |told, part| {
        format!("{told}  {:<9} {}\n", part.get_name(), part.get_about().unwrap_or_default())
    });
    told + "\n`plangate plan show --help` and so on tell what each takes."
}

/// Whether words behind `/plan` do something with the plan document, and do not enter plan mode.
pub(in crate::ui) fn is_about_document(words: &[String]) -> bool {
    !matches!(part(words), Ok(None))
}

impl Args {
    /// The help of one of the words of ours, when that is asked for.
    pub(super) fn help(&self) -> Option<clap::Error> {
        if !self.is_task && self.task == ["help"] {
            return super::Cli::try_parse_from(["plangate", "plan", "--help"]).err();
        }
        let error = Words::try_parse_from(&self.task).err()?;
        (!self.is_task && self.task.len() > 1 && error.kind() == ErrorKind::DisplayHelp).then_some(error)
    }

    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let format = Format::by_flag(self.json);
        if !self.is_task
            && let Some(part) = part(&self.task)?
        {
            return part.run(context, format);
        }
        // Behind the words of a task as behind those of any other command.
        let (words, format) = match self.task.split_last() {
            Some((last, task)) if last == "--json" && !task.is_empty() && !self.is_task => (task, Format::Json),
            _ => (self.task.as_slice(), format),
        };
        if !words.is_empty() {
            let session = context.session()?;
            let task = words.join(" ");
            context.manager.store().set_task(&session.id, &task, context.manager.now())?;
            let exit = switch(context, Event::Enter, format)?;
            let told = format!("[plangate] The person wants a plan for this task: {task}");
            context.manager.store().tell(&session.id, &told, context.manager.now())?;
            return Ok(exit);
        }
        switch(context, Event::Toggle, format)
    }
}

impl Part {
    fn run(self, context: &mut Context<'_>, format: Format) -> Result<Exit, CommandError> {
        match self {
            Self::Show(args) => args.run(context, format),
            Self::Open(args) => args.run(context),
            Self::Draft(args) => args.run(context),
            Self::Export(args) => args.run(context),
            Self::Import(args) => args.run(context),
            Self::Diff(args) => args.run(context),
            Self::Lint(args) => args.run(context, format),
            Self::Graph(args) => args.run(context),
            Self::Run(args) => args.run(context),
            Self::Rollback(args) => args.run(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn words_of_ours_win_only_in_their_shape() {
        for document in [
            "show",
            "show --json",
            "show --revision 3",
            "open --agent main/coder",
            "diff 2 3 --agent main/coder",
            "lint --agent main/coder",
            "open",
            "draft",
            "export",
            "export PLANS.md",
            "import docs/PLANS.md",
            "diff",
            "diff 2",
            "diff 2 3",
            "lint",
            "graph",
            "graph --dot",
            "run",
            "run all",
            "run S3",
            "run 3",
            "rollback S3",
        ] {
            assert!(is_about_document(&words(document)), "{document} was taken for a task");
        }
        for task in [
            "show the thing",
            "open the door",
            "draft a letter",
            "import users",
            "import users from CSV",
            "export to CSV",
            "diff two files",
            "lint the code",
            "graph the data",
            "run tests",
            "run",
            "rollback",
            "rollback the release",
            "shows the thing",
            "runs faster",
            "add login",
            "login",
            "show Shw",
            "explain show",
        ] {
            if task != "run" {
                assert!(!is_about_document(&words(task)), "{task} was not taken for a task");
            }
        }
    }

    #[test]
    fn one_word_that_is_nearly_one_of_ours_asks_what_was_meant() {
        for (said, meant) in [
            ("shw", "/plan show"),
            ("sohw", "/plan show"),
            ("Show", "/plan show"),
            ("shows", "/plan show"),
            ("shw --json", "/plan show --json"),
            ("grahp", "/plan graph"),
            ("rolbak S3", "/plan rollback S3"),
            ("rn S3", "/plan run S3"),
            ("imprt docs/PLANS.md", "/plan import docs/PLANS.md"),
            ("approve", "/approve"),
        ] {
            let told = part(&words(said)).expect_err(said).to_string();
            assert!(told.contains(&format!("did you mean `{meant}`?")), "{told}");
            assert!(told.contains(&format!("`/plan -- {said}`")), "{told}");
        }
    }

    #[test]
    fn a_misspelt_option_is_told_and_not_planned() {
        let told = part(&words("import notes.txt")).expect_err("no Markdown");
        assert!(told.message().contains("`notes.txt` is no Markdown file"), "{}", told.message());
        let told = part(&words("show --jsn")).expect_err("no such option");
        assert!(told.message().contains("--jsn"), "{}", told.message());
    }
}
