#![expect(clippy::unwrap_used, reason = "a test that has nothing to unwrap has failed")]

use proptest::prelude::*;

use super::*;

pub(super) const FIVE: &str = "\
---
plan: brave-fox
revision: 3
---

# Login for the shop

## Task

Add login with tokens.

## Steps

- [x] S1 Write the token module {size 2; files src/token.rs}
- [ ] S2 Route login through it {after S1; size 3}
  Mind the old path.

  ```rust
  ## not a heading
  - [ ] S9 not a step
  ```
- [ ] S3 Add rate limiting {after S2}
- [ ] S4 Run the tests with `cargo test` {after S2, S3; check}
* [-] S5 Update the README

Prose that belongs to nobody.

## Decision points

- D1 Where do sessions live? {before S3}
  - A: in memory
  - B: in SQLite

## Checks

- `cargo test` {after S4}
- Look at the page.

## Risks and mitigations

| Risk | Mitigation |
|---|---|
| Tokens leak \\| late | redact them |
- Slow → measure

## Questions

- Q1 Which token?
  - answer: JWT
- Q2 How long does it live?
";

#[test]
fn a_document_tells_what_it_is_made_of() {
    let document = Document::parse(FIVE);
    assert_eq!(document.problems, []);
    let ids: Vec<_> = document.steps.iter().map(|step| step.id.unwrap().0).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5]);
    let statuses: Vec<_> = document.steps.iter().map(|step| step.status.mark()).collect();
    assert_eq!(statuses, ['x', ' ', ' ', ' ', '-']);
    assert_eq!(document.steps[0].files, ["src/token.rs"]);
    assert_eq!(document.steps[3].text, "Run the tests with `cargo test`");
    assert_eq!(document.steps[3].after, [StepId(2), StepId(3)]);
    assert!(document.steps[3].check && !document.steps[2].check);
    let below = &document.text()[document.steps[1].place.whole.clone()];
    assert!(below.starts_with("- [ ] S2 ") && below.ends_with("  ```\n"), "{below}");
    let decision = &document.decisions[0];
    assert_eq!((decision.options.len(), decision.options[1].text.as_str()), (2, "in SQLite"));
    assert_eq!((decision.chosen, decision.before.as_slice()), (None, &[StepId(3)][..]));
    assert_eq!(document.checks[0].command.as_deref(), Some("cargo test"));
    assert_eq!(document.checks[1].command, None);
    assert_eq!(document.risks[0].text, "Tokens leak | late");
    assert_eq!(document.risks[1].mitigation, "measure");
    assert_eq!(document.questions[0].answer.as_deref(), Some("JWT"));
    assert_eq!(document.questions[1].answer, None);
    assert_eq!(document.front.as_ref().unwrap().slug.as_ref().unwrap().0, "brave-fox");
    assert_eq!(document.prose(SectionKind::Task), "Add login with tokens.");
}

#[test]
fn places_point_at_the_bytes_they_name() {
    for text in [FIVE.to_owned(), FIVE.replace('\n', "\r\n")] {
        let document = Document::parse(text.as_str());
        assert_eq!(document.problems, []);
        for step in &document.steps {
            let place = &step.place;
            assert_eq!(&text[place.text.clone()], step.text);
            assert_eq!(text[place.id.clone().unwrap()], step.id.unwrap().to_string());
            assert_eq!(text[place.mark.clone().unwrap()], step.status.mark().to_string());
            assert!(text[place.whole.clone()].ends_with(document.line_end()));
        }
    }
}

#[test]
fn what_makes_no_sense_is_told_with_its_line() {
    let check = |body: &str, line: usize, told: &str| {
        let document = Document::parse(format!("## Steps\n{body}\n"));
        let problem = document.problems.first().unwrap_or_else(|| panic!("{body} was taken"));
        assert_eq!(problem.line, line, "{body}: {problem}");
        assert!(problem.message.contains(told), "{body}: {problem}");
    };
    check("- [ ] S1 a\n- [ ] S1 b", 3, "a second time");
    check("- [ ] S1 a {after S}", 2, "`S` is not a step id");
    check("- [ ] S1 a {size 7}", 2, "from 1 to 5");
    check("- [?] S1 a", 2, "no status");
    check("- [ ] S01 a", 2, "not an id");
    check("- [ ] S1", 2, "says what is to be done");
    check("- [ ] S1 a\n<<<<<<< yours", 3, "conflict");
    check("- [ ] S1 a\n\n```sh\n- [ ] S2 b", 4, "nothing closes");
    check("## Decision points\n- D1 x\n  - A: y\n  - chosen: C", 5, "not one of the options");
    assert_eq!(Document::parse("---\nplan: a-b\n## Steps\n").problems[0].line, 1);
}

#[test]
fn a_line_that_only_looks_like_an_item_is_prose() {
    let document = Document::parse("## Steps\n\n---\n**bold** words\n-no space\nS1 no bullet\n\t- indented\n");
    assert_eq!((document.steps.len(), document.problems.len()), (0, 0));
}

/// Texts that are close to documents: pieces of one, in any order, with any line ends.
fn near_documents() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "---",
        "plan: a-b",
        "revision: 2",
        "## Steps",
        "# Task",
        "## Decision points",
        "## Questions",
        "## Checks",
        "## Risks and mitigations",
        "### Own",
        "- [ ] S1 one {after S2}",
        "- [x] S2 two",
        "* [-] S3 three {check}",
        "1. [~] four",
        "- [ ] five {size 9}",
        "  below",
        "\tbelow",
        "```",
        "~~~~",
        "- D1 which? {before S1}",
        "  - A: a",
        "  - chosen: A",
        "- Q1 what?",
        "  - answer: so",
        "| a | b |",
        "|---|---|",
        "- a → b",
        "=======",
        "<<<<<<< x",
        "- `run` {after S1}",
        "",
        "   ",
        "é — ü",
        "- [é] S4 x {changes c1}",
        "{after S1}",
        "- {check}",
        "-",
        "- [ ]",
        "- [ ] S",
    ]);
    let ends = prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n", ""]);
    prop::collection::vec((pieces, ends), 0..40)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end]).collect())
}

fn holds_together(text: &str) {
    let document = Document::parse(text);
    assert_eq!(document.text(), text);
    let front = document.front.as_ref().map_or(0, |front| front.whole.end);
    let mut end = document.sections.first().map_or(text.len(), |section| section.heading.start);
    assert!(front <= end);
    for section in &document.sections {
        assert_eq!(section.heading.start, end, "sections follow each other without a gap");
        assert_eq!(section.heading.end, section.body.start);
        end = section.body.end;
    }
    assert_eq!(end, text.len());
    let mut last = 0;
    for step in &document.steps {
        assert!(step.place.whole.start >= last, "steps overlap");
        last = step.place.whole.end;
        assert_eq!(&text[step.place.text.clone()], step.text);
        let whole = step.place.whole.clone();
        assert!(whole.start <= step.place.text.start && step.place.head_end <= whole.end);
    }
}

proptest! {
    #[test]
    fn any_text_is_written_back_byte_for_byte(text in any::<String>()) {
        holds_together(&text);
    }

    #[test]
    fn any_bytes_read_as_text_are_written_back(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        holds_together(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_near_document_is_written_back_byte_for_byte(text in near_documents()) {
        holds_together(&text);
    }
}
