//! Why a command is judged as it is, and what would change that.

use super::{Policy, Rule};
use crate::classify::kinds::ReadKinds;
use crate::classify::shell;
use crate::config::{Authority, RuleFile, RuleFiles};
use crate::model::{Assessment, Evidence, Verdict};

/// The longest command that becomes an example of the row that would allow it.
const MAX_EXAMPLE_BYTES: usize = 120;

/// A verdict with what would loosen it.
#[derive(Debug, Clone)]
pub struct Why {
    /// The verdict and every fact that spoke, in order.
    pub assessment: Assessment,
    /// What would loosen each fact that speaks for a write; empty for a read.
    pub remedies: Vec<Remedy>,
}

/// What would loosen one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// These lines in the person's own file.
    Add {
        /// The TOML text.
        toml: String,
        /// The verdict that the whole command would then have.
        then: Verdict,
    },
    /// A row that queues it stands in a file; only there can it be taken back.
    TakeBack {
        /// The row, and where it stands.
        row: String,
    },
    /// Nothing does.
    Floor {
        /// Why not.
        reason: String,
    },
}

/// Judges a command and looks for what would loosen each thing that speaks against it.
pub fn explain(command: &str, policy: &Policy) -> Why {
    let assessment = policy.judge_command(command);
    let mut remedies: Vec<Remedy> = Vec::new();
    if assessment.verdict == Verdict::Read {
        return Why { assessment, remedies };
    }
    remedies.extend(switches(command, policy, writes(&assessment)));
    let refusals = shell::refusals(command, policy);
    for fact in assessment.evidence.iter().filter(|fact| fact.verdict == Verdict::Write) {
        if let Some(rule) = policy.rules().iter().find(|rule| rule.id() == fact.rule && rule.says() == fact.reason) {
            remedies.push(Remedy::TakeBack { row: rule.says() });
        } else if ReadKinds::rule_over(fact.effects) {
            // The switches have been tried above.
        } else if let Some(refusal) = refusals.iter().find(|refusal| refusal.reason == fact.reason) {
            remedies.push(match &refusal.remedy {
                Ok(row) => add(command, policy, row),
                Err(reason) => Remedy::Floor { reason: (*reason).to_owned() },
            });
        } else {
            remedies.push(Remedy::Floor { reason: above(fact) });
        }
    }
    let mut once = Vec::new();
    for remedy in remedies {
        if !once.contains(&remedy) {
            once.push(remedy);
        }
    }
    Why { assessment, remedies: once }
}

/// A fact that is about the line itself, and not about a program that a row could name.
fn above(fact: &Evidence) -> String {
    format!("{}: what stands outside of a known program's own words is never loosened", fact.reason)
}

fn writes(assessment: &Assessment) -> usize {
    assessment.evidence.iter().filter(|fact| fact.verdict == Verdict::Write).count()
}

/// The switches that, turned on alone, leave less to say against the command.
fn switches(command: &str, policy: &Policy, before: usize) -> Vec<Remedy> {
    let kinds = policy.kinds();
    let tries = [
        ("network", ReadKinds { network: true, ..kinds }),
        ("plain_http", ReadKinds { plain_http: true, ..kinds }),
        ("secrets", ReadKinds { secrets: true, ..kinds }),
    ];
    let helps = |(name, kinds): (&str, ReadKinds)| {
        let looser = Policy { kinds, ..policy.clone() }.judge_command(command);
        let add = || Remedy::Add { toml: format!("[reads]\n{name} = \"allow\"\n"), then: looser.verdict };
        (writes(&looser) < before).then(add)
    };
    tries.into_iter().filter_map(helps).collect()
}

/// The row, and the command as its example where the row is all that it lacks.
fn add(command: &str, policy: &Policy, row: &str) -> Remedy {
    let then = verdict_with(command, policy, row);
    let fits = command.len() <= MAX_EXAMPLE_BYTES && !command.contains(char::is_control);
    let example = || format!("{row}examples.read = [{}]\n", toml::Value::from(command));
    let whole = (fits && then == Verdict::Read).then(example);
    let kept = whole.filter(|text| verdict_with(command, Policy::built_in(), text) == Verdict::Read);
    Remedy::Add { toml: kept.unwrap_or_else(|| row.to_owned()), then }
}

/// The verdict once `row` stands in the person's own file too.
fn verdict_with(command: &str, policy: &Policy, row: &str) -> Verdict {
    let file = RuleFile {
        authority: Authority::User,
        path: "config.toml".into(),
        text: Ok(row.to_owned()),
        only_tightens: None,
    };
    let added: Vec<Rule> = Policy::of(&RuleFiles(vec![file])).rules;
    let mut with = policy.clone();
    with.rules.extend(added);
    with.judge_command(command).verdict
}
