//! Arguments that carry a language. A language can prove that a call writes whatever the tool is called; it proves a
//! read only for the tools of the override table.

use serde_json::Value;

use super::walk::{self, Place, Texts, Within};
use super::{graphql, name, operations, places, queries, read, sql, write};
use crate::classify::arguments::same_name;
use crate::classify::folder::Ground;
use crate::classify::policy::Policy;
use crate::classify::shell;
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

/// Deeper stages of a pipeline are not understood.
const MAX_DEPTH: usize = 64;

/// The arguments that have a value, in the order in which they came.
pub(super) fn given(args: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let entries = args.as_object().into_iter().flatten();
    entries.filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.as_str(), value))
}

/// What the name of a tool says of its arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    subject: operations::Subject,
    /// It speaks of what a database holds, so that a text may be a statement that other tools would search for.
    data: bool,
}

impl Reader {
    pub(super) fn of(name: &name::Name) -> Self {
        let data = name.full.split('_').any(|word| DATA.contains(&word));
        Self { subject: operations::Subject::of(&name.words), data }
    }

    /// The first argument that asks for a write, at any depth.
    pub(super) fn find_write(self, args: &Value) -> Option<Evidence> {
        walk::find(args, Texts::Json, |place, value| self.writes_at(place, value))
    }

    /// What one argument, or those that it holds, say when they ask for a write.
    pub(super) fn writes(self, key: &str, value: &Value) -> Option<Evidence> {
        walk::find_at(key, value, |place, value| self.writes_at(place, value))
    }

    fn writes_at(self, place: Place<'_>, value: &Value) -> Option<Evidence> {
        in_language(place, value)
            .into_iter()
            .chain(self.query(place.key, value))
            .find(|evidence| evidence.verdict == Verdict::Write)
            .or_else(|| operations::find_write(self.subject, place, value))
            .or_else(|| places::find_write(place.key, value))
    }

    /// Any text may be words to search for, SQL or GraphQL; only what looks like a language is judged as one.
    fn query(self, key: &str, value: &Value) -> Option<Evidence> {
        match value {
            Value::String(text) if graphql::looks_like(text) => Some(judge_text(Language::GraphQl, key, text)),
            Value::String(text) if self.is_sql(key, text) => Some(judge_text(Language::Sql, key, text)),
            Value::String(text) if queries::is_kusto_command(text) => Some(judge_text(Language::Kusto, key, text)),
            Value::String(text) => queries::looks_like(text).map(|kind| words_of_query(kind, key, value)),
            Value::Array(items) => {
                let texts = items.iter().filter(|item| item.is_string());
                texts.filter_map(|item| self.query(key, item)).find(|evidence| evidence.verdict == Verdict::Write)
            }
            _ => None,
        }
    }

    fn is_sql(self, key: &str, text: &str) -> bool {
        sql::looks_like(text) || (self.data && holds_query(key) && sql::may_be_statement(text))
    }
}

/// Words of tools that ask a database.
#[rustfmt::skip]
const DATA: &[&str] = &[
    "data", "database", "databases", "db", "mysql", "postgres", "postgresql", "record", "records", "row", "rows", "sql",
    "sqlite", "table", "tables", "warehouse",
];

/// True for the names of arguments that may hold a statement.
fn holds_query(key: &str) -> bool {
    let words = name::texts_of(key);
    [words.first(), words.last()].iter().flatten().any(|word| QUERYING.contains(&word.as_str()))
}

#[rustfmt::skip]
const QUERYING: &[&str] = &[
    "body", "code", "command", "cql", "document", "expression", "hql", "input", "q", "queries", "query", "script", "source", "sql",
    "statement", "statements", "stmt", "string", "text",
];

/// Judges an argument whose name says its language.
fn in_language(place: Place<'_>, value: &Value) -> Option<Evidence> {
    let key = place.key;
    let is = |names: &[&str]| names.iter().any(|name| same_name(key, name));
    if value.is_boolean() || value.is_number() {
        None
    } else if is_sql_key(key) && (!value.is_object() || is(SQL_ITSELF)) {
        Some(judge(Language::Sql, key, value))
    } else if is_graphql_key(key) && value.as_str().is_some_and(|text| text.contains('{')) {
        Some(judge(Language::GraphQl, key, value))
    } else if is(&["pipeline", "stages"]) {
        Some(judge(Language::Pipeline, key, value))
    } else if is(&["cypher", "cypher_query"]) {
        Some(words_of_query(queries::Kind::Cypher, key, value))
    } else if is(&["sparql", "sparql_query"]) {
        Some(words_of_query(queries::Kind::Sparql, key, value))
    } else if place.within != Within::Criteria && is_command_key(key) {
        command(key, value)
    } else {
        None
    }
}

const SQL_ITSELF: &[&str] = &["sql", "sql_query", "sql_text", "sql_statement"];

/// `sql`, `rawSql`, `sqlStatements`; not `sql_dialect`.
fn is_sql_key(key: &str) -> bool {
    let words = name::texts_of(key);
    let sql = |word: &String| word == "sql";
    let (first, last) = (words.first(), words.last());
    let glued = last.is_some_and(|last| last.len() > 3 && last.ends_with("sql") && !is_product(last));
    let holds = |word: &String| QUERYING.contains(&word.as_str());
    glued || last.is_some_and(sql) || (first.is_some_and(sql) && last.is_some_and(holds))
}

fn is_product(word: &str) -> bool {
    ["mssql", "mysql", "nosql", "postgresql"].contains(&word)
}

fn is_graphql_key(key: &str) -> bool {
    let words = name::texts_of(key);
    words.iter().any(|word| ["gql", "graphql", "mutation", "mutations"].contains(&word.as_str()))
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
        Language::HttpMethod => operations::method_of_table(key, text),
        Language::Operation => operations::of_table(key, text),
        Language::Shell => in_argument(key, &shell::assess_abroad(text)),
        Language::Kusto => match text.trim_start().as_bytes().first() {
            Some(b'.') | None => write("mcp.argument.kusto", format!("`{key}` is a management command")),
            Some(_) if text.contains("//") || text.contains(';') => not_understood(key, "Kusto query"),
            Some(_) => read("mcp.argument.kusto", format!("`{key}` is a Kusto query")),
        },
        Language::Pipeline => not_understood(key, "pipeline"),
    }
}

/// The first command line that is a write when it runs on `ground`.
pub(super) fn find_elsewhere(args: &Value, ground: Ground<'_>) -> Option<Evidence> {
    walk::find(args, Texts::Json, |Place { key, within, .. }, value| {
        let judged = |line: &str| in_argument(key, &shell::facts_under(line, ground, Policy::built_in()));
        let named = within != Within::Criteria && is_command_key(key);
        lines(key, value).iter().filter(|_| named).map(|line| judged(line)).find(|e| e.verdict == Verdict::Write)
    })
}

/// The command lines in an argument; a list is the words of one, or under `commands` a list of them.
fn lines(key: &str, value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => {
            let texts = items.iter().filter_map(Value::as_str);
            if same_name(key, "commands") { texts.map(str::to_owned).collect() } else { vec![shell_words::join(texts)] }
        }
        _ => Vec::new(),
    }
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

/// Names of a command line or of the words of one.
const COMMANDS: &[&str] =
    &["command", "cmd", "command_line", "commands", "script", "shell_command", "bash", "shell", "exec"];

/// `command`, `bash_command`; not `command_id`.
fn is_command_key(key: &str) -> bool {
    let words = name::texts_of(key);
    let named = || words.last().is_some_and(|word| ["cmd", "command", "commandline"].contains(&word.as_str()));
    COMMANDS.iter().any(|name| same_name(key, name)) || named()
}

/// A list is the words of one command, or under `commands` a list of commands.
fn command(key: &str, value: &Value) -> Option<Evidence> {
    match value {
        Value::Bool(false) => None,
        Value::Array(items) if !same_name(key, "commands") => {
            let words: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            Some(match words {
                Some(words) => in_argument(key, &shell::assess_abroad(&shell_words::join(words))),
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
