//! What each regime means: which events move a session to another one, what an agent is told and how often, what an
//! agent may ask for. Pure: the mode itself lives in the store and is looked up there at every call.

mod exception;
mod machine;
mod opening;
mod proposal;
mod reminder;
mod settings;
mod team;
mod text;

pub use self::exception::Exception;
pub use self::machine::{Asking, Event, Step, after};
pub use self::opening::Opening;
pub use self::proposal::{Wish, wish};
pub use self::reminder::{Reminder, due};
pub use self::settings::{Settings, SettingsError, Workflow};
pub use self::team::{Answered, Sent, Started, answered, hides_its_name, is_lead_of, may_answer, sent, started};
pub use self::text::{Told, for_subagent, full, one_line, passing_again, switched};
