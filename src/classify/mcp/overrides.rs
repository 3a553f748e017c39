//! Tools that are known to mislead by name or hint, or whose effect hangs on an argument. Only for these may an
//! argument turn a write into a read.

use serde_json::Value;

use super::arguments::{self, Language, Reader};
use super::name::Name;
use super::walk::{self, Texts};
use super::{read, sql, write};
use crate::classify::arguments::same_name;
use crate::classify::builtin::beside;
use crate::model::{Evidence, Verdict};

/// What the table knows of a tool.
#[derive(Debug, Clone, Copy)]
enum Ruling {
    Reads,
    Writes,
    /// The argument under any of these names decides, and nothing else: without it the call is a write.
    By(Language, &'static [&'static str]),
}

/// One tool.
struct Row {
    /// The words of the tool without the server's own name, joined by `_`, without digits.
    name: &'static str,
    ruling: Ruling,
    reason: &'static str,
}

const fn row(name: &'static str, ruling: Ruling, reason: &'static str) -> Row {
    Row { name, ruling, reason }
}

/// Judges the tools of the table.
pub(super) fn judge(name: &Name, reader: Reader, args: &Value) -> Option<Evidence> {
    let row = find(&name.full).or_else(|| find(&name.spelled))?;
    Some(match row.ruling {
        Ruling::Writes => write("mcp.override", row.reason),
        Ruling::Reads => match reader.find_write(args) {
            Some(evidence) => evidence,
            None => read("mcp.override", row.reason),
        },
        Ruling::By(language, names) => by_argument(row, reader, language, names, args),
    })
}

/// True for a tool that only bears the name of those that take SQL, where no text looks like SQL or another language
/// that asks for a write: a query of measurements, of vectors, of a table by its key.
///
/// A trusted server's hint may say that such a call reads.
pub(super) fn leaves_to_hint(name: &Name, reader: Reader, args: &Value) -> bool {
    let vague = |spelled: &str| ["execute_query", "query", "run_query"].contains(&spelled);
    (vague(&name.full) || vague(&name.spelled)) && reader.find_write(args).is_none() && find_statement(args).is_none()
}

/// The first text, at any depth, that some database may take for a statement that writes.
fn find_statement(args: &Value) -> Option<Evidence> {
    walk::find(args, Texts::Json, |place, value| {
        let named = SQL.iter().any(|name| same_name(place.key, name));
        let list = value.as_array().filter(|_| named);
        let odd = list.is_some_and(|items| items.iter().any(|item| !item.is_string()));
        let mut texts = std::iter::once(value).chain(value.as_array().into_iter().flatten()).filter_map(Value::as_str);
        let statement = |text: &str| sql::holds_writing_word(text) || (named && sql::opens_like_statement(text));
        (odd || texts.any(statement)).then(|| write("mcp.override", "may be a statement"))
    })
}

fn find(spelled: &str) -> Option<&'static Row> {
    ROWS.binary_search_by(|row| row.name.cmp(spelled)).ok().map(|at| &ROWS[at])
}

/// Every argument that may carry the language must read, and no other may ask for a write.
fn by_argument(row: &Row, reader: Reader, language: Language, names: &[&str], args: &Value) -> Evidence {
    if language == Language::Shell
        && let Some(reason) = beside::command(args)
    {
        return write("mcp.override", reason);
    }
    if language == Language::GraphQl
        && let Some((key, _)) = arguments::given(args).find(|(key, _)| STORED.iter().any(|name| same_name(key, name)))
    {
        return write("mcp.override", format!("`{key}` may name a stored operation that runs in place of the text"));
    }
    let mut deciding = write("mcp.override", format!("{}, and there is no `{}`", row.reason, names[0]));
    for (key, value) in arguments::given(args) {
        if names.iter().any(|name| same_name(key, name)) {
            deciding = arguments::judge(language, key, value);
        } else if let Some(evidence) = reader.writes(key, value) {
            return evidence;
        }
        if deciding.verdict == Verdict::Write && deciding.rule != "mcp.override" {
            break;
        }
    }
    deciding
}

use Language::{GraphQl, HttpMethod, Kusto, Operation, Pipeline, Shell, Sql};
use Ruling::{By, Reads, Writes};

const SQL: &[&str] = &["sql", "query", "statement", "sql_query", "sql_text", "query_string", "queries"];
const SCRIPT: &[&str] = &["command", "cmd", "script"];
const ACTION: &[&str] = &["operation", "action", "sub_command", "method", "op"];

/// What names an operation that a server keeps.
const STORED: &[&str] = &["doc_id", "document_id", "extensions", "operation_id", "persisted_query", "query_id"];

const THE_SQL: &str = "the SQL text decides";
const THE_SCRIPT: &str = "the command decides";
const THE_METHOD: &str = "the HTTP method decides";
const THE_GRAPHQL: &str = "the GraphQL operation decides";
const THE_ACTION: &str = "the operation decides";
const THE_PIPELINE: &str = "the pipeline may write by `$out` or `$merge`";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("aggregate", By(Pipeline, &["pipeline"]), THE_PIPELINE),
    row("aggregate_db", By(Pipeline, &["pipeline"]), THE_PIPELINE),
    row("alerting_manage_routing", By(Operation, ACTION), THE_ACTION),
    row("alerting_manage_rules", By(Operation, ACTION), THE_ACTION),
    row("api_post_database_query", Reads, "asks by POST; nothing changes"),
    row("api_post_search", Reads, "asks by POST; nothing changes"),
    row("api_query_data_source", Reads, "asks by POST; nothing changes"),
    row("api_request", By(HttpMethod, &["method"]), THE_METHOD),
    row("atlas_connect_cluster", Writes, "makes a database user and opens the cluster to this machine"),
    row("batch_scrape", Writes, "starts a job that costs money"),
    row("browser_console_messages", Reads, "shows what the page has logged"),
    row("browser_network_request", Reads, "shows a request that the page already made"),
    row("browser_network_requests", Reads, "shows requests that the page already made"),
    row("browser_snapshot", Reads, "describes the page as it is"),
    row("communication_email_send", Writes, "sends mail to other people"),
    row("communication_sms_send", Writes, "sends text messages to other people"),
    row("database_query", By(Sql, SQL), THE_SQL),
    row("db_query", By(Sql, SQL), THE_SQL),
    row("execute_command", By(Shell, SCRIPT), THE_SCRIPT),
    row("execute_graphql", By(GraphQl, &["query"]), THE_GRAPHQL),
    row("execute_query", By(Sql, SQL), THE_SQL),
    row("execute_sql", By(Sql, SQL), THE_SQL),
    row("execute_sql_query", By(Sql, SQL), THE_SQL),
    row("extension_azqr", Writes, "writes report files on the local disk"),
    row("find_food_options", Writes, "starts a browser that acts for the person"),
    row("find_menu_options", Writes, "starts a browser that acts for the person"),
    row("get_access_to_vercel_url", Writes, "makes a link that opens a protected page"),
    row("git_branch", By(Operation, ACTION), "the operation decides between listing and making a branch"),
    row("git_fetch", Writes, "changes the repository's remote branches"),
    row("git_log", Reads, "prints the history"),
    row("git_status", Reads, "prints what has changed"),
    row("grafana_api_request", By(HttpMethod, &["method"]), THE_METHOD),
    row("graphql", By(GraphQl, &["query"]), THE_GRAPHQL),
    row("graphql_query", By(GraphQl, &["query"]), THE_GRAPHQL),
    row("http_request", By(HttpMethod, &["method"]), THE_METHOD),
    row("kubectl_context", By(Operation, &["operation"]), THE_ACTION),
    row("kubectl_logs", Reads, "prints what a container has logged"),
    row("kubectl_rollout", By(Operation, &["sub_command"]), THE_ACTION),
    row("kusto_query", By(Kusto, &["query"]), "the query text may be a management command"),
    row("mysql_database_query", By(Sql, SQL), THE_SQL),
    row("mysql_query", By(Sql, SQL), THE_SQL),
    row("nodes_log", Reads, "prints what a node has logged"),
    row("open_nodes", Reads, "shows nodes of a stored graph by name"),
    row("playwright_get", Writes, "sends a request from the browser, with its cookies"),
    row("pods_log", Reads, "prints what a pod has logged"),
    row("postgres_database_query", By(Sql, SQL), THE_SQL),
    row("postgres_query", By(Sql, SQL), THE_SQL),
    row("query", By(Sql, SQL), THE_SQL),
    row("query_database", By(Sql, SQL), THE_SQL),
    row("read_query", By(Sql, SQL), THE_SQL),
    row("run_command", By(Shell, SCRIPT), THE_SCRIPT),
    row("run_query", By(Sql, SQL), THE_SQL),
    row("run_select_query", By(Sql, SQL), THE_SQL),
    row("run_sql", By(Sql, SQL), THE_SQL),
    row("run_sql_query", By(Sql, SQL), THE_SQL),
    row("sequentialthinking", Reads, "keeps the agent's own thoughts"),
    row("shell_exec", By(Shell, SCRIPT), THE_SCRIPT),
    row("shell_execute", By(Shell, SCRIPT), THE_SCRIPT),
    row("show_file_in_obsidian", Writes, "opens the file in the application, which makes a missing one"),
    row("sql_query", By(Sql, SQL), THE_SQL),
    row("sqlite_query", By(Sql, SQL), THE_SQL),
    row("who_am_i", Reads, "tells the caller's own name"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_spelled_as_names_are_parsed() {
        for pair in ROWS.windows(2) {
            assert!(pair[0].name < pair[1].name, "`{}` stands before `{}`", pair[0].name, pair[1].name);
        }
        for row in ROWS {
            assert_eq!(Name::parse(row.name).spelled, row.name, "no tool's name is parsed to this");
        }
    }
}
