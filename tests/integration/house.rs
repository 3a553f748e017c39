//! The house stands: imports run down only, and each room keeps to its own business.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the top to the ground. A room may import from those of lower floors, and from its own.
const FLOORS: &[&[&str]] = &[
    &["ui"],
    &["intercept"],
    &["queue"],
    &["apply"],
    &["review", "classify", "mode", "document"],
    &["store", "workspace"],
    &["config"],
    &["model"],
];

fn floor(room: &str) -> usize {
    FLOORS.iter().position(|rooms| rooms.contains(&room)).unwrap_or_else(|| panic!("`{room}` is on no floor"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources are there").flatten() {
        if entry.path().is_dir() {
            sources(&entry.path(), found);
        } else if entry.path().extension().is_some_and(|e| e == "rs") {
            found.push(entry.path());
        }
    }
}

/// The modules that a source file declares for tests alone.
fn test_modules(text: &str) -> Vec<&str> {
    let mut modules = Vec::new();
    let mut for_tests = false;
    for line in text.lines() {
        match line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
            Some(name) if for_tests => modules.push(name),
            _ => {}
        }
        for_tests = line == "#[cfg(test)]" || for_tests && line.starts_with("#[");
    }
    modules
}

/// The files and folders that hold tests alone.
fn places_of_tests(files: &[PathBuf]) -> Vec<PathBuf> {
    let mut places = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).expect("readable");
        let below = if file.file_name().is_some_and(|name| name == "lib.rs") {
            file.parent().expect("a file has a folder").to_owned()
        } else {
            file.with_extension("")
        };
        for module in test_modules(&text) {
            places.extend([below.join(module), below.join(format!("{module}.rs"))]);
        }
    }
    places
}

/// Each source file of a room with its text before the tests.
fn rooms() -> BTreeMap<PathBuf, (String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut rooms = BTreeMap::new();
    let tests = places_of_tests(&files);
    for file in files.iter().filter(|file| !tests.iter().any(|place| file.starts_with(place))) {
        let below = file.strip_prefix(&src).expect("below src").to_owned();
        let first = below.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let room = first.trim_end_matches(".rs").to_owned();
        if room == "main" || room == "lib" {
            continue;
        }
        let text = fs::read_to_string(file).expect("readable");
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
        rooms.insert(below, (room, text));
    }
    assert!(rooms.len() > 30, "the sources were not found");
    rooms
}

#[test]
fn imports_run_down_only() {
    let mut upward = Vec::new();
    for (file, (room, text)) in rooms() {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for rest in line.split("crate::").skip(1) {
                let target: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if target.is_empty() || target == room {
                    continue;
                }
                if floor(&target) <= floor(&room) {
                    upward.push(format!("{}:{}: {room} imports {target}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

#[test]
fn each_room_keeps_to_its_own_business() {
    // What only some rooms may do, and how it looks in the source.
    let business: &[(&str, &[&str], &[&str])] = &[
        ("SQLite", &["store"], &["rusqlite::"]),
        ("async", &["intercept", "ui"], &["async fn", ".await"]),
        ("printing", &["ui"], &["println!(", "eprintln!(", "print!("]),
        ("unsafe code", &["shadow"], &["unsafe {", "unsafe fn"]),
    ];
    let mut strangers = Vec::new();
    for (file, (room, text)) in rooms() {
        for (what, allowed, marks) in business {
            for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                if !allowed.contains(&room.as_str()) && marks.iter().any(|mark| line.contains(mark)) {
                    strangers.push(format!("{}:{}: {what} in {room}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(strangers.is_empty(), "{}", strangers.join("\n"));
}

#[test]
fn pure_rooms_do_no_input_or_output() {
    let mut impure = Vec::new();
    for (file, (room, text)) in rooms() {
        if !["model", "classify", "mode", "review", "document"].contains(&room.as_str()) {
            continue;
        }
        // The comparison of two contents gives up after a while: its limit is real time, its result is a diff either way.
        let limits_itself = file == Path::new("review/diff.rs");
        for mark in ["std::fs", "std::net", "std::process", "std::env", "Utc::now", "Instant::now", "std::thread"] {
            if text.contains(mark) && !(limits_itself && mark == "Instant::now") {
                impure.push(format!("{}: {mark}", file.display()));
            }
        }
    }
    assert!(impure.is_empty(), "{}", impure.join("\n"));
}

#[test]
fn the_contract_names_tests_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("tests"), &mut files);
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).expect("readable")).collect();
    let is_test = |name: &str| {
        let head = format!("fn {name}()");
        texts.iter().any(|text| text.split("#[test]").skip(1).any(|after| after.trim_start().starts_with(&head)))
    };
    let contract = fs::read_to_string(root.join("docs/contract.md")).expect("the contract is there");
    let (_, checklist) = contract.split_once("## The contract, point by point").expect("it has a checklist");
    let rows = checklist.lines().filter(|line| line.starts_with("| ") && !line.contains("| test |"));
    let mut missing = Vec::new();
    let mut points = 0;
    for row in rows {
        let named: Vec<&str> = row.rsplit('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            missing.push(format!("no test: {row}"));
        }
        missing.extend(named.iter().filter(|name| !is_test(name)).map(|name| format!("there is no `{name}`")));
        points += 1;
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(points >= 24, "{points} points were found");
}
