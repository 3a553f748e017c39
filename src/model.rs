//! The words of the house, in the order of the flow: call, verdict, change, plan, decision, outcome.

mod action;
mod attributes;
mod call;
mod change;
mod decision;
mod digest;
mod effect;
pub(crate) mod home;
mod id;
mod mode;
mod note;
mod plan;
mod regime;
mod request;
mod step;
mod team;
mod tool_list;
mod verdict;
pub mod wave;

pub use action::{Action, FileEffect, FileImage, TargetPath};
pub use attributes::{Attributes, FileNote, Kept, KeptFolder};
pub use call::{ServerHints, ToolCall};
pub use change::{ChangeEvent, ChangeState, Phase, ProposedChange};
pub use decision::ApprovedPlan;
pub use digest::{Digest, ParseDigestError};
pub use effect::{Effect, Effects};
pub use id::{AgentPath, ChangeId, ParseIdError, PlanId, Revision, SessionId, Slug, ranges};
pub use mode::{Colour, Mode};
pub use note::Note;
pub use plan::{IllegalTransition, PendingPlan, PlanEvent, PlanStatus};
pub use regime::{Initiator, Regime, Writes};
pub use request::{FileEdit, PatchHunk, PatchPart, PatchPlace, Request};
pub use step::{DecisionId, QuestionId, Size, StepEvent, StepId, StepStatus};
pub use team::{Answer, PlanRequest, Planning, Principal, Teammate};
pub use tool_list::{ListedTool, MAX_TOOLS, ToolList, ToolListError};
pub use verdict::{Assessment, Evidence, Mark, Span, Verdict};
