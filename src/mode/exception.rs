//! Spawned agents that may do more than plan mode allows, because the person's own settings say so.

use globset::GlobMatcher;
use serde::Deserialize;

use super::opening::glob;
use crate::model::AgentPath;

/// A row as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    #[serde(rename = "type")]
    kind: String,
    tools: Vec<String>,
}

/// Tools that spawned agents of a type may call in plan mode without the queue.
#[derive(Debug, Clone)]
pub struct Exception {
    kind: GlobMatcher,
    tools: Vec<GlobMatcher>,
}

impl Exception {
    pub(super) fn parse(row: &Row) -> Result<Self, String> {
        let pattern = |text: &String| glob(text).map_err(|error| format!("`{text}` is no pattern: {error}"));
        if row.tools.is_empty() {
            return Err(format!("the exception for `{}` names no tools", row.kind));
        }
        Ok(Self { kind: pattern(&row.kind)?, tools: row.tools.iter().map(pattern).collect::<Result<_, _>>()? })
    }

    /// Whether `agent` may call `tool`. The agent that the person talks to never may, nor one that an agent of another
    /// type started.
    pub fn holds(&self, agent: &AgentPath, tool: &str) -> bool {
        let Some(kind) = agent.as_str().strip_prefix("main/").filter(|below| !below.contains('/')) else {
            return false;
        };
        // Doors that know an agent's id put it behind its type.
        let is_id = |id: &str| id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit());
        let typed = kind.rsplit_once('-').filter(|(_, id)| is_id(id)).map(|(kind, _)| kind);
        let fits = self.kind.is_match(kind) || typed.is_some_and(|kind| self.kind.is_match(kind));
        fits && self.tools.iter().any(|name| name.is_match(tool))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_holds_for_agents_of_its_type_and_tools_of_its_names() {
        let row = Row { kind: "researcher".to_owned(), tools: vec!["WebFetch".to_owned(), "mcp__notes__*".to_owned()] };
        let exception = Exception::parse(&row).expect("it is sound");
        let check = |agent: &str, tool: &str, expected: bool| {
            assert_eq!(exception.holds(&AgentPath(agent.to_owned()), tool), expected, "{agent} {tool}");
        };
        check("main/researcher", "WebFetch", true);
        check("main/researcher-a934f447", "mcp__notes__add", true);
        check("main/researcher", "Write", false);
        check("main/researcher-writes", "WebFetch", false);
        check("main", "WebFetch", false);
        check("main/writer", "WebFetch", false);
        check("main/writer/researcher", "WebFetch", false);
        check("main/researcher/writer", "WebFetch", false);
    }
}
