//! Files and folders that may come with a repository, and by which a program that only reads runs another one.

use crate::classify::shell;
use crate::model::{Assessment, Effect, Effects, Evidence, Verdict};

/// The assessment of a call that is made where `is_there` says of a file's name whether it is: a read by a program that such
/// a file lets run another is a write there.
///
/// Whoever looks at the folder asks; the verdict itself is one of the call alone, as if there were none.
#[must_use]
pub fn among_settings(found: Assessment, is_there: impl Fn(&str) -> bool) -> Assessment {
    let obeyed = |fact: &Evidence| match fact.verdict {
        Verdict::Read => shell::settings_of(&fact.rule).filter(|name| is_there(name)),
        Verdict::Write => None,
    };
    if found.evidence.iter().all(|fact| obeyed(fact).is_none()) {
        return found;
    }
    let judged = |fact: Evidence| match obeyed(&fact) {
        Some(name) => Evidence {
            verdict: Verdict::Write,
            effects: fact.effects.with(Effects::of(&[Effect::Execute])),
            reason: format!("`{}` obeys `{name}`, which is in its folder and may run a program", fact.rule),
            rule: "shell.settings".to_owned(),
            span: fact.span,
        },
        None => fact,
    };
    Assessment::of(found.evidence.into_iter().map(judged).collect(), found.marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Policy;

    #[test]
    fn a_program_that_obeys_a_file_which_is_there_makes_a_write() {
        let judge = |line: &str, there: &[&str]| {
            among_settings(Policy::built_in().judge_command(line), |name| there.contains(&name)).verdict
        };
        for line in ["mlr --icsv cat a.csv", "ls | xargs -0 mlr --icsv head a", "bash -c 'mlr --icsv cat a.csv'"] {
            let alone = judge(line, &[]);
            assert_eq!(judge(line, &[".mlrrc"]), Verdict::Write, "{line}");
            assert_eq!(judge(line, &["x"]), alone, "{line}");
        }
        let providers = &[".terraform/providers"];
        assert_eq!(judge("terraform validate -json", providers), Verdict::Write);
        assert_eq!(judge("terraform state show a", providers), Verdict::Write);
        assert_eq!(judge("terraform workspace list", providers), Verdict::Read);
        assert_eq!(judge("terraform validate", &[]), Verdict::Read);
        assert_eq!(judge("mlr --icsv cat a.csv", &[]), Verdict::Read);
        assert_eq!(judge("cat a.csv", &[".mlrrc"]), Verdict::Read);
    }
}
