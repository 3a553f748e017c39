//! Lines with labels: the corpora, and lists of our own.

use super::{corpus, listed, why};
use crate::classify::shell::assess;
use crate::model::Verdict;

#[test]
fn no_hostile_line_of_the_corpus_is_a_read() {
    let lines = corpus(include_str!("../../../../fixtures/corpora/bash-bypass.jsonl"));
    let passed: Vec<_> = lines.iter().filter(|line| assess(line).verdict == Verdict::Read).collect();
    println!("hostile lines judged reads: {} of {}", passed.len(), lines.len());
    assert!(passed.is_empty(), "{passed:#?}");
}

#[test]
fn almost_every_harmless_line_of_the_corpus_is_a_read() {
    let lines = corpus(include_str!("../../../../fixtures/corpora/bash-readonly.jsonl"));
    let queued: Vec<_> = lines.iter().filter(|line| assess(line).verdict == Verdict::Write).collect();
    println!("harmless lines judged writes: {} of {}", queued.len(), lines.len());
    for line in &queued {
        println!("  {}", why(line));
    }
    assert!(queued.len() * 20 <= lines.len(), "more than one in twenty is queued");
}

#[test]
fn the_own_lists_are_judged_as_they_say() {
    let lists = [
        (include_str!("../../../../fixtures/classify/harmless.txt"), Verdict::Read),
        (include_str!("../../../../fixtures/classify/hostile.txt"), Verdict::Write),
        (include_str!("../../../../fixtures/classify/queued.txt"), Verdict::Write),
    ];
    let mut wrong = Vec::new();
    for (text, verdict) in lists {
        let lines = listed(text).count();
        let misjudged: Vec<_> = listed(text).filter(|line| assess(line).verdict != verdict).map(why).collect();
        println!("lines not judged {verdict}s: {} of {lines}", misjudged.len());
        wrong.extend(misjudged);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_verdict_names_a_rule_and_a_place() {
    let odd = ["case x in esac", "timeout 5", "x=1", "f() { ls; }", "$()", "<a", "!", "{ :; }"].map(str::to_owned);
    for line in corpus(include_str!("../../../../fixtures/corpora/bash-bypass.jsonl")).into_iter().chain(odd) {
        let found = assess(&line);
        let fact = found.deciding().expect("a verdict has a reason");
        let span = fact.span.expect("a verdict on text has a place");
        assert!(
            !fact.rule.is_empty() && span.start < span.end && line.get(span.start..span.end).is_some(),
            "{line}: {fact:?}"
        );
    }
}
