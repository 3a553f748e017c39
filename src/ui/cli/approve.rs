//! `approve`: apply all, the first N, or chosen changes; the rest stays pending.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::super::applying::{advise_unsettled, apply, listed, nothing_applied, unsettled};
use super::super::consent::{Channel, Person, ask};
use super::super::flags::{Answer, Format};
use super::super::planning::gate;
use super::super::showing::{Paging, Part, show};
use super::{CommandError, Context, Exit, proposal};
use crate::apply::{Cancel, OnFailure, claim};
use crate::model::{ChangeId, ChangeState, Digest, PendingPlan, ProposedChange};
use crate::queue::Selection;
use crate::review::risk;
use crate::store::SessionRow;

/// Apply all pending changes, the first N, or chosen ones.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(in crate::ui) struct Args {
    /// Which: nothing for all, N for the first N, or ids, ranges and paths (c2 c5-c7 src/**), or
    /// `m1`, the mode that an agent asked for.
    #[arg(allow_negative_numbers = true)]
    selection: Vec<String>,
    /// Answer the question with yes; works only for what was shown before.
    #[arg(long, short)]
    yes: bool,
    /// Approve even what was never shown to you.
    #[arg(long)]
    unseen: bool,
    /// Let chosen changes pass a command before them that may change what they do, and checks what they check.
    #[arg(long)]
    out_of_order: bool,
    /// After a failure go on with file changes that do not depend on it.
    #[arg(long)]
    keep_going: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    /// The approval of the changes of a step, as it would be typed: a document has its own order.
    pub(super) fn of(selection: Vec<String>, answer: Answer) -> Self {
        let yes = answer == Answer::Given;
        Self { selection, yes, unseen: false, out_of_order: true, keep_going: false, json: false }
    }

    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let decided = self.decide(context);
        nothing_as_json(context, decided, Format::by_flag(self.json))
    }

    fn decide(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        if let Some(n) = proposal::named(&self.selection) {
            let (person, session) = (context.person()?, context.session()?);
            let asked = proposal::waiting(context, &session, n)?;
            return proposal::grant(
                context,
                &session,
                &person,
                &asked,
                Answer::by_flag(self.yes),
                Format::by_flag(self.json),
            );
        }
        let selection = Selection::parse(&self.selection)?;
        let person = context.person()?;
        let session = context.session()?;
        let selection = selection.typed_in(&context.folder_in(&session));
        let cancel = Cancel::by_signals();
        // A question is left by Ctrl-C as any program is.
        let _until_decided = self.yes.then(|| cancel.listen());
        let asked = context.manager.store().mode_proposal(&session.id)?;
        let plan = context.manager.open_plan(&session.id)?;
        if let (Some(asked), Selection::All, None) = (&asked, &selection, &plan) {
            return proposal::grant(
                context,
                &session,
                &person,
                asked,
                Answer::by_flag(self.yes),
                Format::by_flag(self.json),
            );
        }
        let mut chosen = Vec::new();
        if let Some(plan) = &plan {
            chosen = selection.resolve(plan, &session.root, "pending", |c| c.state == ChangeState::Pending)?;
            gate(context, &session, &chosen)?;
        }
        let mut consent = if self.unseen { person.consent().even_unseen() } else { person.consent() };
        if self.out_of_order {
            consent = consent.out_of_order();
        }
        if let (Some(plan), false) = (&plan, self.unseen) {
            let (answer, format) = (Answer::by_flag(self.yes), Format::by_flag(self.json));
            require_shown(context, &session, plan, &chosen, &person, answer, format)?;
        }
        if !self.yes && person.can_answer() {
            context.manager.check(&session, &selection, &consent)?;
            match confirmed(context, &session, &selection)? {
                Confirmed::No => return Err(CommandError::refused("not approved: nothing was changed")),
                Confirmed::Yes(asked) => consent = consent.to(asked),
                Confirmed::NotAsked => {}
            }
        }
        let _until_applied = cancel.listen();
        // Before the decision, so that whoever comes second has decided nothing.
        let lock = claim(context.manager.store(), &session.root)?;
        if cancel.is_asked() {
            return Err(CommandError::new(Exit::Failed, "stopped: nothing was changed"));
        }
        let approved = context.manager.approve(&session, &selection, &consent)?;
        let on_failure = if self.keep_going { OnFailure::KeepGoing } else { OnFailure::Stop };
        let exit = apply(context, &session, &lock, approved, on_failure, Format::by_flag(self.json))?;
        if let (Some(asked), false) = (asked, self.json) {
            context.line(proposal::summary(&asked))?;
        }
        Ok(exit)
    }
}

/// With nothing to decide a program is told so in its own form, and a person what waits to be settled.
pub(super) fn nothing_as_json(
    context: &mut Context<'_>,
    decided: Result<Exit, CommandError>,
    format: Format,
) -> Result<Exit, CommandError> {
    match decided {
        Err(error) if error.exit == Exit::Done && format == Format::Json => {
            let plan = context.manager.open_plan(&context.session()?.id)?;
            context.line(nothing_applied(plan.as_ref()).to_string())?;
            Ok(Exit::Done)
        }
        Err(error) if error.exit == Exit::Done => {
            let plan = context.manager.open_plan(&context.session()?.id)?;
            advise_unsettled(context, plan.as_ref(), |_| false)?;
            Err(error)
        }
        decided => decided,
    }
}

/// Displays those of `ids`, and of what was approved before and goes with them, that the person has not seen in their present
/// form, or where they stand now; see [`show_unseen`].
pub(super) fn require_shown(
    context: &mut Context<'_>,
    session: &SessionRow,
    plan: &PendingPlan,
    ids: &[ChangeId],
    person: &Person,
    answer: Answer,
    format: Format,
) -> Result<(), CommandError> {
    let along = plan.proposed_changes.iter().filter(|change| change.state == ChangeState::Approved);
    let ids: BTreeSet<ChangeId> = ids.iter().copied().chain(along.map(|change| change.id)).collect();
    let unseen = context.manager.unseen_of(plan, &Vec::from_iter(ids))?;
    show_unseen(context, session, person, plan, &unseen, answer, format)
}

/// Displays what the person has not seen yet. They are asked about it next, if they can be; an answer that was given
/// before, on the command line or by a script, cannot be about it.
fn show_unseen(
    context: &mut Context<'_>,
    session: &SessionRow,
    person: &Person,
    plan: &PendingPlan,
    unseen: &[ChangeId],
    answer: Answer,
    format: Format,
) -> Result<(), CommandError> {
    if unseen.is_empty() {
        return Ok(());
    }
    let shown: BTreeMap<_, _> = context.manager.store().shown(&plan.id)?.into_iter().collect();
    let is_moved = unseen.iter().any(|id| shown.get(id) == plan.change(*id).map(|change| &change.digest));
    let what = if is_moved { "form and order" } else { "form" };
    let not_shown =
        CommandError::new(Exit::NotShown, format!("not shown to you before in this {what}: {}", listed(unseen)));
    if format == Format::Json {
        return Err(not_shown.hint("`plangate show-plan` shows it; then approve again"));
    }
    // Whoever has answered already may be a script, which cannot leave a pager.
    let paging = if answer == Answer::Given { Paging::Never } else { Paging::WhereLong };
    // The whole plan the first time and in another order, else only what is new.
    let part = if shown.is_empty() || is_moved { Part::All } else { Part::Since(&shown) };
    show(context, &session.root, plan, &part, paging)?;
    if answer == Answer::Given || !person.can_answer() {
        let again = if context.channel == Channel::CommandLine { "run the command" } else { "type the command" };
        return Err(not_shown.hint(format!("it is shown above; {again} again to approve it")));
    }
    Ok(())
}

/// What became of the question.
enum Confirmed {
    No,
    /// To these changes in this form.
    Yes(Vec<(ChangeId, Digest)>),
    /// There was nothing to ask about.
    NotAsked,
}

impl Confirmed {
    /// Asks about changes of a plan.
    fn ask(question: &str, plan: &PendingPlan, named: impl Iterator<Item = ChangeId>) -> io::Result<Self> {
        let digest = |id| plan.change(id).map(|change| (id, change.digest));
        Ok(if ask(question)? { Self::Yes(named.filter_map(digest).collect()) } else { Self::No })
    }
}

fn confirmed(context: &Context<'_>, session: &SessionRow, selection: &Selection) -> Result<Confirmed, CommandError> {
    let Some(plan) = context.manager.open_plan(&session.id)? else { return Ok(Confirmed::NotAsked) };
    let pending = plan.pending().count();
    let chosen = selection.resolve(&plan, &session.root, "pending", |c| c.state == ChangeState::Pending)?;
    let approved: Vec<&ProposedChange> =
        plan.proposed_changes.iter().filter(|change| change.state == ChangeState::Approved).collect();
    let before = listed(&approved.iter().map(|change| change.id).collect::<Vec<_>>());
    let risks = risks(&plan, &chosen, &approved);
    if chosen.is_empty() {
        let question = format!("Go on with {before}, approved before{}{risks}?", stuck(&plan));
        if approved.is_empty() {
            return Ok(Confirmed::NotAsked);
        }
        return Ok(Confirmed::ask(&question, &plan, approved.iter().map(|change| change.id))?);
    }
    let names = listed(&chosen);
    let rest = pending - chosen.len();
    let rest = match rest {
        0 => String::new(),
        1 => "; 1 stays pending".to_owned(),
        many => format!("; {many} stay pending"),
    };
    let along =
        if approved.is_empty() { String::new() } else { format!("; with {before}, approved before{}", stuck(&plan)) };
    let question = format!("Apply {} of {pending} ({names}{rest}{along}{risks})?", chosen.len());
    Ok(Confirmed::ask(&question, &plan, chosen.iter().copied().chain(approved.iter().map(|change| change.id)))?)
}

/// What a person should know of what would be applied, counted.
pub(super) fn risks(plan: &PendingPlan, chosen: &[ChangeId], approved: &[&ProposedChange]) -> String {
    let chosen = chosen.iter().filter_map(|id| plan.change(*id));
    match risk::summary(&risk::tally(chosen.chain(approved.iter().copied()))) {
        counted if counted.is_empty() => counted,
        counted => format!("; {counted}"),
    }
}

/// What did not happen and would be passed over.
fn stuck(plan: &PendingPlan) -> String {
    let stuck = unsettled(plan).map(|change| format!(", without {} ({})", change.id, change.state));
    stuck.collect()
}
