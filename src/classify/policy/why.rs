//! Why a command is judged as it is, and what would change that.

use super::file::Reach;
use super::{Policy, Weight};
use crate::classify::kinds::ReadKinds;
use crate::classify::shell::{self, Refusal};
use crate::config::{Authority, RuleFile};
use crate::model::{Assessment, Evidence, Verdict};

/// The longest command that becomes an example of the row that would allow it.
const MAX_EXAMPLE_BYTES: usize = 120;

/// A verdict with what would loosen it.
#[derive(Debug, Clone)]
pub struct Why {
    /// The verdict and every fact that spoke, in order.
    pub assessment: Assessment,
    /// What would loosen each fact that speaks for a write, in their order; empty for a read.
    pub remedies: Vec<Remedy>,
    /// The verdict with every text of [`Remedy::Add`] in the person's own file.
    pub together: Verdict,
}

/// What would loosen one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// These lines of TOML in the person's own file.
    Add(String),
    /// A row or a switch in a file queues it, or a file that is refused; only there can it be taken back. Where it stands.
    TakeBack(String),
    /// Nothing does, for this reason.
    Floor(String),
}

/// Judges a command and looks for what would loosen each thing that speaks against it.
pub fn explain(command: &str, policy: &Policy) -> Why {
    let assessment = policy.judge_command(command);
    let mut remedies: Vec<Remedy> = Vec::new();
    if assessment.verdict == Verdict::Write {
        let refused = policy.faults().iter().filter(|fault| fault.weight == Weight::Refused);
        remedies.extend(refused.map(|fault| Remedy::TakeBack(fault.to_string())));
        if !policy.is_broken() {
            remedies.extend(switches(command, policy, &assessment));
        }
        let mut refusals = shell::refusals(command, policy);
        for fact in assessment.evidence.iter().filter(|fact| fact.verdict == Verdict::Write) {
            let remedy = remedy(fact, policy, &mut refusals).filter(|remedy| !remedies.contains(remedy));
            remedies.extend(remedy);
        }
    }
    let with = loosened(policy, &remedies);
    let together = with.judge_command(command).verdict;
    if let ([Remedy::Add(text)], Verdict::Read) = (remedies.as_mut_slice(), together) {
        with_example(text, command);
    }
    Why { assessment, remedies, together }
}

/// What would loosen a fact; `None` for one that a switch rules over. A refusal speaks for one fact.
fn remedy(fact: &Evidence, policy: &Policy, refusals: &mut Vec<Refusal>) -> Option<Remedy> {
    if let Some(rule) = policy.rules().iter().find(|rule| rule.id() == fact.rule && rule.says() == fact.reason) {
        return Some(Remedy::TakeBack(rule.says()));
    }
    if ReadKinds::rule_over(fact.effects) {
        return None;
    }
    Some(match refusals.iter().position(|refusal| refusal.reason == fact.reason) {
        Some(at) => match refusals.remove(at).remedy {
            Ok(row) => Remedy::Add(row),
            Err(reason) => Remedy::Floor(reason.to_owned()),
        },
        // A fact about the line itself, and not about a program that a row could name.
        None => Remedy::Floor(format!("{}, which no row about a program speaks of", fact.reason)),
    })
}

/// The switches that, turned on alone, leave less to say against the command.
fn switches(command: &str, policy: &Policy, assessment: &Assessment) -> Vec<Remedy> {
    let writes = |found: &Assessment| found.evidence.iter().filter(|fact| fact.verdict == Verdict::Write).count();
    let helps = |name: &str| {
        let add = Remedy::Add(switch(name));
        writes(&loosened(policy, &[add]).judge_command(command)) < writes(assessment)
    };
    let remedy = |name: &str| match policy.held.iter().find(|(held, _)| *held == name) {
        Some((_, file)) => Remedy::TakeBack(format!("`{name}` is at `queue` in `{}`", file.display())),
        None => Remedy::Add(switch(name)),
    };
    SWITCHES.into_iter().filter(|name| helps(name)).map(remedy).collect()
}

const SWITCHES: [&str; 3] = ["network", "plain_http", "secrets"];

fn switch(name: &str) -> String {
    format!("[reads]\n{name} = \"allow\"\n")
}

/// The policy as if the person's own file also held what `remedies` add.
fn loosened(policy: &Policy, remedies: &[Remedy]) -> Policy {
    let mut looser = policy.clone();
    for remedy in remedies {
        let Remedy::Add(text) = remedy else { continue };
        let file = RuleFile {
            authority: Authority::User,
            path: "config.toml".into(),
            text: Ok(text.clone()),
            only_tightens: None,
        };
        let read = super::file::read(&file);
        looser.kinds = read.switches.over(looser.kinds, Reach::Loosens);
        looser.rules.extend(read.rules);
    }
    looser
}

/// Gives a row that is all that a command lacks that command as an example.
fn with_example(row: &mut String, command: &str) {
    let fits = command.len() <= MAX_EXAMPLE_BYTES && !command.contains(char::is_control);
    let example = format!("{row}examples.read = [{}]\n", toml::Value::from(command));
    let holds = loosened(Policy::built_in(), &[Remedy::Add(example.clone())]).judge_command(command);
    if fits && row.starts_with("[[") && holds.verdict == Verdict::Read {
        *row = example;
    }
}
