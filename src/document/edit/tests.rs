use proptest::prelude::*;

use super::super::tests::FIVE;
use super::*;

fn five() -> Document {
    Document::parse(FIVE)
}

fn done(edits: &[Edit]) -> Edited {
    apply(&five(), edits, &mut Highest::default()).expect("the edit can be done")
}

fn order(document: &Document) -> Vec<u32> {
    document.steps.iter().filter_map(|step| step.id).map(|id| id.0).collect()
}

#[test]
fn a_new_step_gets_a_name_that_nobody_ever_had() {
    let mut highest = Highest { step: 7, ..Highest::default() };
    let edit = Edit::Add { text: "Say so".to_owned(), spot: Spot::After(StepId(3)) };
    let edited = apply(&five(), &[edit], &mut highest).expect("there is S3");
    assert_eq!(order(&edited.document), [1, 2, 3, 8, 4, 5]);
    assert_eq!(highest.step, 8);
    assert_eq!(take_back(&edited), FIVE);
}

#[test]
fn a_moved_step_takes_its_lines_along_and_leaves_all_others() {
    let edited = done(&[Edit::Move { step: StepId(2), spot: Spot::Before(StepId(5)) }]);
    assert_eq!(order(&edited.document), [1, 3, 4, 2, 5]);
    let two = edited.document.step(StepId(2)).expect("S2 is there");
    assert!(edited.document.text()[two.place.whole.clone()].contains("Mind the old path."));
    let mut before: Vec<_> = FIVE.lines().collect();
    let mut after: Vec<_> = edited.document.text().lines().collect();
    before.sort_unstable();
    after.sort_unstable();
    assert_eq!(before, after);
}

#[test]
fn what_came_after_a_removed_step_comes_after_what_it_came_after() {
    let edited = done(&[Edit::Remove(StepId(2))]);
    assert_eq!(edited.document.step(StepId(3)).expect("S3").after, [StepId(1)]);
    assert_eq!(edited.document.step(StepId(4)).expect("S4").after, [StepId(1), StepId(3)]);
    assert_eq!(edited.notes, ["S3, S4 now wait for S1 instead of S2"]);
}

#[test]
fn a_split_step_keeps_its_name_and_its_dependants_wait_for_the_last_part() {
    let parts = vec!["Read it".to_owned(), "Check it".to_owned(), "Write it".to_owned()];
    let edited = done(&[Edit::Split { step: StepId(2), parts }]);
    assert_eq!(order(&edited.document), [1, 2, 6, 7, 3, 4, 5]);
    assert_eq!(edited.document.step(StepId(7)).expect("S7").after, [StepId(6)]);
    assert_eq!(edited.document.step(StepId(3)).expect("S3").after, [StepId(7)]);
}

#[test]
fn merged_steps_become_the_first_of_them() {
    let edited = done(&[Edit::Merge { steps: vec![StepId(3), StepId(2)], text: None }]);
    assert_eq!(order(&edited.document), [1, 2, 4, 5]);
    let two = edited.document.step(StepId(2)).expect("S2");
    assert_eq!(two.text, "Route login through it; Add rate limiting");
    assert_eq!(edited.document.step(StepId(4)).expect("S4").after, [StepId(2)]);
    assert_eq!(edited.document.decisions[0].before, [StepId(2)]);
    assert_eq!(edited.document.problems, []);
}

#[test]
fn a_choice_and_an_answer_stand_below_what_they_belong_to_and_can_be_changed() {
    let choose = |letter| Edit::Choose { decision: DecisionId(1), choice: Chosen::Option(letter) };
    let new = Edit::Choose { decision: DecisionId(1), choice: Chosen::New("on disk".to_owned()) };
    let edited = done(&[choose('A'), choose('B')]);
    assert_eq!(edited.document.decisions[0].chosen, Some('B'));
    assert_eq!(edited.document.text().matches("chosen:").count(), 1);
    let edited = done(&[new, Edit::Answer { question: QuestionId(2), text: "an hour".to_owned() }]);
    assert_eq!(edited.document.decisions[0].chosen, Some('C'));
    assert_eq!(edited.document.questions[1].answer.as_deref(), Some("an hour"));
    assert_eq!(edited.document.problems, []);
}

#[test]
fn what_is_not_there_or_not_allowed_is_an_error() {
    let refused = |edit: Edit| apply(&five(), &[edit], &mut Highest::default()).expect_err("refused").to_string();
    assert_eq!(refused(Edit::Remove(StepId(99))), "there is no step S99: the plan has 5 steps");
    assert_eq!(refused(Edit::Remove(StepId(1))), "S1: `edit` cannot happen to what is `completed`");
    assert_eq!(refused(Edit::Unskip(StepId(2))), "S2: `unskip` cannot happen to what is `pending`");
    assert_eq!(refused(Edit::Depend { step: StepId(2), on: vec![StepId(4)] }), "S2 would have to come after itself");
    assert_eq!(
        refused(Edit::Choose { decision: DecisionId(1), choice: Chosen::Option('Z') }),
        "D1 has no option \"Z\": A (in memory), B (in SQLite)"
    );
    assert_eq!(refused(Edit::Answer { question: QuestionId(9), text: "x".to_owned() }), "there is no question Q9");
}

#[test]
fn what_somebody_wrote_without_a_name_gets_one() {
    let text = FIVE.replace("- [ ] S3 Add", "- Do more\n- [ ] S3 Add");
    let mut highest = Highest { step: 5, ..Highest::default() };
    let named = with_names(&Document::parse(text), &mut highest);
    assert_eq!(order(&named), [1, 2, 6, 3, 4, 5]);
    assert!(named.text().contains("- S6 Do more\n"));
}

#[test]
fn log_and_changes_join_what_is_there_and_make_what_is_not() {
    let logged = with_log(&with_log(&five(), "2026-03-01 10:00 begun"), "2026-03-01 11:00 done");
    assert!(
        logged.text().ends_with("\n## Progress log\n\n- 2026-03-01 10:00 begun\n- 2026-03-01 11:00 done\n"),
        "{}",
        logged.text()
    );
    let changed = with_changes(&logged, &["c1 + a.rs (S1)".to_owned()]);
    assert_eq!(changed.prose(SectionKind::Changes), "- c1 + a.rs (S1)");
    assert_eq!(with_changes(&changed, &["c1 + a.rs (S1)".to_owned()]).text(), changed.text());
    let status = with_status(&five(), StepId(5), StepStatus::Pending).expect("S5");
    assert_eq!(status.text(), FIVE.replace("* [-] S5", "* [ ] S5"));
    assert!(with_revision(&five(), 12).text().starts_with("---\nplan: brave-fox\nrevision: 12\n---\n"));
}

use super::super::SectionKind;

fn some_edit() -> impl Strategy<Value = Edit> {
    let step = || (1u32..7).prop_map(StepId);
    let spot =
        || prop_oneof![step().prop_map(Spot::Before), step().prop_map(Spot::After), Just(Spot::Start), Just(Spot::End)];
    let text = || "[A-Za-z][A-Za-z `é]{0,12}[a-z]";
    prop_oneof![
        (text(), spot()).prop_map(|(text, spot)| Edit::Add { text, spot }),
        (step(), prop::option::of(text())).prop_map(|(step, because)| Edit::Skip { step, because }),
        step().prop_map(Edit::Unskip),
        step().prop_map(Edit::Remove),
        (step(), spot()).prop_map(|(step, spot)| Edit::Move { step, spot }),
        (step(), text()).prop_map(|(step, text)| Edit::Change { step, text }),
        (step(), text(), text()).prop_map(|(step, a, b)| Edit::Split { step, parts: vec![a, b] }),
        (step(), step()).prop_map(|(a, b)| Edit::Merge { steps: vec![a, b], text: None }),
        (step(), step()).prop_map(|(step, on)| Edit::Depend { step, on: vec![on] }),
        step().prop_map(|step| Edit::Free { step, from: Vec::new() }),
        (step(), 1u32..6).prop_map(|(step, n)| Edit::Size { step, size: Size::new(n).expect("1 to 5") }),
        Just(Edit::Choose { decision: DecisionId(1), choice: Chosen::Option('B') }),
        text().prop_map(|text| Edit::Answer { question: QuestionId(2), text }),
        text().prop_map(Edit::AddQuestion),
    ]
}

proptest! {
    #[test]
    fn every_edit_has_an_inverse_and_leaves_a_document_without_problems(
        edits in prop::collection::vec(some_edit(), 1..6), crlf in any::<bool>(), cut in any::<bool>()
    ) {
        let mut text = if crlf { FIVE.replace('\n', "\r\n") } else { FIVE.to_owned() };
        if cut {
            text.truncate(text.trim_end().len());
        }
        let document = Document::parse(text.as_str());
        if let Ok(edited) = apply(&document, &edits, &mut Highest::default()) {
            prop_assert_eq!(&edited.document.problems, &[], "{}", edited.document.text());
            prop_assert_eq!(take_back(&edited), text);
            let ids: std::collections::BTreeSet<_> = edited.document.steps.iter().map(|step| step.id).collect();
            prop_assert_eq!(ids.len(), edited.document.steps.len());
            prop_assert!(!ids.contains(&None));
        }
    }
}
