//! Arguments that ask a reading tool for more: options of a program, code, places to save to, writing switches.

use serde_json::Value;

use super::name;
use super::verbs::Class;
use super::walk::{self, Place, Texts, Within};
use super::write;
use crate::classify::arguments::same_name;
use crate::model::Evidence;

/// The first argument of a call of `tool`, at any depth, that asks for more than a read.
///
/// Tools that agents bring along hand a pattern to their program as a pattern, so theirs may start with `-`.
pub(in crate::classify) fn find_write(tool: &str, args: &Value, own: bool) -> Option<Evidence> {
    let words = name::words_of(tool);
    let is = |names: &[&str]| words.iter().any(|word| names.contains(&word.text.as_str()));
    let finds = words.len() <= 2 || words.iter().rev().take(2).any(|word| ["file", "files"].contains(&&*word.text));
    let call = Call {
        program: is(PROGRAMS) || (is(&["find"]) && finds && is(&["find", "file", "files"])),
        saves: is(SAVING),
        sends: is(&["curl", "fetch", "http", "request", "requests", "webfetch"]),
        own,
    };
    let texts = if own { Texts::Plain } else { Texts::Json };
    walk::find(args, texts, |place, value| call.argument(place, value))
}

/// What the tool's name says of its arguments.
#[expect(clippy::struct_excessive_bools, reason = "four independent facts")]
struct Call {
    /// Its arguments become those of a command-line program.
    program: bool,
    /// It may put what it gets into a file.
    saves: bool,
    /// It sends a request that could have a body.
    sends: bool,
    /// An agent brings it along.
    own: bool,
}

impl Call {
    fn argument(&self, place: Place<'_>, value: &Value) -> Option<Evidence> {
        let key = place.key;
        let says = |rule: &str, what: &str| Some(write(rule, format!("`{key}` {what}")));
        if self.option(key, value) {
            return says("mcp.argument.option", "holds an option of a program");
        }
        if is_any(key, CODE) && is_code(value) {
            return says("mcp.argument.code", "is code");
        }
        if is_any(key, SERVER_CODE) || embeds_server_code(value) {
            return says("mcp.argument.pipeline", "runs code in the database or writes there");
        }
        if self.saved(key, value) {
            return says("mcp.argument.output", "names a place to save the result");
        }
        if is_any(key, REPLACEMENT) && value != false {
            return says("mcp.argument.switch", "is what a text is to be replaced by");
        }
        if refuses_attempt(key) && *value == Value::Bool(true) {
            return says("mcp.argument.switch", "asks for more than an attempt");
        }
        if is_attempt(key) {
            return if is_off(value) { says("mcp.argument.switch", "asks for more than an attempt") } else { None };
        }
        if is_writing_switch(key, value) || (place.within == Within::Arguments && is_update(key, value)) {
            return says("mcp.argument.switch", "asks to change something");
        }
        if is_any(key, RECIPIENTS) && !is_empty(value) && value.as_bool().is_none() {
            return says("mcp.argument.recipient", "names somebody who is sent the result");
        }
        if is_any(key, &["persisted_query"]) {
            return says("mcp.argument.graphql", "names a stored operation");
        }
        if self.sends && is_any(key, &["body", "data", "payload", "json", "form", "form_data"]) && !is_empty(value) {
            return says("mcp.argument.body", "is sent with the request");
        }
        if is_any(key, METHOD_HEADERS) || (!walk::is_sought(key) && texts(value).any(holds_method_header)) {
            return says("mcp.argument.method", "puts another HTTP method in place");
        }
        None
    }

    /// True for texts that a program could take for its options.
    fn option(&self, key: &str, value: &Value) -> bool {
        let options = is_any(key, OPTIONS);
        let words = options || (self.program && !is_any(key, SOUGHT));
        if !(options || self.program) || (self.own && is_any(key, SOUGHT)) {
            return false;
        }
        texts(value)
            .any(|text| is_option(text.trim_start()) || (words && text.split(char::is_whitespace).any(is_option)))
    }

    /// True when `key` names a place that the tool saves its result to.
    fn saved(&self, key: &str, value: &Value) -> bool {
        let place = texts(value).any(|text| !text.is_empty());
        let path = texts(value).any(looks_like_path);
        (place && is_any(key, &["dest", "dst", "out", "dest_path", "destination_path", "destination_file", "write_to"]))
            || (path && is_any(key, &["destination", "output", "output_uri", "outputs", "save"]))
            || (is_any(key, &["output", "save"]) && value.as_object().is_some_and(names_a_path))
            || (self.saves && place && is_any(key, &["filename", "file_name", "file", "file_path", "path"]))
            || (!self.own && place && is_any(key, &["target_path", "download_path", "target_file"]))
    }
}

/// Programs that servers call with the arguments of their tools.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "ack", "ag", "awk", "cargo", "curl", "docker", "du", "fd", "ffprobe", "gh", "git", "glab", "grep", "head", "helm",
    "jq", "kubectl", "ls", "npm", "pip", "podman", "rg", "ripgrep", "sed", "ssh", "tail", "tar", "terraform", "tree",
    "wget",
];

/// Words of tools that make something which a named file is then filled with.
#[rustfmt::skip]
const SAVING: &[&str] = &[
    "browser", "capture", "download", "export", "pdf", "playwright", "puppeteer", "record", "recording", "screenshot",
    "screenshots",
];

#[rustfmt::skip]
const OPTIONS: &[&str] = &[
    "additional_args", "additional_arguments", "arg", "args", "argv", "cli_args", "cmd_args", "command_args",
    "extra_args", "extra_arguments", "extra_flags", "extra_options", "flag", "flags", "option", "options", "opts",
    "params", "switches",
];

/// What is looked for may hold anything, but not start like an option.
#[rustfmt::skip]
const SOUGHT: &[&str] = &[
    "author", "grep", "keyword", "message", "pattern", "patterns", "q", "query", "regex", "search", "text",
];

const CODE: &[&str] =
    &["code", "eval", "expression", "function", "javascript", "js", "js_code", "lambda", "python", "python_code"];

const SERVER_CODE: &[&str] = &["$where", "$function", "$accumulator", "$out", "$merge"];

const REPLACEMENT: &[&str] = &[
    "new_str",
    "new_string",
    "replace",
    "replace_text",
    "replace_with",
    "replacement",
    "replacement_text",
    "replacements",
];

/// Verbs that, as a switch of a reading tool, change something.
#[rustfmt::skip]
const SWITCHES: &[&str] = &[
    "ack", "acknowledge", "apply", "approve", "archive", "cancel", "claim", "clear", "close", "commit", "consume",
    "create", "delete", "dequeue", "destroy", "disable", "dismiss", "download", "drop", "edit", "enable", "eval",
    "exec", "execute", "export", "fix", "force", "insert", "install", "mark", "merge", "modify", "move", "notify",
    "overwrite", "patch", "persist", "pop", "publish", "purge", "push", "remove", "rename", "reset", "restart",
    "restore", "revoke", "rollback", "rotate", "run", "save", "send", "set", "start", "stop", "subscribe", "trash", "truncate",
    "unset", "unsubscribe", "update", "upgrade", "upsert", "writable", "write",
];

/// Words before a verb that only say what comes back; before `ack` a `no` says that the message is gone.
const DESCRIBING: &[&str] = &["exclude", "has", "include", "no", "omit", "only", "show", "skip", "with", "without"];

/// Where a result is sent.
#[rustfmt::skip]
const RECIPIENTS: &[&str] = &[
    "callback", "callback_uri", "callback_url", "deliver_to", "delivery_url", "email_to", "forward_to", "hook_url",
    "mail_to", "mailto", "notification_email", "notification_url", "notify_email", "notify_url", "post_to",
    "push_to", "report_to", "send_to", "share_with", "slack_webhook", "slack_webhook_url", "webhook", "webhook_uri",
    "webhook_url",
];

/// Switches that keep a tool from acting.
#[rustfmt::skip]
const ATTEMPTS: &[&str] = &[
    "check_only", "dry", "dry_run", "no_op", "noop", "plan_only", "preview_only", "read_only", "readonly", "simulate", "simulation",
    "test_run", "validate_only", "what_if",
];

/// `isDryRun`, `run_read_only`.
fn is_attempt(key: &str) -> bool {
    let words = name::texts_of(key);
    let behind = words.iter().skip_while(|word| ["as", "in", "is", "run", "use"].contains(&word.as_str()));
    let behind: String = behind.map(String::as_str).collect();
    is_any(key, ATTEMPTS) || is_any(&behind, ATTEMPTS)
}

/// `noDryRun`, `disable_read_only`.
fn refuses_attempt(key: &str) -> bool {
    let words = name::texts_of(key);
    let [first, rest @ ..] = words.as_slice() else { return false };
    ["disable", "no", "not", "skip", "without"].contains(&first.as_str()) && is_any(&rest.concat(), ATTEMPTS)
}

/// Headers by which a `POST` becomes something else.
const METHOD_HEADERS: &[&str] = &["x_http_method_override", "x_http_method", "x_method_override"];

/// `X-HTTP-Method-Override: DELETE` among other headers, or the name of such a header.
fn holds_method_header(text: &str) -> bool {
    let mut lines = text.lines().map(|line| line.split(':').next().unwrap_or_default().trim());
    lines.any(|name| is_any(name, METHOD_HEADERS))
}

/// `{"update": {...}}`, `{"$set": {...}}`: what is to be changed, and into what.
fn is_update(key: &str, value: &Value) -> bool {
    (value.is_object() || value.is_array()) && !is_empty(value) && (is_any(key, CHANGES) || OPERATORS.contains(&key))
}

#[rustfmt::skip]
const CHANGES: &[&str] = &["delete", "insert", "mutation", "mutations", "patch", "replace", "update", "updates", "upsert"];

/// What `MongoDB` changes a document by.
#[rustfmt::skip]
const OPERATORS: &[&str] = &[
    "$addToSet", "$currentDate", "$inc", "$mul", "$pop", "$pull", "$push", "$rename", "$set", "$setOnInsert", "$unset",
];

fn is_any(key: &str, names: &[&str]) -> bool {
    names.iter().any(|name| same_name(key, name))
}

/// The texts of an argument, also those in a list.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let items = value.as_array().into_iter().flatten();
    std::iter::once(value).chain(items).filter_map(Value::as_str)
}

/// `-o`, `--output=x`; not `-`, not a number.
fn is_option(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| !c.is_ascii_digit() && !c.is_whitespace()))
}

/// A country and an error have codes too; those are one plain word.
fn is_code(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')),
        Value::Array(_) | Value::Object(_) => true,
        _ => false,
    }
}

/// A filter that is handed over as a text.
fn embeds_server_code(value: &Value) -> bool {
    texts(value).any(|text| {
        text.trim_start().starts_with(['{', '[']) && SERVER_CODE.iter().any(|operator| text.contains(operator))
    })
}

fn names_a_path(object: &serde_json::Map<String, Value>) -> bool {
    object.values().flat_map(texts).any(looks_like_path)
}

fn looks_like_path(text: &str) -> bool {
    let extension = text.rsplit_once('.').map(|(_, end)| end).unwrap_or_default();
    let named = (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    named || text.contains(['/', '\\']) || text.starts_with('~')
}

/// `write: true`, `mark_as_read: true`, `delete: ["a"]`.
fn is_writing_switch(key: &str, value: &Value) -> bool {
    let texts = name::texts_of(key);
    let is = |word: Option<&String>, words: &[&str]| word.is_some_and(|word| words.contains(&word.as_str()));
    let (first, last) = (texts.first(), texts.last());
    // `ack_mode: "ack_requeue_false"` takes the message away.
    if is_any(key, &["ack_mode", "acknowledge_mode", "acknowledgement_mode"]) && takes(value) {
        return true;
    }
    // `$set` computes in a pipeline; elsewhere it is an update.
    if key.starts_with('$') {
        return false;
    }
    let told = is(last, &["ack", "acknowledge"]) || !is(first, DESCRIBING);
    if !(is(first, SWITCHES) || (is(last, SWITCHES) && told)) {
        return false;
    }
    let words = name::words_of(key);
    // `force_read_large_files` forces a read.
    if words.first().is_some_and(|word| word.text == "force")
        && words.iter().any(|word| matches!(word.class, Class::Read | Class::ReadOrNoun))
    {
        return false;
    }
    match value {
        Value::Bool(on) => *on,
        Value::Number(number) => number.as_f64() != Some(0.0) && (words.len() == 1 || number.as_u64() == Some(1)),
        Value::String(text) => ["true", "yes", "on", "1"].iter().any(|yes| text.trim().eq_ignore_ascii_case(yes)),
        Value::Array(_) | Value::Object(_) => words.len() == 1 && words[0].class == Class::Write && !is_empty(value),
        Value::Null => false,
    }
}

/// What queues know as answers to a message that is handed out.
fn takes(value: &Value) -> bool {
    texts(value).flat_map(name::words_of).take(1).any(|word| ["ack", "auto", "reject", "nack"].contains(&&*word.text))
}

fn is_off(value: &Value) -> bool {
    value == false
        || value.as_f64() == Some(0.0)
        || texts(value)
            .any(|text| ["0", "f", "false", "n", "no", "off"].iter().any(|no| text.trim().eq_ignore_ascii_case(no)))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}
