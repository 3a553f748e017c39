//! What must hold for every line.

use proptest::prelude::*;

use super::{corpus, listed};
use crate::classify::ReadKinds;
use crate::classify::folder::Ground;
use crate::classify::policy::Policy;
use crate::classify::shell::{assess, facts_under, is_validation, proof};
use crate::model::Verdict;

fn harmless() -> Vec<String> {
    let own = listed(include_str!("../../../../fixtures/classify/harmless.txt")).map(str::to_owned);
    corpus(include_str!("../../../../fixtures/corpora/bash-readonly.jsonl")).into_iter().chain(own).collect()
}

fn hostile() -> Vec<String> {
    let own = listed(include_str!("../../../../fixtures/classify/hostile.txt")).map(str::to_owned);
    corpus(include_str!("../../../../fixtures/corpora/bash-bypass.jsonl")).into_iter().chain(own).collect()
}

/// Harmless lines whose end is no comment.
fn uncommented() -> Vec<String> {
    harmless().into_iter().filter(|line| !line.contains(" #")).collect()
}

/// Hostile lines in which no character means anything to the shell.
fn plain() -> Vec<String> {
    let special = |c: char| !(c.is_ascii_alphanumeric() || " -_./:,@%+".contains(c));
    hostile().into_iter().filter(|line| !line.contains(special) && line.contains(' ')).collect()
}

/// Harmless lines of one command in which no character means anything to the shell.
fn simple() -> Vec<String> {
    let special = |c: char| !(c.is_ascii_alphanumeric() || " -_./:,@%+=".contains(c));
    // What is assigned falls apart nowhere.
    let assigns = |line: &str| {
        let first = line.split(' ').next().unwrap_or_default();
        first.contains('=') || ["local", "declare", "typeset", "export", "readonly"].contains(&first)
    };
    harmless().into_iter().filter(|line| !line.contains(special) && !assigns(line)).collect()
}

fn verdict_of(line: &str, kinds: ReadKinds) -> Verdict {
    kinds.settle(facts_under(line, Ground::NAMELESS, Policy::built_in())).verdict
}

/// Panics unless every fact on `text` has its place in it, and the verdict one of them.
#[track_caller]
fn check(text: &str) {
    let found = assess(text);
    assert!(found.deciding().is_some(), "a verdict on {text:?} without a fact");
    for fact in found.evidence {
        let span = fact.span.expect("every fact on a line has a place");
        assert!(span.start <= span.end && text.get(span.start..span.end).is_some(), "{text:?}: {span:?}");
    }
    is_validation(text);
}

/// `fuzz/run.sh keep` writes them.
#[test]
fn texts_that_reach_many_branches_are_judged_with_a_place() {
    for line in include_str!("../../../../fixtures/classify/fuzzed.jsonl").lines() {
        check(&serde_json::from_str::<String>(line).expect("every line is a text"));
    }
}

fn fragments() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(proof::FRAGMENTS), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_text_makes_it_panic(text in fragments()) {
        check(&text);
    }

    #[test]
    fn any_unicode_is_survived(text in "\\PC{0,80}") {
        check(&text);
    }

    #[test]
    fn appending_a_write_makes_a_write(line in prop::sample::select(uncommented()), tail in prop::sample::select(vec!["; touch x", "\ntouch x", " && touch x", " | tee x", "\n> x", " & rm x", " || sudo ls"])) {
        prop_assert_eq!(assess(&format!("{line}{tail}")).verdict, Verdict::Write);
    }

    #[test]
    fn wrapping_never_loosens(line in prop::sample::select(hostile()), wrap in prop::sample::select(vec![("( ", "\n)"), ("{ ", "\n}"), ("if true; then ", "\nfi"), ("while false; do ", "\ndone"), ("echo \"$(", "\n)\""), ("ls; ", ""), ("! ", ""), ("cat <(", "\n)"), ("f() { ", "\n}; f")])) {
        prop_assert_eq!(assess(&format!("{}{line}{}", wrap.0, wrap.1)).verdict, Verdict::Write);
    }

    #[test]
    fn quoting_a_word_never_loosens(line in prop::sample::select(plain()), at in 0_usize..8, quote in prop::sample::select(vec![("'", "'"), ("\"", "\""), ("$'", "'"), ("\"\"", ""), ("", "''"), ("\\", "")])) {
        let mut words: Vec<String> = line.split_ascii_whitespace().map(str::to_owned).collect();
        let at = at % words.len();
        words[at] = format!("{}{}{}", quote.0, words[at], quote.1);
        let quoted = words.join(" ");
        prop_assert_eq!(assess(&quoted).verdict, Verdict::Write, "{}", quoted);
    }

    #[test]
    fn an_option_among_alternatives_never_loosens(line in prop::sample::select(plain()), braces in prop::sample::select(vec![("{", ",q}"), ("{", ",q,r}"), ("{{", ",r},q}")])) {
        let (before, last) = line.rsplit_once(' ').unwrap_or_default();
        let braced = format!("{before} {}{last}{}", braces.0, braces.1);
        // Before other words an alternative may be what they are for.
        let option = last.len() > 1 && last.starts_with('-');
        prop_assert!(!option || assess(&braced).verdict == Verdict::Write, "{}", braced);
    }

    #[test]
    fn a_variable_that_loads_code_makes_a_write(line in prop::sample::select(harmless()), set in prop::sample::select(vec!["LD_PRELOAD=./x.so ", "export PATH=.; ", "BASH_ENV=x; ", "GIT_DIR=evil\n", "readonly PATH=x && ", "PATH=. "])) {
        prop_assert_eq!(assess(&format!("{set}{line}")).verdict, Verdict::Write);
    }

    #[test]
    fn a_switch_that_is_off_never_loosens(line in prop::sample::select(harmless()), bits in 0_u8..8) {
        let kinds = ReadKinds { network: bits & 1 > 0, plain_http: bits & 2 > 0, secrets: bits & 4 > 0 };
        let all = ReadKinds { network: true, plain_http: true, secrets: true };
        prop_assert!(verdict_of(&line, kinds) >= verdict_of(&line, all));
    }

    #[test]
    fn no_switch_loosens_a_write(line in prop::sample::select(hostile())) {
        let all = ReadKinds { network: true, plain_http: true, secrets: true };
        let asks = line.contains("curl") || line.contains("wget");
        prop_assert!(asks || verdict_of(&line, all) == Verdict::Write, "{}", line);
    }

    #[test]
    fn quoting_letters_never_loosens(line in prop::sample::select(hostile()), at in 0_usize..60, quote in prop::sample::select(vec!["\\", "''", "\"\"", "$''"])) {
        if line.is_char_boundary(at.min(line.len())) {
            let at = at.min(line.len());
            let quoted = format!("{}{quote}{}", &line[..at], &line[at..]);
            let found = assess(&quoted);
            // A backslash or a quote before an operator, a descriptor or a modifier of zsh, may make text of it; what then passes has lost its write.
            let is_descriptor = line[at..].trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['<', '>']);
            let tamed = is_descriptor || line.contains("[[") || line[at..].starts_with(|c: char| !c.is_ascii_alphanumeric()) || line[..at].ends_with(['\\', '$', '\'', '"', '`', ':']) || line[..at].contains(['\'', '"', '\\', '#', '<', '{']);
            prop_assert!(tamed || found.verdict == Verdict::Write, "{} became {}", line, quoted);
        }
    }

    #[test]
    fn a_number_that_may_be_nothing_never_loosens(line in prop::sample::select(plain()), at in 0_usize..80, number in prop::sample::select(vec!["$!", "\"$!\"", "${n}", "\"${n}\""])) {
        let at = at.min(line.len());
        let holed = format!("n=$(grep -c x < f); {}{number}{}", &line[..at], &line[at..]);
        // Another name, or the name of what a predicate looks for, is not the same line.
        let named = line[..at].trim_start().contains(' ') && !line.contains("find ");
        prop_assert!(!named || assess(&holed).verdict == Verdict::Write, "{}", holed);
    }

    #[test]
    fn what_passes_with_an_unknown_value_passes_with_every_value(line in prop::sample::select(simple()), at in 0_usize..80, value in prop::sample::select(vec![" --output=z", " -delete", " -exec touch z ;", " -oz", " touch z", "1 -o z", " -i s/a/b/", " --pre=./x"])) {
        let at = at.min(line.len());
        let (unknown, known) = (format!("{}$1{}", &line[..at], &line[at..]), format!("{}{}{}", &line[..at], value.replace(';', "\\;"), &line[at..]));
        // Whatever is read may be a device; only what is seen to have the name of one is a write.
        let names_device = known.contains("/dev/");
        if !names_device && assess(&unknown).verdict == Verdict::Read {
            prop_assert!(assess(&known).verdict == Verdict::Read, "{} but {}", unknown, known);
        }
    }
}
