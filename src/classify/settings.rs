//! Files and folders that may come with a repository, and by which a program that only reads runs another one.

use crate::classify::folder::Surroundings;
use crate::classify::shell;
use crate::model::{Assessment, Effect, Effects, Evidence, Verdict};

/// The assessment of a call by what lies in its folder: a read by a program that such a file lets run another is a write.
pub(super) fn among(found: Assessment, around: &dyn Surroundings) -> Assessment {
    let obeyed = |fact: &Evidence| match fact.verdict {
        Verdict::Read => shell::settings_of(&fact.rule)?.split(' ').find(|name| is_there(name, around)),
        Verdict::Write => None,
    };
    if found.evidence.iter().all(|fact| obeyed(fact).is_none()) {
        return found;
    }
    let judged = |fact: Evidence| match obeyed(&fact) {
        Some(name) => Evidence {
            verdict: Verdict::Write,
            effects: fact.effects.with(Effects::of(&[Effect::Execute])),
            reason: format!(
                "`{}` obeys `{}`, which it finds here and which may make it do more than read",
                fact.rule,
                name.trim_start_matches(".../")
            ),
            rule: "shell.settings".to_owned(),
            span: fact.span,
        },
        None => fact,
    };
    Assessment::of(found.evidence.into_iter().map(judged).collect(), found.marks)
}

/// Whether what a row names is there; behind `.../` stands what may also be in a folder above.
fn is_there(name: &str, around: &dyn Surroundings) -> bool {
    match name.strip_prefix(".../") {
        Some(name) => around.holds_above(name),
        None => around.holds(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{Policy, Trust};

    /// What the call's folder holds.
    #[derive(Debug)]
    struct Holds<'a>(&'a [&'a str]);

    impl Surroundings for Holds<'_> {
        fn here(&self) -> Trust {
            Trust::Own
        }

        fn holds(&self, name: &str) -> bool {
            self.0.contains(&name)
        }

        fn holds_above(&self, name: &str) -> bool {
            self.0.contains(&format!("../{name}").as_str())
        }

        fn holds_options(&self, _: &str) -> bool {
            false
        }
    }

    #[test]
    fn a_program_that_obeys_a_file_which_is_there_makes_a_write() {
        let judge = |line: &str, there: &[&str]| among(Policy::built_in().judge_command(line), &Holds(there)).verdict;
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
        assert_eq!(judge("go list ./...", &["../go.work"]), Verdict::Write);
        assert_eq!(judge("go list ./...", &["../go.mod"]), Verdict::Read);
        assert_eq!(judge("cat a.csv", &[".mlrrc"]), Verdict::Read);
        for (line, there) in [("yarn -v", "../.yarnrc"), ("yarn why x", "../.yarnrc.yml"), ("bun pm ls", ".npmrc")] {
            assert_eq!(judge(line, &[there]), Verdict::Write, "{line}");
            assert_eq!(judge(line, &["package.json"]), Verdict::Read, "{line}");
        }
    }
}
