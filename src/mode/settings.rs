//! The person's settings for modes: `[modes]` of their own file.

use serde::Deserialize;

use super::exception::{self, Exception};
use super::opening::{self, Opening};
use crate::model::Mode;

/// How an agent is asked to plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Workflow {
    /// Understand, design, review, final plan, propose.
    #[default]
    Phases,
    /// Explore, note each finding, ask.
    Interview,
}

/// What a person can set about modes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// After so many rejections in a row automatic approval is not restored; 0 for never.
    pub rejections: u32,
    /// An agent is reminded every so many of the person's turns; 0 for never.
    pub remind_every: u32,
    /// How an agent is asked to plan.
    pub workflow: Workflow,
    /// Tasks that open in a mode.
    pub tasks: Vec<Opening>,
    /// Messages that lead to a mode.
    pub messages: Vec<Opening>,
    /// Spawned agents that may do more.
    pub exceptions: Vec<Exception>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rejections: 3,
            remind_every: 1,
            workflow: Workflow::default(),
            tasks: Vec::new(),
            messages: Vec::new(),
            exceptions: Vec::new(),
        }
    }
}

/// Why settings do not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

/// The file as it is written; the other sections are for others to read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Document {
    modes: Section,
    #[serde(flatten)]
    others: toml::Table,
}

/// The keys of the section, which outside of it would set nothing.
const KEYS: [&str; 6] = ["rejections", "remind_every", "workflow", "task", "message", "agent"];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Section {
    rejections: Option<u32>,
    remind_every: Option<u32>,
    workflow: Option<Workflow>,
    task: Vec<opening::Row>,
    message: Vec<opening::Row>,
    agent: Vec<exception::Row>,
}

impl Settings {
    /// Whether a text may set anything here, understood or not: a key of these stands in it, or an escape that could
    /// spell one.
    pub fn may_be_in(text: &str) -> bool {
        KEYS.iter().chain(&["modes", "\\"]).any(|word| text.contains(word))
    }

    /// Reads the text of the person's file. What is left out has its default; an unknown key in `[modes]` is an error, and
    /// so is a key of `[modes]` outside of it. A text that cannot set anything here may be wrong in any other way.
    ///
    /// # Errors
    /// The text is no TOML, a key or pattern is not understood, or a row would open a session in build mode.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        if !Self::may_be_in(text) {
            return Ok(Self::default());
        }
        let document: Document =
            toml::from_str(text).map_err(|error| SettingsError(error.to_string().trim_end().to_owned()))?;
        if let Some(key) = KEYS.iter().find(|key| document.others.contains_key(**key)) {
            return Err(SettingsError(format!("`{key}` belongs into `[modes]`")));
        }
        let document = document.modes;
        let default = Self::default();
        let open = |rows: &[opening::Row]| rows.iter().map(Opening::parse).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            rejections: document.rejections.unwrap_or(default.rejections),
            remind_every: document.remind_every.unwrap_or(default.remind_every),
            workflow: document.workflow.unwrap_or(default.workflow),
            tasks: open(&document.task).map_err(SettingsError)?,
            messages: open(&document.message).map_err(SettingsError)?,
            exceptions: document.agent.iter().map(Exception::parse).collect::<Result<_, _>>().map_err(SettingsError)?,
        })
    }

    /// The mode in which a session with that task opens.
    pub fn opens(&self, task: &str) -> Option<Mode> {
        self.tasks.iter().find(|row| row.fits(task)).map(|row| row.mode)
    }

    /// The mode to which a message of the person leads.
    pub fn routes(&self, message: &str) -> Option<Mode> {
        self.messages.iter().find(|row| row.fits(message)).map(|row| row.mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
plans_directory = "docs/plans"
[modes]
rejections = 5
remind_every = 2
workflow = "interview"
[[modes.task]]
text = "*refactor*"
[[modes.task]]
text = "/(?i)^review\\b/"
mode = "review"
[[modes.message]]
text = "plan:*"
[[modes.agent]]
type = "researcher"
tools = ["WebFetch", "mcp__notes__*"]
[[allow]]
program = "make"
"#;

    #[test]
    fn a_whole_file_is_understood() {
        let settings = Settings::parse(WHOLE).expect("it is sound");
        assert_eq!((settings.rejections, settings.remind_every), (5, 2));
        assert_eq!(settings.workflow, Workflow::Interview);
        assert_eq!(settings.opens("please Refactor the parser"), Some(Mode::Plan));
        assert_eq!(settings.opens("Review my change"), Some(Mode::Review));
        assert_eq!(settings.opens("fix the typo"), None);
        assert_eq!(settings.routes("plan: a parser"), Some(Mode::Plan));
        assert_eq!(settings.routes("no plan: a parser"), None);
    }

    #[test]
    fn without_a_file_three_rejections_trip_each_turn_reminds_and_nothing_is_routed() {
        let settings = Settings::parse("").expect("nothing is sound");
        assert_eq!((settings.rejections, settings.remind_every, settings.workflow), (3, 1, Workflow::Phases));
        assert_eq!((settings.opens("plan it"), settings.routes("plan it")), (None, None));
        assert!(settings.exceptions.is_empty());
    }

    #[test]
    fn what_is_not_understood_is_an_error_that_says_what() {
        let check = |text: &str, said: &str| {
            let error = Settings::parse(text).expect_err(text).to_string();
            assert!(error.contains(said), "{text}: {error}");
        };
        check("[modes]\nrejection = 3", "unknown field `rejection`");
        check("[modes]\nrejections = -1", "rejections");
        check("modes.workflow = \"chaos\"", "chaos");
        check("[[modes.task]]\ntext = \"/(/\"", "pattern");
        check("[[modes.task]]\ntext = \"a\"\nmode = \"build\"", "`build`");
        check("[[modes.message]]\ntext = \"a\"\nmode = \"yolo\"", "yolo");
        check("[[modes.agent]]\ntype = \"*\"\ntools = [\"[\"]", "pattern");
        check("[[modes.agent]]\ntype = \"main\"\ntools = []", "tools");
        check("\"m\\u006fdes\" = 1", "invalid type");
    }

    #[test]
    fn what_stands_outside_of_its_section_is_told_and_what_cannot_set_a_mode_may_be_broken() {
        for key in ["rejections = 1", "workflow = \"phases\"", "[[task]]\ntext = \"*\""] {
            let error = Settings::parse(key).expect_err(key).to_string();
            assert!(error.contains("belongs into `[modes]`"), "{key}: {error}");
        }
        assert!(Settings::parse("[[allow\n").is_ok());
        assert!(Settings::parse("[[allow\n[modes]\n").is_err());
    }
}
