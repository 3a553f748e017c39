//! Arguments by any of the names that agents give them.

use serde_json::{Map, Value};

/// The first argument of `args` that has one of `names`; case, `_` and `-` do not count.
pub(super) fn value<'a>(args: &'a Value, names: &[&str]) -> Option<&'a Value> {
    let args = args.as_object()?;
    names.iter().find_map(|name| entry(args, name))
}

/// The first argument with one of `names`, when it is a text.
pub(super) fn text<'a>(args: &'a Value, names: &[&str]) -> Option<&'a str> {
    value(args, names)?.as_str()
}

/// True when the argument is absent, `null` or an empty text.
pub(super) fn is_empty(args: &Value, name: &str) -> bool {
    value(args, &[name]).is_none_or(|value| value.is_null() || value == "")
}

/// True when two names of an argument are the same but for case, `_` and `-`.
pub(super) fn same_name(left: &str, right: &str) -> bool {
    folded(left).eq(folded(right))
}

fn folded(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|b| !matches!(b, b'_' | b'-')).map(|b| b.to_ascii_lowercase())
}

fn entry<'a>(args: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    args.get(name).or_else(|| args.iter().find(|(key, _)| same_name(key, name)).map(|(_, value)| value))
}

/// The names of the file that a tool acts on.
pub(super) const PATH: &[&str] =
    &["path", "file_path", "filename", "file", "notebook_path", "target_file", "absolute_path", "target_path", "uri"];

/// The names of a shell command line.
pub(super) const COMMAND: &[&str] = &["command", "cmd", "command_line", "script", "commands"];

/// Every path that the arguments of a reading tool name.
pub(super) fn paths(args: &Value) -> impl Iterator<Item = &str> {
    let one = PATH.iter().chain(&["dir_path", "directory"]).filter_map(|name| text(args, &[name]));
    let many = ["paths", "file_paths", "files"].into_iter().filter_map(|name| value(args, &[name])?.as_array());
    one.chain(many.flatten().filter_map(|item| item.as_str().or_else(|| text(item, PATH))))
}

/// The shell command line of a call, as one text for `bash -c`.
///
/// An argument list is quoted exactly; `["bash", "-lc", SCRIPT]` is the script itself. Several commands of one call
/// run each in a shell of its own, one after another, so none can change what another means.
pub(super) fn command(args: &Value) -> Option<String> {
    match value(args, COMMAND)? {
        Value::String(command) => Some(command.clone()),
        Value::Array(items) if value(args, &["commands"]).is_some() => script(items),
        Value::Array(items) => argv(items),
        _ => None,
    }
}

/// The argument that holds the command line of a call, where it is one text, and that text.
pub(super) fn command_line(args: &Value) -> Option<(&str, &str)> {
    let (name, value) = COMMAND.iter().find_map(|name| named(args.as_object()?, name))?;
    Some((name, value.as_str()?))
}

fn named<'a>(args: &'a Map<String, Value>, name: &str) -> Option<(&'a str, &'a Value)> {
    args.iter().find(|(key, _)| same_name(key, name)).map(|(key, value)| (key.as_str(), value))
}

fn argv(items: &[Value]) -> Option<String> {
    let words: Vec<&str> = items.iter().map(Value::as_str).collect::<Option<_>>()?;
    match words.as_slice() {
        [] => None,
        ["bash" | "/bin/bash" | "/usr/bin/bash", "-c" | "-lc", script] => Some((*script).to_owned()),
        words => Some(shell_words::join(words)),
    }
}

fn script(items: &[Value]) -> Option<String> {
    let commands: Vec<String> = items.iter().map(one_command).collect::<Option<_>>()?;
    match commands.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        many => {
            Some(many.iter().map(|one| format!("bash -c {}", shell_words::quote(one))).collect::<Vec<_>>().join("\n"))
        }
    }
}

fn one_command(item: &Value) -> Option<String> {
    match item {
        Value::String(command) => Some(command.clone()),
        Value::Array(items) => argv(items),
        Value::Object(object) => {
            let known = |key: &String| ["command", "cmd", "args"].iter().any(|name| same_name(key, name));
            let program = text(item, &["command", "cmd"]).filter(|_| object.len() <= 2 && object.keys().all(known))?;
            if object.len() == 2 && value(item, &["args"]).is_none() {
                return None;
            }
            match value(item, &["args"]) {
                None => Some(program.to_owned()),
                Some(args) => {
                    let words: Vec<&str> = args.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
                    Some(shell_words::join([program].into_iter().chain(words)))
                }
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(args: &Value, expected: &str) {
        assert_eq!(command(args).as_deref(), Some(expected), "{args}");
    }

    #[test]
    fn every_form_of_a_command_becomes_one_exact_line() {
        check(&json!({"command": "ls -l | wc"}), "ls -l | wc");
        check(&json!({"cmd": "ls"}), "ls");
        check(&json!({"CommandLine": "ls"}), "ls");
        check(&json!({"command": ["bash", "-lc", "ls && pwd"]}), "ls && pwd");
        check(&json!({"command": ["rm", "a b", "$x", "it's"]}), "rm 'a b' '$x' 'it'\\''s'");
        check(&json!({"command": ["sh", "-c", "ls"]}), "sh -c ls");
        check(&json!({"commands": ["ls"]}), "ls");
        check(&json!({"commands": ["cd a", "echo 'open"]}), "bash -c 'cd a'\nbash -c 'echo '\\''open'");
        check(&json!({"commands": [{"command": "git", "args": ["log", "a b"]}]}), "git log 'a b'");
    }

    #[test]
    fn what_is_no_command_is_none() {
        for args in [
            json!({}),
            json!({"command": 3}),
            json!({"command": []}),
            json!({"command": ["a", 1]}),
            json!(null),
            json!({"commands": ["a", null]}),
            json!({"commands": [{"command": "ls", "env": {"PATH": "."}}]}),
            json!({"commands": [{"command": "ls", "cmd": "touch x"}]}),
        ] {
            assert_eq!(command(&args), None, "{args}");
        }
    }
}
