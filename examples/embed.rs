//! An agent that embeds plangate: it proposes through an `Interceptor`, its host shows the plan and asks its own person,
//! and an `Applier` lets the approved part happen. `cargo run --example embed`

use std::error::Error;
use std::fs;
use std::io;
use std::time::{Duration, Instant};

use chrono::Utc;
use plangate::apply::{self, Applier, Options};
use plangate::intercept::{Interceptor, Reply};
use plangate::model::{AgentPath, Mode, ProposedChange, ServerHints, SessionId, ToolCall};
use plangate::queue::{Consent, PendingPlanManager, Selection};
use plangate::review::{self, Scope, Screen, Source, Style};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let place = tempfile::tempdir()?;
    let workspace = place.path().join("project");
    fs::create_dir(&workspace)?;
    fs::write(workspace.join("notes.txt"), "buy milk\n")?;

    // One data folder serves any number of sessions and processes.
    let manager = PendingPlanManager::open(&place.path().join("data"))?;
    let id = SessionId("example".to_owned());
    let session = manager.open_session(&id, &workspace)?;
    manager.switch_mode(&session, Mode::Plan, "example")?;

    // The agent's side holds a proposer: it can propose and nothing else.
    let interceptor = Interceptor::new(manager.proposer(&session)?);
    let agent_calls = [
        ("read_file", json!({ "path": "notes.txt" })),
        ("edit_file", json!({ "path": "notes.txt", "old_string": "milk", "new_string": "oat milk" })),
        ("write_file", json!({ "path": "todo.txt", "content": "water the plants\n" })),
    ];
    for (tool, args) in agent_calls {
        let call = ToolCall {
            tool: tool.to_owned(),
            args,
            cwd: workspace.clone(),
            agent: AgentPath::main(),
            tool_call_id: None,
            reason: "the person asked for it".to_owned(),
            hints: ServerHints::default(),
        };
        match interceptor.handle(&call) {
            Reply::Allow { rewrite, .. } => println!("{tool}: runs with {}", rewrite.unwrap_or(Value::Null)),
            Reply::Queued { message, .. }
            | Reply::Answered { message }
            | Reply::Denied { message }
            | Reply::Ask { message } => {
                println!("{tool}: {message}");
            }
        }
    }
    assert_eq!(fs::read_to_string(workspace.join("notes.txt"))?, "buy milk\n");

    // The host shows the plan; what was displayed in full is remembered, and only that can be approved.
    let plan = manager.open_plan(&id)?.ok_or("nothing was queued")?;
    let contents = |digest| manager.store().content(digest).map_err(Into::into);
    let arguments = |change: &ProposedChange| {
        manager.store().arguments(&plan.id, change.id)?.ok_or_else(|| "the store has none".into())
    };
    let (root, contents, arguments) = (&session.root, &contents, &arguments);
    let source = Source { root, contents, arguments, notes: &[], runs: &[], clock: Instant::now };
    let screen = Screen { style: Style::Plain, width: 80, prefix: "/", max_lines: None };
    let shown = review::text::render(&plan, &source, Scope::All, &screen, &mut io::stdout())?;
    manager.store().mark_shown(&plan, &shown.complete)?;

    // Here a real host asks its person. Making a `Consent` is its word that they said yes.
    let consent = Consent::by_person("example");
    let approved = manager.approve(&session, &Selection::First(1), &consent)?;
    let report = Applier::new(manager.store(), Utc::now, Options::default()).apply(approved, &mut |_| {})?;

    println!("applied: {}", report.applied().map(|id| id.to_string()).collect::<Vec<_>>().join(" "));
    // The person has been told; what applying leaves for later is done now.
    apply::sweep(manager.store(), Duration::from_millis(500));
    assert_eq!(fs::read_to_string(workspace.join("notes.txt"))?, "buy oat milk\n");
    assert!(!workspace.join("todo.txt").exists());
    Ok(())
}

#[test]
fn the_example_does_what_it_asserts() -> Result<(), Box<dyn Error>> {
    main()
}
