//! The examples that are not Rust; `examples/embed.rs` runs as a test of its own.

use std::path::Path;
use std::process::Command;

use super::harness::{PLANGATE, Test};

#[test]
fn the_python_example_wraps_its_calls() {
    let test = Test::planning();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/wrap_agent.py");
    let folder = Path::new(PLANGATE).parent().expect("a program is in a folder").display();
    let mut python = Command::new("python3");
    for (name, value) in test.command().get_envs() {
        python.env(name, value.expect("the harness only sets variables"));
    }
    python.env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin"));
    let ran = python.arg(example).current_dir(test.path("")).output().expect("this test needs `python3`");
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}{err}");
    assert!(out.starts_with("[PLAN MODE] Change queued for approval (c1"), "{out}");
    assert!(out.ends_with("hello\n\n"), "the read saw the queued file: {out}");
    assert!(!test.path("hello.txt").exists());
    assert_eq!(test.plan()["changes"][0]["reason"], "say hello");
}
