//! Which kinds of reads run unasked: the person's switches.

use crate::model::{Assessment, Evidence, Mark, Verdict};

/// The reads that a person may allow or not. What writes is no question of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadKinds {
    /// Reads over the network by a dedicated client: `gh pr view`, `kubectl get`. Allowed by default.
    pub network: bool,
    /// Plain GET requests of `curl` and `wget`, whose address can carry data out. Queued by default.
    pub plain_http: bool,
    /// Reads of what is commonly secret; they are marked in any case. Allowed by default.
    pub secrets: bool,
}

impl Default for ReadKinds {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl ReadKinds {
    /// What holds where nobody says otherwise.
    pub const DEFAULT: Self = Self { network: true, plain_http: false, secrets: true };

    /// The strictest that all switches can say.
    pub const NONE: Self = Self { network: false, plain_http: false, secrets: false };

    /// Turns a read of a kind that is not allowed into a write.
    pub(super) fn settle(self, mut assessment: Assessment) -> Assessment {
        let switches = [
            (self.network, Mark::Network, "reads.network", "a read over the network is not allowed without asking"),
            (self.secrets, Mark::Secret, "reads.secrets", "a read of what may be secret is not allowed without asking"),
        ];
        for (on, mark, rule, reason) in switches {
            if on || !assessment.marks.contains(&mark) || assessment.verdict == Verdict::Write {
                continue;
            }
            let span = assessment.evidence.iter().find_map(|fact| fact.span);
            let (verdict, rule, reason) = (Verdict::Write, rule.to_owned(), reason.to_owned());
            assessment.evidence.push(Evidence { verdict, rule, reason, span });
            assessment.verdict = Verdict::Write;
        }
        assessment
    }
}
