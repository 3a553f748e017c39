//! What an agent asks for when it calls a tool that would change its mode.

use serde_json::Value;

use crate::model::Mode;

/// The mode that an agent asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// A mode by name.
    Switch(Mode),
    /// To leave plan mode, whatever was before.
    Leave,
    /// A mode that there is none.
    Unknown(String),
    /// None: the tool only talks to the person.
    Nothing,
}

/// The names under which agents' tools take the mode they want.
const NAMES: [&str; 5] = ["mode", "mode_slug", "target_mode", "to", "name"];

/// What a call of `tool`, which is known to ask for another mode, asks for.
///
/// An argument that names a mode counts for more than the tool's name; a tool that enters plan mode by its name cannot
/// be made to leave it.
pub fn wish(tool: &str, arguments: &Value) -> Wish {
    let tool: String = tool.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    if tool.ends_with("enterplanmode") || tool.ends_with("planenter") {
        return Wish::Switch(Mode::Plan);
    }
    if tool.ends_with("exitplanmode") || tool.ends_with("planexit") {
        return Wish::Leave;
    }
    let named = NAMES.iter().find_map(|name| arguments.get(*name)?.as_str());
    match named {
        // Other agents' names for the mode in which they write.
        Some("act" | "code" | "agent") => Wish::Switch(Mode::Build),
        Some(name) => name.parse().map_or_else(|_| Wish::Unknown(name.to_owned()), Wish::Switch),
        None if tool.ends_with("respond") => Wish::Nothing,
        None => Wish::Unknown(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn agents_tools_say_which_mode_they_want() {
        let check = |tool: &str, arguments: Value, expected: Wish| {
            assert_eq!(wish(tool, &arguments), expected, "{tool} {arguments}");
        };
        check("EnterPlanMode", json!({}), Wish::Switch(Mode::Plan));
        check("enter_plan_mode", json!({ "mode": "build" }), Wish::Switch(Mode::Plan));
        check("ExitPlanMode", json!({ "plan": "# Plan" }), Wish::Leave);
        check("mcp__acp__exit_plan_mode", json!({}), Wish::Leave);
        check("plan_exit", json!(null), Wish::Leave);
        check("propose_mode", json!({ "mode": "Explore" }), Wish::Switch(Mode::Plan));
        check("switch_mode", json!({ "mode_slug": "code" }), Wish::Switch(Mode::Build));
        check("switch_mode", json!({ "mode_slug": "yolo" }), Wish::Unknown("yolo".to_owned()));
        check("switch_mode", json!([1]), Wish::Unknown(String::new()));
        check("plan_mode_respond", json!({ "response": "what now?" }), Wish::Nothing);
    }
}
