//! What files of rules can do, and what they cannot.

use serde_json::json;

use super::*;
use crate::classify::classify_under;
use crate::config::{Authority, RuleFile};
use crate::model::{AgentPath, Mark, ServerHints};

mod files;
mod limits;
mod programs;
mod tools;

fn file(authority: Authority, text: &str) -> RuleFile {
    let only_tightens = (authority != Authority::User).then_some("a repository's file may only tighten");
    RuleFile { authority, path: "rules.toml".into(), text: Ok(text.to_owned()), only_tightens }
}

fn user(text: &str) -> Policy {
    Policy::of(&RuleFiles(vec![file(Authority::User, text)]))
}

fn repository(text: &str) -> Policy {
    Policy::of(&RuleFiles(vec![file(Authority::Repository, text)]))
}

fn both(own: &str, repository: &str) -> Policy {
    Policy::of(&RuleFiles(vec![file(Authority::User, own), file(Authority::Repository, repository)]))
}

#[track_caller]
fn reads(policy: &Policy, commands: &[&str]) {
    for command in commands {
        let found = policy.judge_command(command);
        assert_eq!(found.verdict, Verdict::Read, "`{command}`: {:?}\n{:?}", found.deciding(), policy.faults());
    }
}

#[track_caller]
fn writes(policy: &Policy, commands: &[&str]) {
    for command in commands {
        let found = policy.judge_command(command);
        assert_eq!(found.verdict, Verdict::Write, "`{command}`: {:?}", found.deciding());
        let fact = found.deciding().expect("a fact");
        assert!(!fact.rule.is_empty() && fact.span.is_some(), "{fact:?}");
    }
}

fn call(tool: &str, args: serde_json::Value) -> ToolCall {
    ToolCall {
        tool: tool.to_owned(),
        args,
        cwd: "/w".into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints: ServerHints::default(),
    }
}

fn tool(policy: &Policy, tool: &str) -> Verdict {
    classify_under(&call(tool, json!({})), policy).verdict
}

const TESTS: &str = r#"
[[allow]]
program = "cargo"
subcommand = "test"
flags = "-q -p: --workspace"
reason = "the tests write below target/ only"
examples = { read = ["cargo test -q"], write = ["cargo test --config x"] }
"#;
