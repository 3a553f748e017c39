//! How marks are worded for people, and counted; the only place that does either.

use std::fmt::Write;

use crate::model::{Mark, ProposedChange};

/// The mark in a word or two, for a list or a count: `destructive`.
pub fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Network => "network",
        Mark::Secret => "secrets",
        Mark::Endless => "endless",
        Mark::Decides => "decides for you",
        Mark::Destructive => "destructive",
        Mark::Outside => "outside the workspace",
        Mark::Rules => "plangate's rules",
        Mark::RunsLater => "runs later",
    }
}

/// What the mark means for whoever decides, as a half sentence.
pub fn meaning(mark: Mark) -> &'static str {
    match mark {
        Mark::Network => "talks to other machines",
        Mark::Secret => "reads what is commonly secret, such as keys or the environment",
        Mark::Endless => "would not end by itself",
        Mark::Decides => "runs plangate itself, which only a person should",
        Mark::Destructive => "deletes or overwrites what may not come back",
        Mark::Outside => "touches what is not part of this project",
        Mark::Rules => "changes plangate's own rules",
        Mark::RunsLater => "changes what other programs run by themselves",
    }
}

/// How many of the open ones among `changes` carry each mark; the gravest first, marks that none carries left out.
pub fn tally<'a>(changes: impl IntoIterator<Item = &'a ProposedChange>) -> Vec<(Mark, usize)> {
    const GRAVEST_FIRST: [Mark; 8] = [
        Mark::Decides,
        Mark::Rules,
        Mark::RunsLater,
        Mark::Destructive,
        Mark::Outside,
        Mark::Secret,
        Mark::Network,
        Mark::Endless,
    ];
    let open: Vec<&ProposedChange> = changes.into_iter().filter(|change| change.state.is_open()).collect();
    let carriers = |mark: &Mark| open.iter().filter(|change| change.marks.contains(mark)).count();
    GRAVEST_FIRST.into_iter().map(|mark| (mark, carriers(&mark))).filter(|&(_, count)| count > 0).collect()
}

/// A tally in one line: `2 destructive, 1 network`; empty when nothing is marked.
pub fn summary(tally: &[(Mark, usize)]) -> String {
    let mut out = String::new();
    for (place, (mark, count)) in tally.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        write!(out, "{comma}{count} {}", word(*mark)).expect("a string takes all text");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::model::ChangeState;

    #[test]
    fn a_tally_counts_open_changes_and_puts_the_gravest_first() {
        let mut plan = sample::varied().plan;
        plan.proposed_changes.iter_mut().for_each(|change| change.marks.clear());
        assert_eq!(summary(&tally(&plan.proposed_changes)), "");

        plan.proposed_changes[0].marks = vec![Mark::Network, Mark::Destructive];
        plan.proposed_changes[1].marks = vec![Mark::Network];
        plan.proposed_changes[2].marks = vec![Mark::Decides];
        plan.proposed_changes[2].state = ChangeState::Rejected;
        assert_eq!(summary(&tally(&plan.proposed_changes)), "1 destructive, 2 network");
    }
}
