//! Names for new plans.

use chrono::{DateTime, Utc};

use crate::model::{PlanId, Slug};

const FIRST: &[&str] = &[
    "amber", "bold", "brave", "bright", "brisk", "calm", "clear", "clever", "coral", "cosy", "crisp", "deft", "eager",
    "early", "fair", "fleet", "fond", "fresh", "gentle", "glad", "golden", "grand", "happy", "hardy", "honest",
    "jolly", "keen", "kind", "late", "light", "lively", "loyal", "lucid", "mellow", "merry", "mild", "neat", "nimble",
    "noble", "open", "patient", "plain", "proud", "quick", "quiet", "rapid", "ready", "round", "royal", "sharp",
    "silver", "sleek", "sober", "solid", "spry", "steady", "still", "sunny", "swift", "tidy", "true", "vivid", "warm",
    "wise",
];
const SECOND: &[&str] = &[
    "alder", "ant", "ash", "badger", "bear", "beech", "bison", "brook", "cedar", "crane", "crow", "dale", "deer",
    "dove", "eagle", "elk", "elm", "falcon", "fern", "finch", "fjord", "fox", "gull", "hare", "hawk", "hazel", "heron",
    "hill", "ibis", "ivy", "jay", "kite", "lake", "larch", "lark", "linden", "lynx", "maple", "marten", "meadow",
    "mole", "moss", "newt", "oak", "otter", "owl", "pine", "plover", "quail", "raven", "reed", "river", "robin",
    "rook", "sage", "seal", "shore", "sparrow", "stork", "swan", "tern", "thrush", "trout", "wren",
];

/// A plan's identity, ordered by time, and the two words a person calls it by.
pub(super) fn name_plan(now: DateTime<Utc>) -> (PlanId, Slug) {
    let mut random = [0; 8];
    // Without a source of randomness the time alone still tells plans apart.
    if getrandom::fill(&mut random).is_err() {
        random = now.timestamp_nanos_opt().unwrap_or_default().to_le_bytes();
    }
    let first = FIRST[usize::from(random[0]) % FIRST.len()];
    let second = SECOND[usize::from(random[1]) % SECOND.len()];
    let id = format!("p{:011x}-{}", now.timestamp_millis(), hex::encode(&random[2..7]));
    (PlanId(id), Slug(format!("{first}-{second}")))
}
