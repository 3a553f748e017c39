//! Arguments that carry a language. A language can prove that a call writes whatever the tool is called; it proves a
//! read only for the tools of the override table.

use serde_json::Value;

use super::verbs::{Class, class};
use super::{graphql, name, queries, read, sql, write};
use crate::classify::arguments::same_name;
use crate::classify::policy::Policy;
use crate::classify::shell::{self, Folder};
use crate::model::{Assessment, Evidence, Verdict};

/// The languages that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// One statement, or a list of them.
    Sql,
    /// A document of operations.
    GraphQl,
    /// Stages of a `MongoDB` aggregation.
    Pipeline,
    /// `GET`, `POST`, ...
    HttpMethod,
    /// A verb: `list`, `delete-all`.
    Operation,
    /// A shell command line.
    Shell,
    /// A Kusto query or management command.
    Kusto,
}

/// How often lists and objects may be nested in an argument; deeper ones are not understood.
const MAX_DEPTH: usize = 64;

/// The arguments that have a value, in the order in which they came.
pub(super) fn given(args: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let entries = args.as_object().into_iter().flatten();
    entries.filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.as_str(), value))
}

/// The first argument that asks for a write, in the order in which they came.
pub(super) fn find_write(args: &Value) -> Option<Evidence> {
    given(args).find_map(|(key, value)| writes(key, value))
}

/// What one argument, or those that it wraps, say when they ask for a write.
pub(super) fn writes(key: &str, value: &Value) -> Option<Evidence> {
    own_writes(key, value).or_else(|| wrapped_writes(key, value, 0))
}

/// `{"options": {"method": "POST"}}`: options are arguments.
fn wrapped_writes(key: &str, value: &Value, depth: usize) -> Option<Evidence> {
    let wraps = || name::words_of(key).last().is_some_and(|word| WRAPPERS.contains(&word.text.as_str()));
    if !(value.is_object() || value.is_array()) || !wraps() {
        return None;
    }
    if depth > MAX_DEPTH {
        return Some(not_understood(key, "depth"));
    }
    let objects = value.as_array().into_iter().flatten().chain([value]);
    objects
        .flat_map(given)
        .find_map(|(key, value)| own_writes(key, value).or_else(|| wrapped_writes(key, value, depth + 1)))
}

/// Last words of the names of arguments that hold further arguments.
#[rustfmt::skip]
const WRAPPERS: &[&str] = &[
    "args", "arguments", "body", "config", "configuration", "data", "init", "input", "options", "opts", "parameters",
    "params", "payload", "request", "requests", "settings",
];

fn own_writes(key: &str, value: &Value) -> Option<Evidence> {
    let is = |names: &[&str]| names.iter().any(|name| same_name(key, name));
    let judged = if is(&["sql", "sql_query", "sql_text", "sql_statement"]) {
        Some(judge(Language::Sql, key, value))
    } else if is(&["query", "statement", "queries", "statements", "document", "mutation", "input", "q"]) {
        query(key, value)
    } else if is(&["pipeline", "stages"]) {
        Some(judge(Language::Pipeline, key, value))
    } else if is(&["http_method"]) || (is(&["method"]) && is_http_method(value)) {
        Some(judge(Language::HttpMethod, key, value))
    } else if is(&["operation", "action", "sub_command", "op", "method", "verb"]) {
        operation(key, value)
    } else if is(&["cypher", "cypher_query"]) {
        Some(words_of_query(queries::Kind::Cypher, key, value))
    } else if is(&["sparql", "sparql_query"]) {
        Some(words_of_query(queries::Kind::Sparql, key, value))
    } else if is(COMMANDS) {
        command(key, value)
    } else if is_output(key) {
        output(key, value)
    } else {
        None
    };
    judged.filter(|evidence| evidence.verdict == Verdict::Write)
}

/// Judges the text of one argument, strictly: what is not understood is a write.
pub(super) fn judge(language: Language, key: &str, value: &Value) -> Evidence {
    match (language, value) {
        (Language::Pipeline, Value::Array(stages)) => pipeline(key, stages),
        (Language::Pipeline, Value::String(text)) => match serde_json::from_str(text) {
            Ok(Value::Array(stages)) => pipeline(key, &stages),
            _ => not_understood(key, "pipeline"),
        },
        (Language::Sql | Language::Shell | Language::GraphQl, Value::Array(items)) if !items.is_empty() => {
            let each = items.iter().map(|item| judge_text(language, key, item.as_str().unwrap_or_default()));
            each.max_by_key(|evidence| evidence.verdict).unwrap_or_else(|| not_understood(key, "list"))
        }
        (_, Value::String(text)) => judge_text(language, key, text),
        _ => not_understood(key, "value"),
    }
}

fn judge_text(language: Language, key: &str, text: &str) -> Evidence {
    match language {
        Language::Sql => match sql::reads(text) {
            Ok(()) => read("mcp.argument.sql", format!("`{key}` is one reading SQL statement")),
            Err(refusal) => Evidence {
                span: Some(refusal.span),
                ..write("mcp.argument.sql", format!("the SQL in `{key}` {}", refusal.problem))
            },
        },
        Language::GraphQl => match graphql::reads(text) {
            Ok(()) => read("mcp.argument.graphql", format!("`{key}` only queries")),
            Err(refusal) => Evidence {
                span: Some(refusal.span),
                ..write("mcp.argument.graphql", format!("the GraphQL in `{key}` {}", refusal.problem))
            },
        },
        Language::HttpMethod => match text.trim().to_ascii_uppercase().as_str() {
            "GET" | "HEAD" | "OPTIONS" => read("mcp.argument.method", format!("`{key}` is a reading HTTP method")),
            _ => write("mcp.argument.method", format!("`{key}` is no reading HTTP method")),
        },
        Language::Operation => operation_of_table(key, text),
        Language::Shell => in_argument(key, &shell::assess(text)),
        Language::Kusto => match text.trim_start().as_bytes().first() {
            Some(b'.') | None => write("mcp.argument.kusto", format!("`{key}` is a management command")),
            Some(_) if text.contains("//") || text.contains(';') => not_understood(key, "Kusto query"),
            Some(_) => read("mcp.argument.kusto", format!("`{key}` is a Kusto query")),
        },
        Language::Pipeline => not_understood(key, "pipeline"),
    }
}

/// The first command line that is a write when it runs in a folder other than the agent's.
pub(super) fn find_elsewhere(args: &Value) -> Option<Evidence> {
    let commands = given(args).filter(|(key, _)| COMMANDS.iter().any(|name| same_name(key, name)));
    let lines = commands.flat_map(|(key, value)| {
        let texts = value.as_array().map(|items| items.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        let lines = match (value, texts) {
            (Value::String(text), _) => vec![text.clone()],
            (_, Some(texts)) if same_name(key, "commands") => texts.into_iter().map(str::to_owned).collect(),
            (_, Some(words)) => vec![shell_words::join(words)],
            _ => Vec::new(),
        };
        lines.into_iter().map(move |line| (key, line))
    });
    lines
        .map(|(key, line)| in_argument(key, &shell::facts_under(&line, Folder::Elsewhere, Policy::built_in())))
        .find(|evidence| evidence.verdict == Verdict::Write)
}

fn in_argument(key: &str, found: &Assessment) -> Evidence {
    match found.deciding().cloned() {
        Some(fact) => Evidence { reason: format!("`{key}`: {}", fact.reason), effects: found.effects(), ..fact },
        None => not_understood(key, "command"),
    }
}

fn not_understood(key: &str, what: &str) -> Evidence {
    write("mcp.argument", format!("the {what} in `{key}` is not understood"))
}

/// `query` may hold words to search for, SQL or GraphQL; only what looks like a language is judged as one.
fn query(key: &str, value: &Value) -> Option<Evidence> {
    match value {
        Value::String(text) if graphql::looks_like(text) => Some(judge_text(Language::GraphQl, key, text)),
        Value::String(text) if sql::looks_like(text) => Some(judge_text(Language::Sql, key, text)),
        Value::String(text) => queries::looks_like(text).map(|kind| words_of_query(kind, key, value)),
        Value::Array(items) => items.iter().find_map(|item| query(key, item)).filter(|e| e.verdict == Verdict::Write),
        _ => None,
    }
}

/// Names of a command line or of the words of one.
const COMMANDS: &[&str] =
    &["command", "cmd", "command_line", "commands", "script", "shell_command", "bash", "shell", "exec"];

/// A list is the words of one command, or under `commands` a list of commands.
fn command(key: &str, value: &Value) -> Option<Evidence> {
    match value {
        Value::Bool(false) => None,
        Value::Array(items) if !same_name(key, "commands") => {
            let words: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            Some(match words {
                Some(words) => in_argument(key, &shell::assess(&shell_words::join(words))),
                None => not_understood(key, "command"),
            })
        }
        _ => Some(judge(Language::Shell, key, value)),
    }
}

/// Judges the queries of a tool whose name says their language: `read_neo4j_cypher`.
pub(super) fn find_foreign(name: &name::Name, args: &Value) -> Option<Evidence> {
    let says = |names: &[&str]| name.full.split('_').any(|word| names.contains(&word));
    let kind = match (says(&["cypher", "neo", "memgraph"]), says(&["sparql"])) {
        (true, _) => queries::Kind::Cypher,
        (false, true) => queries::Kind::Sparql,
        (false, false) => return None,
    };
    let texts = given(args).filter(|(key, _)| !["params", "parameters"].iter().any(|name| same_name(key, name)));
    texts.map(|(key, value)| words_of_query(kind, key, value)).find(|evidence| evidence.verdict == Verdict::Write)
}

/// A text of the language, or a list of them, is searched for the words that write; nothing else is understood.
fn words_of_query(kind: queries::Kind, key: &str, value: &Value) -> Evidence {
    let rule = match kind {
        queries::Kind::Cypher => "mcp.argument.cypher",
        queries::Kind::Sparql => "mcp.argument.sparql",
    };
    match value {
        Value::String(text) => match queries::writing_word(kind, text) {
            Some(word) => write(rule, format!("`{key}` has `{word}`")),
            None => read(rule, format!("`{key}` only asks")),
        },
        Value::Bool(_) | Value::Number(_) => read(rule, format!("`{key}` holds no query")),
        Value::Array(items) => {
            let each = items.iter().map(|item| words_of_query(kind, key, item));
            each.max_by_key(|evidence| evidence.verdict).unwrap_or_else(|| read(rule, format!("`{key}` is empty")))
        }
        _ => not_understood(key, "query"),
    }
}

fn is_http_method(value: &Value) -> bool {
    let methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE"];
    value.as_str().is_some_and(|text| methods.iter().any(|method| text.trim().eq_ignore_ascii_case(method)))
}

/// An operation word that says it writes; one that is unknown says nothing.
fn operation(key: &str, value: &Value) -> Option<Evidence> {
    let words = name::words_of(value.as_str()?);
    let verb = [words.first()?, words.last()?].into_iter().find(|word| word.class == Class::Write);
    // Alone, a word that could be a thing is the operation: `merge`, `deploy`.
    let alone = (words.len() == 1 && words[0].class == Class::WriteOrNoun).then(|| &words[0]);
    let word = verb.or(alone)?;
    Some(write("mcp.argument.operation", format!("`{key}` is `{}`, {}", word.text, word.class)))
}

fn operation_of_table(key: &str, text: &str) -> Evidence {
    let words = name::words_of(text);
    let reads = |word: &name::Word| {
        matches!(word.class, Class::Read | Class::ReadOrNoun) || ["current", "history", "status"].contains(&&*word.text)
    };
    let harmless = words.iter().all(|word| class(&word.text) != Class::Write);
    if harmless && words.first().is_some_and(reads) {
        read("mcp.argument.operation", format!("`{key}` is a reading operation"))
    } else {
        write("mcp.argument.operation", format!("`{key}` is not known to be a reading operation"))
    }
}

/// Stages that write, and code that runs on the database's server.
fn pipeline(key: &str, stages: &[Value]) -> Evidence {
    match stages.iter().find_map(|stage| writing_stage(stage, 0)) {
        Some(name) => write("mcp.argument.pipeline", format!("the pipeline in `{key}` has `{name}`")),
        None => read("mcp.argument.pipeline", format!("the pipeline in `{key}` only reads")),
    }
}

fn writing_stage(value: &Value, depth: usize) -> Option<&str> {
    if depth > MAX_DEPTH {
        return Some("too many levels");
    }
    match value {
        Value::Object(object) => object.iter().find_map(|(name, inner)| {
            let writes = ["$out", "$merge", "$function", "$accumulator", "$where"].contains(&name.as_str());
            if writes { Some(name.as_str()) } else { writing_stage(inner, depth + 1) }
        }),
        Value::Array(items) => items.iter().find_map(|item| writing_stage(item, depth + 1)),
        _ => None,
    }
}

/// Names of arguments that say where a result is to be saved: `output_path`, `saveTo`, `localPath`.
fn is_output(key: &str) -> bool {
    let starts = |word: &&str| key.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if !SAVING.iter().any(starts) {
        return false;
    }
    let words = name::words_of(key);
    let text = |word: Option<&name::Word>| word.map(|word| word.text.clone()).unwrap_or_default();
    let (first, last) = (text(words.first()), text(words.last()));
    let place = ["dir", "directory", "file", "filename", "folder", "location", "path", "to"].contains(&last.as_str());
    (SAVING.contains(&first.as_str()) && place && words.len() > 1)
        || ["outfile", "outputfile", "outputdir"].contains(&first.as_str())
}

/// Words that, in front of a place, say that something is put there.
const SAVING: &[&str] = &["download", "export", "local", "out", "output", "save"];

fn output(key: &str, value: &Value) -> Option<Evidence> {
    let names_a_place = value.as_str().is_some_and(|text| !text.is_empty());
    names_a_place.then(|| write("mcp.argument.output", format!("`{key}` names a place to save the result")))
}
