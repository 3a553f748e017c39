//! One pipeline for every door: mode, classification, queue, reply.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::reply::{Allowed, Reply, allowed, denied, denied_by_failure, proposed, queued, too_early, why};
use super::surroundings::Disk;
use super::team::Mailbox;
use crate::classify::{self, Policy};
use crate::config::{OwnFile, RuleFiles};
use crate::document::draft::Draft;
use crate::model::{Assessment, Mark, Mode, Phase, Request, ServerHints, ToolCall, Verdict, Writes, with_causes};
use crate::queue::{BookError, ComposeError, ProposeError, Proposed, Proposer};
use crate::store::{Holding, StoreError};

/// Answers the calls of one session's agents.
pub struct Interceptor<'a> {
    pub(super) proposer: Proposer<'a>,
    said_before: Option<&'a dyn Fn() -> Option<String>>,
    tells_beside: bool,
    policy: Option<&'a Policy>,
    own_rules: Option<&'a Option<OwnFile>>,
    pub(super) mailbox: Option<&'a dyn Mailbox>,
    started_in: Option<PathBuf>,
}

impl<'a> Interceptor<'a> {
    /// An interceptor that proposes through `proposer`.
    pub fn new(proposer: Proposer<'a>) -> Self {
        Self {
            proposer,
            said_before: None,
            tells_beside: false,
            policy: None,
            own_rules: None,
            mailbox: None,
            started_in: None,
        }
    }

    /// Looks up what the agent said just before, for writes that carry no reason of their own.
    #[must_use]
    pub fn with_reasons(self, said_before: &'a dyn Fn() -> Option<String>) -> Self {
        Self { said_before: Some(said_before), ..self }
    }

    /// Tells the agent what the host has to say also beside a call that runs: this door's `note` reaches the agent.
    #[must_use]
    pub fn telling_beside_results(self) -> Self {
        Self { tells_beside: true, ..self }
    }

    /// Judges by `policy` instead of the files of rules that hold in the workspace, which are read anew for each call.
    #[must_use]
    pub fn with_policy(self, policy: &'a Policy) -> Self {
        Self { policy: Some(policy), ..self }
    }

    /// Takes the person's own file as it was read, instead of reading it for each call.
    #[must_use]
    pub fn with_own_rules(self, own: &'a Option<OwnFile>) -> Self {
        Self { own_rules: Some(own), ..self }
    }

    /// Puts plans of teammates also where the lead's own host looks for mail.
    #[must_use]
    pub fn with_mailbox(self, mailbox: &'a dyn Mailbox) -> Self {
        Self { mailbox: Some(mailbox), ..self }
    }

    /// The folder below the session's root that the agent was started in, if it is not the root. Its shell may go elsewhere.
    #[must_use]
    pub fn started_in(self, folder: &Path) -> Self {
        let folder = folder.canonicalize().ok().filter(|folder| folder.starts_with(self.proposer.root()));
        Self { started_in: folder, ..self }
    }

    /// Decides about one call. Whatever fails on the way denies it.
    pub fn handle(&self, call: &ToolCall) -> Reply {
        let holding = match self.proposer.holding() {
            Ok(holding) => holding,
            Err(error) => return denied_by_failure(&error),
        };
        if let Some(reply) = self.of_team(call) {
            return self.with_messages(reply, call, holding, None);
        }
        if let Some(reply) = self.asks_for_mode(holding.mode, call) {
            return self.with_messages(reply, call, holding, None);
        }
        if holding.teams
            && let Some(reply) = self.held_back(holding.mode, call)
        {
            return self.with_messages(reply, call, holding, None);
        }
        if holding == (Holding { mode: Mode::Build, writes: Writes::Pass, ..holding }) {
            return self.with_messages(self.pass(call), call, holding, None);
        }
        let policy = self.policy();
        let reply = match (self.as_listed(self.of_the_real_file(call)), holding.mode) {
            (Err(error), _) => denied_by_failure(&error),
            (Ok(listed), Mode::Build) => self.ask_or_pass(&listed, &policy),
            (Ok(listed), mode) => self.gate(mode, &listed, &policy),
        };
        self.with_messages(reply, call, holding, policy.notice())
    }

    /// The call with what its server says of the tool. That a tool only reads counts only as the list says it that the
    /// person trusts; that it writes counts whoever says it.
    fn as_listed<'c>(&self, call: Cow<'c, ToolCall>) -> Result<Cow<'c, ToolCall>, StoreError> {
        let Some(tool) = classify::server_tool(&call) else { return Ok(call) };
        let listed = self.proposer.listed(&tool)?.unwrap_or_default();
        let said = call.hints;
        let writes = said.read_only_hint == Some(false) || listed.read_only_hint == Some(false);
        let destroys = said.destructive_hint == Some(true) || listed.destructive_hint == Some(true);
        let mut call = call.into_owned();
        call.hints = ServerHints {
            read_only_hint: if writes { Some(false) } else { listed.read_only_hint },
            destructive_hint: if destroys { Some(true) } else { listed.destructive_hint },
            ..listed
        };
        Ok(Cow::Owned(call))
    }

    /// Has the person asked about a write, and lets everything else through.
    fn ask_or_pass(&self, call: &ToolCall, policy: &Policy) -> Reply {
        let assessment = self.assess(call, policy);
        match (self.pass(call), assessment.verdict) {
            (Reply::Allow { .. }, Verdict::Write) => Reply::Ask {
                message: format!("[plangate] Automatic approval is unavailable; a write: {}.", why(&assessment)),
            },
            (reply, _) => reply,
        }
    }

    /// Lets a call through, but remembers a timer that could later speak as the person.
    fn pass(&self, call: &ToolCall) -> Reply {
        if classify::denied_in_plan_mode(&call.tool).is_some()
            && let Err(error) = self.proposer.note_timer()
        {
            return denied_by_failure(&error);
        }
        Reply::Allow { why: Allowed::ModeOff, rewrite: None, note: None }
    }

    pub(super) fn policy(&self) -> Cow<'a, Policy> {
        if let Some(policy) = self.policy {
            return Cow::Borrowed(policy);
        }
        let own = self.own_rules.map_or_else(OwnFile::read, Clone::clone);
        Cow::Owned(Policy::of(&RuleFiles::beside(own, self.proposer.root())))
    }

    fn gate(&self, mode: Mode, call: &ToolCall, policy: &Policy) -> Reply {
        if let Some(reason) = classify::denied_in_plan_mode(&call.tool) {
            return denied(format!("[PLAN MODE] Denied: {reason}. Nothing was queued; plan without it."));
        }
        if mode == Mode::Plan && classify::is_plan_proposal(&call.tool) {
            return self.plan_proposal(call);
        }
        if mode == Mode::Plan && self.is_own_plan_file(call) {
            return Reply::Allow { why: Allowed::PlanFile, rewrite: None, note: None };
        }
        let assessment = self.assess(call, policy);
        // What such a command reads has not been looked at, so it must be of no kind that a person wants to wait.
        if policy.kinds().secrets
            && policy.kinds().network
            && let Some(args) = classify::overridden(call, &assessment)
        {
            return Reply::Allow { why: allowed(&assessment), rewrite: Some(args), note: None };
        }
        match (mode, assessment.verdict) {
            (_, Verdict::Read) => self.read(call, &assessment),
            (Mode::Review, Verdict::Write) => denied(format!("[REVIEW MODE] Denied: {}.", why(&assessment))),
            (Mode::Debug, Verdict::Write)
                if classify::phase(call) == Phase::Validate && !policy.restrains(&assessment) =>
            {
                Reply::Allow { why: Allowed::MarkedRead, rewrite: None, note: None }
            }
            (Mode::Debug, Verdict::Write) => denied(format!("[DEBUG MODE] Denied: {}.", why(&assessment))),
            // No exception reaches what would decide in the person's name.
            (_, Verdict::Write) if !assessment.marks.contains(&Mark::Decides) && self.proposer.is_excepted(call) => {
                Reply::Allow { why: Allowed::Excepted, rewrite: None, note: None }
            }
            (_, Verdict::Write) => self.write(call, &assessment),
        }
    }

    /// Keeps a proposed plan as the agent's document.
    fn plan_proposal(&self, call: &ToolCall) -> Reply {
        let draft = match Draft::of_proposal(&call.args) {
            Ok(draft) => draft,
            Err(problem) => return denied(format!("[PLAN MODE] The plan was not kept: {problem}.")),
        };
        match self.proposer.book(call.agent.clone()).propose(&draft) {
            Ok(proposal) => Reply::Answered { message: proposed(&proposal) },
            Err(BookError::Store(error)) => denied_by_failure(&error),
            Err(error) => denied(format!("[PLAN MODE] The plan was not kept: {error}.")),
        }
    }

    /// The one carve-out: a tool that writes one file whole or in part, and that file is this agent's own plan document.
    pub(super) fn is_own_plan_file(&self, call: &ToolCall) -> bool {
        let Ok(Request::WriteFile { path, .. } | Request::EditFile { path, .. }) = classify::request(call) else {
            return false;
        };
        // Whatever fails, the write is intercepted like any other.
        self.proposer.book(call.agent.clone()).may_write(&call.cwd, &path).unwrap_or(false)
    }

    /// What a call is where it is made.
    pub(super) fn assess(&self, call: &ToolCall, policy: &Policy) -> Assessment {
        let own = self.started_in.as_deref().unwrap_or_else(|| self.proposer.root());
        classify::classify_in(call, policy, &Disk::around(&call.cwd, own))
    }

    fn read(&self, call: &ToolCall, assessment: &Assessment) -> Reply {
        let why = allowed(assessment);
        match self.pending_copy(call) {
            Ok(Some((rewrite, note))) => Reply::Allow { why, rewrite: Some(rewrite), note: Some(note) },
            Ok(None) => Reply::Allow { why, rewrite: None, note: self.pending_words(call) },
            Err(message) => denied(message),
        }
    }

    fn write(&self, call: &ToolCall, assessment: &Assessment) -> Reply {
        let request = match classify::request(call) {
            Ok(request) => request,
            Err(error) => return denied(format!("[PLAN MODE] Nothing was queued: {error}.")),
        };
        let mut call = Cow::Borrowed(call);
        if call.reason.is_empty()
            && let Some(said) = self.said_before.and_then(|look| look())
        {
            call.to_mut().reason = said;
        }
        match self.proposer.propose(&call, &request, assessment, classify::phase(&call)) {
            Ok(Proposed::Queued(change)) => Reply::Queued { message: queued(&change, &request), change },
            Ok(Proposed::AlreadyQueued { change, later }) => {
                let order = if later > 0 { " It keeps its place before what was queued after it." } else { "" };
                let message = format!(
                    "[PLAN MODE] Change already queued as {}; nothing was added.{order} Go on with the next step.",
                    change.id
                );
                Reply::Queued { message, change }
            }
            Ok(Proposed::Granted(grant)) => Reply::Allow {
                why: Allowed::Granted,
                rewrite: None,
                note: Some(format!("[plangate] The person approved this call as {}; it passes once.", grant.id)),
            },
            Ok(Proposed::TooEarly { id, before }) => denied(too_early(id, before)),
            Err(ProposeError::Compose(ComposeError::Store(error)) | ProposeError::Store(error)) => {
                denied_by_failure(&error)
            }
            Err(ProposeError::Compose(error)) => {
                denied(format!("[PLAN MODE] Nothing was queued: {}.", with_causes(&error)))
            }
        }
    }

    /// Uses up what was approved of a call that passes for another reason.
    fn spent(&self, reply: Reply, call: &ToolCall) -> Reply {
        // What reads may be repeated.
        let passes = matches!(reply, Reply::Allow { why: Allowed::ModeOff | Allowed::Excepted, .. });
        if !passes {
            return reply;
        }
        match classify::request(call) {
            Ok(request) => match self.proposer.spend(call, &request) {
                Ok(()) => reply,
                Err(error) => denied_by_failure(&error),
            },
            Err(_) => reply,
        }
    }

    /// Adds what the host has to tell the agent to a reply that the agent will read. Messages are for the agent that the
    /// person talks to; one that it started is told once which mode holds.
    fn with_messages(&self, reply: Reply, call: &ToolCall, holding: Holding, notice: Option<String>) -> Reply {
        let reply = self.spent(reply, call);
        let answers = matches!(reply, Reply::Queued { .. } | Reply::Answered { .. } | Reply::Denied { .. });
        // In build mode there is no other reply that a message could go with.
        let beside = self.tells_beside || holding.mode == Mode::Build;
        if !(answers || beside && matches!(reply, Reply::Allow { .. })) {
            return reply;
        }
        let waiting = if call.agent.is_subagent() {
            self.proposer.brief(&call.agent).map(|brief| brief.into_iter().collect())
        } else {
            self.proposer.take_news(holding)
        };
        // The reply itself is durable already; an undelivered message waits for the next opportunity.
        let mut waiting = waiting.unwrap_or_default();
        waiting.extend(notice.filter(|_| answers));
        if waiting.is_empty() {
            return reply;
        }
        let waiting = waiting.join("\n");
        match reply {
            Reply::Queued { message, change } => Reply::Queued { message: format!("{message}\n{waiting}"), change },
            Reply::Answered { message } => Reply::Answered { message: format!("{message}\n{waiting}") },
            Reply::Denied { message } => Reply::Denied { message: format!("{message}\n{waiting}") },
            Reply::Allow { why, rewrite, note } => {
                let note = note.map_or_else(|| waiting.clone(), |note| format!("{note}\n{waiting}"));
                Reply::Allow { why, rewrite, note: Some(note) }
            }
            asked @ Reply::Ask { .. } => asked,
        }
    }
}
