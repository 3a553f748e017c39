//! What a judgement notes: why something is a write, why it is a read, and where.

use crate::classify::shell::scan::Objection;
use crate::classify::shell::syntax::Place;
use crate::model::{Effect, Effects, Evidence, Mark, Span, Verdict};

use super::Judge;
use super::call::mentions_us;

impl Judge<'_> {
    /// What cannot be read may call plangate when the text holds its name.
    pub(super) fn mark_if_we_are_named(&mut self) {
        if *self.names_us.get_or_init(|| mentions_us(self.text)) {
            self.marks.push(Mark::Decides);
        }
    }

    pub(in super::super) fn object(&mut self, objection: Objection) {
        self.evidence.push(Evidence {
            verdict: Verdict::Write,
            effects: objection.effects,
            rule: objection.rule.to_owned(),
            reason: objection.reason,
            span: Some(self.span(objection.span)),
        });
    }

    pub(in super::super) fn allow(&mut self, rule: &str, reason: &str, place: Place) {
        self.allow_with(rule, reason, Effects::NONE, place);
    }

    /// Notes a read of what is commonly secret.
    pub(in super::super) fn allow_secret(&mut self, rule: &str, reason: &str, place: Place) {
        self.marks.push(Mark::Secret);
        self.allow_with(rule, reason, Effect::SecretRead.into(), place);
    }

    pub(super) fn allow_with(&mut self, rule: &str, reason: &str, effects: Effects, place: Place) {
        let (verdict, span) = (Verdict::Read, Some(self.span(place)));
        self.evidence.push(Evidence { verdict, effects, rule: rule.to_owned(), reason: reason.to_owned(), span });
    }

    pub(super) fn span(&self, place: Place) -> Span {
        let len = self.text.len();
        Span { start: place.start.min(len), end: place.end.min(len).max(place.start.min(len)) }
    }
}
