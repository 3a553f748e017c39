//! What an agent is told of a regime. The texts themselves are the files beside this one.

use std::fmt::Write;

use super::Workflow;
use crate::model::{Initiator, Mode, Writes};

const PLAN: &str = include_str!("texts/plan.md");
const PHASES: &str = include_str!("texts/phases.md");
const INTERVIEW: &str = include_str!("texts/interview.md");
const REENTRY: &str = include_str!("texts/reentry.md");
const LINE: &str = include_str!("texts/line.md");
const REVIEW: &str = include_str!("texts/review.md");
const DEBUG: &str = include_str!("texts/debug.md");
const BUILD: &str = include_str!("texts/build.md");
const ASKED: &str = include_str!("texts/asked.md");
const PASSING: &str = include_str!("texts/passing.md");
const SUBAGENT: &str = include_str!("texts/subagent.md");

/// How many queued paths a spawned agent is told.
const MAX_PATHS: usize = 20;

/// What the text for an agent speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    /// The mode that holds.
    pub mode: Mode,
    /// What happens to writes in build mode.
    pub writes: Writes,
    /// How the agent shall plan.
    pub workflow: Workflow,
    /// The plan that this session has already, in a few words.
    pub plan: Option<&'a str>,
}

/// Everything that holds in the mode.
pub fn full(told: &Told<'_>) -> String {
    let text = match (told.mode, told.writes) {
        (Mode::Build, Writes::Pass) => BUILD,
        (Mode::Build, Writes::Asked) => ASKED,
        (Mode::Review, _) => REVIEW,
        (Mode::Debug, _) => DEBUG,
        (Mode::Plan, _) => return planning(told),
    };
    text.trim_end().to_owned()
}

fn planning(told: &Told<'_>) -> String {
    let workflow = match told.workflow {
        Workflow::Phases => PHASES,
        Workflow::Interview => INTERVIEW,
    };
    let again = told.plan.map(|plan| REENTRY.replace("{plan}", plan)).unwrap_or_default();
    format!("{PLAN}{workflow}{again}").trim_end().to_owned()
}

/// One line that keeps the mode in mind; `None` where nothing is restricted.
pub fn one_line(mode: Mode, pending: usize) -> Option<String> {
    let text = match mode {
        Mode::Build => return None,
        Mode::Plan => LINE.replace("{pending}", &pending.to_string()),
        Mode::Review => REVIEW.to_owned(),
        Mode::Debug => DEBUG.to_owned(),
    };
    Some(format!("[plangate] {}", text.trim_end()))
}

/// The message of a transition: whose act it was, and what holds from now on.
pub fn switched(from: Mode, told: &Told<'_>, how: Initiator) -> String {
    let to = told.mode;
    let act = match how {
        Initiator::User | Initiator::Succeeded => format!("The person switched from {from} mode to {to} mode."),
        Initiator::AgentProposed => format!("The person confirmed your proposal: {to} mode follows {from} mode."),
        Initiator::TaskDefault => format!("By the person's settings a task like this begins in {to} mode."),
        Initiator::HostRouted => format!("By the person's settings a message like this leads to {to} mode."),
    };
    let loss = if from == Mode::Build && to != Mode::Build { " You may no longer make changes." } else { "" };
    format!("[plangate] {act}{loss} {}", full(told))
}

/// The message that writes in build mode pass again without a question.
pub fn passing_again() -> String {
    format!("[plangate] {}", PASSING.trim_end())
}

/// What an agent is told that another one started; `queued` are the paths that the plan changes already.
pub fn for_subagent(mode: Mode, queued: &[String]) -> Option<String> {
    let text = match mode {
        Mode::Build => return None,
        Mode::Plan => SUBAGENT,
        Mode::Review => REVIEW,
        Mode::Debug => DEBUG,
    };
    let mut text = format!("[plangate] {}", text.trim_end());
    if mode == Mode::Plan && !queued.is_empty() {
        let shown = queued.iter().take(MAX_PATHS).map(String::as_str).collect::<Vec<_>>().join(", ");
        let unnamed = queued.len().saturating_sub(MAX_PATHS);
        let rest = if unnamed > 0 { format!(" and {unnamed} more") } else { String::new() };
        write!(text, " Queued already: {shown}{rest}.").expect("a string takes all text");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(mode: Mode) -> Told<'static> {
        Told { mode, writes: Writes::Pass, workflow: Workflow::Phases, plan: None }
    }

    #[test]
    fn every_text_is_as_the_golden_file_shows() {
        let plan = "happy-fox with 2 open changes";
        let texts = [
            ("plan, phases", full(&told(Mode::Plan))),
            ("plan, interview", full(&Told { workflow: Workflow::Interview, ..told(Mode::Plan) })),
            ("plan, again", full(&Told { plan: Some(plan), ..told(Mode::Plan) })),
            ("plan, between", one_line(Mode::Plan, 2).unwrap_or_default()),
            ("review", one_line(Mode::Review, 2).unwrap_or_default()),
            ("debug", one_line(Mode::Debug, 2).unwrap_or_default()),
            ("from build to plan", switched(Mode::Build, &told(Mode::Plan), Initiator::User)),
            ("from build to review by default", switched(Mode::Build, &told(Mode::Review), Initiator::TaskDefault)),
            ("from build to debug by a rule", switched(Mode::Build, &told(Mode::Debug), Initiator::HostRouted)),
            ("from plan to build", switched(Mode::Plan, &told(Mode::Build), Initiator::AgentProposed)),
            (
                "from plan to build, asked",
                switched(Mode::Plan, &Told { writes: Writes::Asked, ..told(Mode::Build) }, Initiator::User),
            ),
            ("asked no more", passing_again()),
            ("subagent", for_subagent(Mode::Plan, &[]).unwrap_or_default()),
            ("subagent, queued", for_subagent(Mode::Plan, &["a.txt".into(), "b.txt".into()]).unwrap_or_default()),
            ("subagent, review", for_subagent(Mode::Review, &["a.txt".into()]).unwrap_or_default()),
        ];
        let mut all = String::from("Written by the test beside `mode::full`.\n");
        for (name, text) in texts {
            write!(all, "\n== {name}\n{text}\n").expect("a string takes all text");
        }
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/golden/mode-texts.txt");
        if std::env::var_os("PLANGATE_BLESS").is_some() {
            std::fs::write(golden, &all).expect("the golden file can be written");
        }
        assert_eq!(all, std::fs::read_to_string(golden).expect("the golden file is there"));
    }

    #[test]
    fn the_full_text_says_all_that_an_agent_must_know() {
        for workflow in [Workflow::Phases, Workflow::Interview] {
            let text = full(&Told { workflow, ..told(Mode::Plan) });
            for said in [
                "is queued",
                "[PLAN MODE] Change queued for approval",
                "reads show queued files",
                "do not retry",
                "do not verify",
                "another way to write",
                "Ask before you guess",
                "Say why",
                "proposing the plan|propose",
                "Only the person",
            ] {
                assert!(said.split('|').any(|said| text.contains(said)), "`{said}` is missing: {text}");
            }
            assert!(text.len() < 2_000, "{} bytes", text.len());
        }
    }

    #[test]
    fn every_restricting_mode_reminds_and_build_does_not() {
        for mode in Mode::ALL {
            assert_eq!(one_line(mode, 2).is_some(), mode != Mode::Build, "{mode}");
            assert_eq!(for_subagent(mode, &[]).is_some(), mode != Mode::Build, "{mode}");
        }
    }

    #[test]
    fn a_spawned_agent_is_told_that_queued_means_done_and_which_paths_are() {
        let paths: Vec<String> = (0..25).map(|n| format!("f{n}.txt")).collect();
        let text = for_subagent(Mode::Plan, &paths).expect("plan mode restricts");
        for said in ["Queued means done", "do not spawn another agent", "f0.txt", "f19.txt and 5 more"] {
            assert!(text.contains(said), "`{said}` is missing: {text}");
        }
        assert!(!text.contains("f20.txt"));
    }
}
