//! Queries: SQL, the dot commands of `sqlite3`, and the requests of `gh api`.

#![expect(clippy::similar_names, reason = "a scan and a span are two things")]

use crate::classify::shell::expand::{Arg, Known};
use crate::classify::shell::judge::Ruling;
use crate::classify::shell::scan::{Objection, Scan, Seen};
use crate::classify::shell::syntax::Place;

/// Words that may stand before a parenthesis: keywords, and functions that only compute.
const CALLABLE: &str = "abs age all and any array_agg array_length as avg between by case cast ceil char_length coalesce concat \
    concat_ws count cross curdate current_database current_date database date_add date_format date_sub day encode \
    generate_series greatest hour if json_agg json_build_object json_object jsonb_agg jsonb_pretty least md5 minute month \
    obj_description percentile_cont pg_get_constraintdef pg_get_indexdef pg_get_viewdef pg_indexes_size pg_table_size \
    position power regexp_matches regexp_replace row_to_json split_part sqrt stddev strpos to_date unnest user year \
    date date_part date_trunc datetime dense_rank distinct else except exists extract filter first_value floor from group \
    group_concat having hex ifnull iif in instr intersect join json_array_length json_each json_extract json_type julianday lag \
    last_value lead left length like limit lower ltrim max min mod not now nullif on or order over partition pg_database_size \
    pg_relation_size pg_size_pretty pg_total_relation_size printf quote random rank replace right round row_number rtrim select \
    some strftime string_agg substr substring sum table_info then time to_char total trim typeof union unixepoch upper using \
    values version when where with";
/// Words that no reading statement holds outside of names and strings.
const WRITING: &str = "insert update delete drop create alter replace attach detach vacuum reindex into truncate grant revoke copy \
    merge call do execute prepare lock begin commit rollback savepoint release analyze refresh notify listen load set reset share \
    pragma_wal_checkpoint writefile load_extension edit readfile fts3_tokenizer";
/// The first words of reading statements.
const READING: &[&str] = &["select", "with", "values", "explain", "show", "describe", "desc", "pragma", "table"];
/// The pragmas that only tell.
const PRAGMAS: &[&str] = &[
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "index_xinfo",
    "database_list",
    "foreign_key_list",
    "function_list",
    "collation_list",
    "compile_options",
    "user_version",
    "schema_version",
    "encoding",
    "page_count",
    "page_size",
    "journal_mode",
    "integrity_check",
    "quick_check",
    "freelist_count",
];
/// The dot commands of `sqlite3` that only tell or format. `.dump` and `.fullschema` select from what the database calls a
/// table, which may be a view that runs a program.
const DOT_COMMANDS: &[&str] = &[
    ".schema",
    ".tables",
    ".indexes",
    ".indices",
    ".databases",
    ".dbinfo",
    ".headers",
    ".header",
    ".mode",
    ".show",
    ".width",
    ".nullvalue",
    ".separator",
    ".timeout",
    ".lint",
    ".help",
    ".version",
    ".print",
    ".changes",
    ".echo",
    ".eqp",
];

/// Refuses SQL that is not one or more reading statements.
pub(in crate::classify::shell) fn sql(text: &str) -> Result<(), &'static str> {
    if text.contains("--") || text.contains("/*") || text.contains('\\') || text.contains('`') || text.contains('$') {
        return Err("this SQL is not read");
    }
    // A name that is spelt by numbers.
    if text.to_ascii_lowercase().contains("u&") {
        return Err("this SQL is not read");
    }
    for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        self::statement(&statement.to_ascii_lowercase())?;
    }
    Ok(())
}

fn statement(text: &str) -> Result<(), &'static str> {
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    if words.clone().any(is_run_together) {
        return Err("a number and a word of the statement are not apart");
    }
    let first = words.next().unwrap_or_default();
    if !READING.contains(&first) {
        return Err("only a statement that reads is known to be harmless");
    }
    if first == "pragma" {
        let name = words.next().unwrap_or_default();
        let tells = PRAGMAS.contains(&name) && !text.contains('=') && (name.contains('_') || !text.contains('('));
        let sets = matches!(name, "user_version" | "schema_version" | "journal_mode") && text.contains('(');
        return if tells && !sets { Ok(()) } else { Err("this pragma may set something") };
    }
    // `show create table` tells how it was made.
    let mut words = words.enumerate().filter(|(at, word)| !(first == "show" && *at == 0 && *word == "create"));
    if words.any(|(_, word)| WRITING.split_ascii_whitespace().any(|own| own == word)) {
        return Err("the statement may write");
    }
    let mut rest = text;
    while let Some(at) = rest.find('(') {
        let before = rest[..at].trim_end();
        let callee = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
        let quoted = before.ends_with(['"', ']']);
        if quoted || !callee.is_empty() && !CALLABLE.split_ascii_whitespace().any(|own| own == callee) {
            return Err("a function of the statement may have effects");
        }
        rest = &rest[at + 1..];
    }
    Ok(())
}

/// Whether a word begins with a number that some databases read as one of its own: `1into`.
fn is_run_together(word: &str) -> bool {
    let exponent = |text: &str| {
        text.split_once('e').is_some_and(|(before, behind)| {
            [before, behind].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    word.starts_with(|c: char| c.is_ascii_digit())
        && !word.bytes().all(|b| b.is_ascii_digit())
        && !exponent(word)
        && !word.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn refuse(reason: &'static str, place: Place) -> Objection {
    Objection::new("shell.query", reason, place)
}

/// `sqlite3 -readonly FILE QUERY...`
pub(super) fn sqlite(scan: &Scan<'_>, args: &[Arg<'_>], span: Place) -> Ruling {
    if scan.operands.is_empty() && scan.options.len() == 1 && scan.has("-version --version -help --help") {
        return Ok(());
    }
    // A database in memory is made anew, and holds no view.
    let in_memory = scan.operands.first().is_some_and(|at| args[*at].exact() == Some(":memory:"));
    if !in_memory && !scan.has("-readonly --readonly") {
        return Err(refuse("without `-readonly` a missing database is created", span));
    }
    // It knows no end of its options.
    if let Some(arg) = args.iter().find(|arg| arg.exact() == Some("--")) {
        return Err(refuse("behind this still stand options", arg.span));
    }
    if let Some(arg) = scan.operands.first().map(|at| &args[*at]).filter(|arg| !arg.single) {
        return Err(refuse("this may be several words, of which the second is a query", arg.span));
    }
    for at in scan.operands.iter().skip(1) {
        let arg = &args[*at];
        let Some(text) = arg.exact() else { return Err(refuse("the query is known only when it runs", arg.span)) };
        // What a database calls a view may run a program, unless the schema is not believed.
        let believed = !in_memory && !scan.has("-safe --safe") && !asks_no_view(text);
        let ruling = match text.trim_start().starts_with('.') {
            true => dot_command(text),
            false if believed => Err("without `-safe` a view may run a program"),
            false => sql(text),
        };
        ruling.map_err(|reason| refuse(reason, arg.span))?;
    }
    match scan.operands.len() {
        0 | 1 => {
            Err(refuse("the queries are not part of the line", args.last().map_or(Place::default(), |arg| arg.span)))
        }
        _ => Ok(()),
    }
}

/// Whether a query of `sqlite3` asks the schema alone, in which no view can stand.
fn asks_no_view(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    if words.next() == Some("pragma") {
        return !text.trim_end_matches([';', ' ']).contains(';');
    }
    if text.trim_start().starts_with("select")
        && !text.contains('?')
        && !words.clone().any(|word| matches!(word, "from" | "join" | "in"))
    {
        return true;
    }
    let source = words.by_ref().skip_while(|word| *word != "from").nth(1);
    matches!(source, Some("sqlite_master" | "sqlite_schema"))
        && !words.any(|word| matches!(word, "from" | "join" | "in"))
        && !text.contains(',')
}

fn dot_command(text: &str) -> Result<(), &'static str> {
    let mut words = text.split_ascii_whitespace();
    let known = words.next().is_some_and(|word| DOT_COMMANDS.contains(&word));
    if known && !text.trim().contains('\n') && !text.contains(';') {
        return Ok(());
    }
    Err("this dot command may write")
}

/// `psql -c QUERY`, `mysql -e QUERY`
pub(super) fn sql_options(scan: &Scan<'_>, args: &[Arg<'_>], span: Place) -> Ruling {
    let settings = |seen: &&Seen<'_>| {
        (seen.is("-d") || seen.is("--dbname")) && seen.value.is_some_and(|(_, known)| known != Known::Exactly)
    };
    let unknown = scan.operands.iter().map(|at| &args[*at]).find(|arg| arg.exact().is_none()).map(|arg| arg.span);
    if let Some(place) = unknown.or(scan.options.iter().find(settings).map(|seen| seen.span)) {
        return Err(refuse("the connection's settings are known only when it runs", place));
    }
    let named = scan.options.iter().filter(|seen| seen.is("-d") || seen.is("--dbname"));
    let named = named.filter_map(|seen| seen.value.map(|(text, _)| (text, seen.span)));
    let operands = scan.operands.iter().map(|at| (&*args[*at].text, args[*at].span));
    if let Some((_, place)) = named.chain(operands).find(|(text, _)| !connects(text)) {
        return Err(refuse("the connection's settings may load a library", place));
    }
    let mut queries = 0;
    for seen in scan.options.iter().filter(|seen| ["-c", "--command", "-e", "--execute"].iter().any(|own| seen.is(own)))
    {
        let Some((text, Known::Exactly)) = seen.value else {
            return Err(refuse("the query is known only when it runs", seen.span));
        };
        let listing = text.strip_prefix('\\').is_some_and(|rest| {
            let name = rest.split(' ').next().unwrap_or_default();
            let lists = matches!(name, "l" | "l+" | "list") || name.starts_with('d') && name.len() <= 6;
            lists && rest.chars().all(|c| c.is_ascii_alphanumeric() || " .+_*".contains(c))
        });
        // `mysql` takes this end for a semicolon that asks for another layout.
        let text = text.strip_suffix("\\G").unwrap_or(text);
        if !listing {
            sql(text).map_err(|reason| refuse(reason, seen.span))?;
        }
        queries += 1;
    }
    if queries > 0 || scan.has("-l --list --version --help -V") {
        return Ok(());
    }
    Err(refuse("the queries are not part of the line", span))
}

/// Whether a database's name, address or settings choose nothing but what is asked: others name a key that a library
/// holds, which is loaded, or a file of more settings.
fn connects(text: &str) -> bool {
    const KEYS: [&str; 9] =
        ["host", "hostaddr", "port", "dbname", "user", "password", "connect_timeout", "application_name", "sslmode"];
    let setting = |part: &str| part.split_once('=').is_some_and(|(key, _)| KEYS.contains(&key));
    match text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://")) {
        Some(rest) => rest.split_once('?').is_none_or(|(_, settings)| settings.split('&').all(setting)),
        None if text.contains('=') => {
            !text.contains(['\'', '\\']) && !text.contains("://") && text.split_ascii_whitespace().all(setting)
        }
        None => true,
    }
}

/// `mysql -e QUERY`: a server may answer by asking for any file, which some clients send.
pub(super) fn my_sql(scan: &Scan<'_>, args: &[Arg<'_>], span: Place) -> Ruling {
    let named = scan.options.iter().filter(|seen| seen.is("-h") || seen.is("--host"));
    let other = |seen: &&Seen<'_>| !matches!(seen.value, Some(("localhost" | "127.0.0.1" | "::1", Known::Exactly)));
    match named.into_iter().find(other).filter(|_| !scan.has("--local-infile")) {
        Some(seen) => Err(refuse("without `--local-infile=0` the server may ask for files", seen.span)),
        None => sql_options(scan, args, span),
    }
}

/// `gh api`: a `GET`, or a GraphQL query.
pub(super) fn gh_api(scan: &Scan<'_>, args: &[Arg<'_>], span: Place) -> Ruling {
    let other = |arg: &Arg<'_>| {
        arg.text.contains("://") || arg.known == Known::Partly && (!arg.text.contains('/') || arg.text.contains(':'))
    };
    if let Some(at) = scan.operands.iter().find(|at| other(&args[**at])) {
        return Err(refuse("the address may be of another host", args[*at].span));
    }
    let fields: Vec<_> = scan
        .options
        .iter()
        .filter(|seen| ["-f", "-F", "--field", "--raw-field"].iter().any(|own| seen.is(own)))
        .collect();
    let uploads = |text: &str| text.split_once('=').is_none_or(|(_, value)| value.starts_with('@'));
    if let Some(seen) =
        fields.iter().find(|seen| seen.value.is_none_or(|(text, known)| known == Known::Partly || uploads(text)))
    {
        return Err(refuse("the field's value comes from elsewhere", seen.span));
    }
    let overrides = |text: &str| {
        let name = text.split(':').next().unwrap_or_default().to_ascii_lowercase();
        name.contains("override") || name.contains("method")
    };
    let headers = scan.options.iter().filter(|seen| seen.is("-H") || seen.is("--header"));
    if let Some(seen) = headers.into_iter().find(|seen| {
        seen.value.is_none_or(|(text, known)| known == Known::Partly && !text.contains(':') || overrides(text))
    }) {
        return Err(refuse("the header may change the method", seen.span));
    }
    let graphql = scan.operands.first().and_then(|at| args[*at].exact()) == Some("graphql");
    if graphql {
        let mut queries = fields.iter().filter_map(|seen| seen.value.and_then(|(text, _)| text.strip_prefix("query=")));
        let query = queries.next().filter(|_| queries.next().is_none());
        let reads = |text: &str| {
            (text.trim_start().starts_with("query") || text.trim_start().starts_with('{'))
                && !text.contains("mutation")
                && !text.contains("subscription")
        };
        return if query.is_some_and(reads) {
            Ok(())
        } else {
            Err(refuse("only a GraphQL query is known to read", span))
        };
    }
    if fields.is_empty() || scan.has("-X --method") {
        return Ok(());
    }
    Err(refuse("fields make the request a POST", fields[0].span))
}

#[cfg(test)]
mod tests {
    use super::sql;

    #[test]
    fn reading_statements_are_read() {
        for text in [
            "select 1",
            "SELECT count(*) FROM t WHERE a IN (1,2);",
            "with x as (select 1) select * from x",
            "pragma table_info(t)",
            "explain select 1",
            "show tables",
            "select max(a), lower(b) from t order by 1 limit 5",
        ] {
            assert_eq!(sql(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn writing_statements_are_refused() {
        for text in [
            "delete from t",
            "select 1; drop table t",
            "with x as (delete from t returning 1) select * from x",
            "select * into u from t",
            "select nextval('s')",
            "select writefile('x','y')",
            "explain analyze delete from t",
            "pragma user_version = 3",
            "pragma user_version(3)",
            "attach 'x' as y",
            "select pg_terminate_backend(1)",
            "select 1 -- x",
            "select \u{5c7}(1), x\u{7de}nextval('s')",
            "select \"nextval\"('s')",
            "select U&\"!006eextval\" UESCAPE '!' ('s')",
        ] {
            assert!(sql(text).is_err(), "{text}");
        }
    }
}
