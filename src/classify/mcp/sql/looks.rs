//! Whether a text is SQL or words to search for.
//!
//! People search for `drop table of contents`, `update on the outage` and `how to delete users`; agents write
//! `DROP TABLE t`. So a statement shows by its first word together with what such a statement must have, and
//! capitals count for more than small letters.

use super::words::{FORBIDDEN, STATEMENTS};

/// How far behind its first word a statement is looked at, in words.
const SEEN: usize = 400;

/// True when a text is plainly SQL and no words to search for.
pub(in super::super) fn looks_like(text: &str) -> bool {
    if text.trim_start().starts_with("/*") || text.trim_start().starts_with("-- ") {
        return true;
    }
    parts(text).any(is_statement)
}

/// True when a text may be a statement, where statements are what a tool is asked with.
pub(in super::super) fn may_be_statement(text: &str) -> bool {
    let opens = |part: &str| {
        let first = first_word(part);
        let behind = &part[first.len()..];
        let word = first.to_ascii_uppercase();
        let capital = is_capital(first);
        let writes = FORBIDDEN.binary_search(&word.as_str()).is_ok() && (capital || !behind.trim().is_empty());
        let starts = STATEMENTS.binary_search(&word.as_str()).is_ok() && capital;
        (writes || starts) && !behind.starts_with(['-', '.', '/', ':'])
    };
    looks_like(text) || parts(text).any(opens)
}

/// True when a text starts with a word that starts a statement in some dialect, or with what may hide one.
pub(in super::super) fn opens_like_statement(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ';'));
    let word = first_word(start).to_ascii_uppercase();
    start.starts_with(['/', '-', '#', '\\', '.', '@', '$', '{', '[', '<'])
        || [FORBIDDEN, STATEMENTS].iter().any(|words| words.binary_search(&word.as_str()).is_ok())
}

/// True when a text has a word that writes, or something behind a semicolon.
pub(in super::super) fn holds_writing_word(text: &str) -> bool {
    let second = text.split(';').skip(1).any(|part| !part.trim().is_empty());
    let writes = |word: &str| {
        let word = word.to_ascii_uppercase();
        FORBIDDEN.binary_search(&word.as_str()).is_ok() || names_procedure(&word)
    };
    second || words(text).any(writes) || STORES.contains(&first_word(text).to_ascii_uppercase().as_str())
}

/// First words by which stores of keys write.
#[rustfmt::skip]
const STORES: &[&str] = &[
    "APPEND", "DECR", "DECRBY", "DEL", "EXPIRE", "FLUSHALL", "FLUSHDB", "GETDEL", "GETSET", "HDEL", "HINCRBY", "HMSET", "HSET",
    "INCR", "INCRBY", "LPOP", "LPUSH", "LREM", "LSET", "LTRIM", "MSET", "PERSIST", "PEXPIRE", "PUBLISH", "RPOP", "RPUSH", "SADD",
    "SETEX", "SETNX", "SPOP", "SREM", "UNLINK", "XADD", "XDEL", "XTRIM", "ZADD", "ZREM",
];

/// The statements that a text may be made of, without the comments before them.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(|part| {
        let mut rest = part;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '\u{feff}'));
            if !rest.starts_with("--") && !rest.starts_with('#') {
                return rest;
            }
            let Some(end) = rest.find(['\n', '\r']) else { return rest };
            rest = &rest[end..];
        }
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The word with which a text starts; empty where a sign does.
fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())]
}

/// `SP_RENAME`, `XP_CMDSHELL`.
fn names_procedure(word: &str) -> bool {
    ["SP_", "XP_"].iter().any(|prefix| word.starts_with(prefix))
}

/// True for a word of capitals that is longer than a letter.
fn is_capital(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
}

/// A statement that a text starts with.
struct Statement<'a> {
    text: &'a str,
    first: String,
    /// The first word is written in capitals.
    capital: bool,
    /// The words behind the first, in upper case.
    later: Vec<String>,
}

fn is_statement(text: &str) -> bool {
    let first = first_word(text);
    if first.is_empty() || !first.is_ascii() {
        return false;
    }
    let later = words(&text[first.len()..]).take(SEEN).map(str::to_ascii_uppercase).collect();
    let statement = Statement { text, first: first.to_ascii_uppercase(), capital: is_capital(first), later };
    statement.is_one()
}

impl Statement<'_> {
    fn is_one(&self) -> bool {
        match self.first.as_str() {
            "SELECT" => self.selects(),
            "WITH" => self.has(&["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"]) && self.text.contains('('),
            "INSERT" => self.second_is(&["INTO"]) || self.has(&["INTO", "VALUES"]),
            "REPLACE" => self.second_is(&["INTO"]) || self.has(&["VALUES"]),
            "MERGE" => self.second_is(&["INTO"]) || self.has(&["USING"]) && self.has(&["MATCHED"]),
            "DELETE" => self.second_is(&["FROM"]) || self.has(&["WHERE"]),
            "UPDATE" => self.has(&["SET"]),
            "CREATE" | "ALTER" => self.defines(),
            "DROP" => self.drops(),
            "TRUNCATE" => self.second_is(&["TABLE"]) || (self.capital && self.later.len() <= 3),
            "RENAME" => self.second_is(&["TABLE"]) && (self.capital || self.has(&["TO"])),
            "LOCK" => self.second_is(&["TABLE", "TABLES"]),
            "GRANT" | "REVOKE" => self.has(&["ON", "TO", "FROM"]),
            "EXPLAIN" => self.explains(),
            "COPY" => self.has(&["FROM", "TO", "STDIN", "STDOUT"]),
            "LOAD" => self.second_is(&["DATA", "EXTENSION"]),
            "BACKUP" | "RESTORE" => self.second_is(&["DATABASE", "LOG", "TABLE"]),
            "KILL" => self.later.first().is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit())),
            "EXEC" | "EXECUTE" => {
                self.capital || self.text.contains('@') || self.later.first().is_some_and(|w| names_procedure(w))
            }
            "PRAGMA" => self.capital || self.text.contains(['=', '(']),
            "VACUUM" | "REINDEX" => {
                self.capital || self.later.is_empty() || self.has(&["ANALYZE", "FULL", "INDEX", "TABLE"])
            }
            "ATTACH" => self.capital || self.has(&["DATABASE"]),
            "CALL" => self.text.contains('('),
            "DO" => self.text.contains('$'),
            // Arango's query language.
            "FOR" => self.later.get(1).is_some_and(|word| word == "IN") && self.has(ARANGO),
            "BEGIN" | "DECLARE" | "IF" | "PRINT" | "USE" | "WHILE" => self.wraps(),
            "SET" => {
                self.capital && (self.text.contains('=') || self.second_is(&["GLOBAL", "PASSWORD", "PERSIST", "ROLE"]))
            }
            "SHUTDOWN" | "UNLOAD" => self.capital,
            first => names_procedure(first),
        }
    }

    fn second_is(&self, words: &[&str]) -> bool {
        self.later.first().is_some_and(|second| words.contains(&second.as_str()))
    }

    fn has(&self, words: &[&str]) -> bool {
        self.later.iter().any(|word| words.contains(&word.as_str()))
    }

    fn selects(&self) -> bool {
        let behind = self.text[self.first.len()..].trim_start();
        let called = behind[first_word(behind).len()..].starts_with('(') && !first_word(behind).is_empty();
        let number = self.later.first().is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()));
        self.has(&["FROM"])
            || called
            || number
            || behind.starts_with(['*', '\'', '@'])
            || (self.capital && self.has(&["INTO"]))
    }

    /// `CREATE TABLE t (...)`, `ALTER SYSTEM SET ...`.
    fn defines(&self) -> bool {
        let object = |objects: &[&str]| self.later.iter().take(4).any(|word| objects.contains(&word.as_str()));
        let body = self.text.contains('(')
            || self.has(&["ADD", "AS", "DROP", "IDENTIFIED", "IF", "LIKE", "MODIFY", "OWNER", "PASSWORD", "RENAME"]);
        (self.capital && (object(OBJECTS) || object(RARE))) || (object(OBJECTS) && (body || self.later.len() == 2))
    }

    /// `drop table t`; not `drop table of contents`.
    fn drops(&self) -> bool {
        let ends = |from: usize| {
            let next = self.later.get(from).map(String::as_str);
            next.is_none_or(|next| ["CASCADE", "CONSTRAINTS", "FROM", "ON", "PURGE", "RESTRICT"].contains(&next))
        };
        let named = self.second_is(OBJECTS) && self.later.len() > 1;
        let several = self.text.contains(',') || self.later.get(1).is_some_and(|word| word == "IF");
        (self.capital && (self.second_is(OBJECTS) || self.second_is(RARE))) || (named && (ends(2) || several))
    }

    fn explains(&self) -> bool {
        self.second_is(&["SELECT", "ANALYZE", "ANALYSE", "DELETE", "UPDATE", "INSERT", "VERBOSE", "WITH"])
            || self.text[self.first.len()..].trim_start().starts_with('(')
    }

    /// `IF 1=1 DROP TABLE t`: a statement inside of another; in small letters only where it is unmistakable.
    fn wraps(&self) -> bool {
        let pairs = self.later.windows(2).any(|pair| {
            let (verb, object) = (pair[0].as_str(), pair[1].as_str());
            match verb {
                "ALTER" | "CREATE" | "DROP" | "TRUNCATE" => OBJECTS.contains(&object),
                "DELETE" => object == "FROM",
                "INSERT" => object == "INTO",
                _ => false,
            }
        });
        let declares = self.first == "DECLARE" && self.text.contains('@');
        pairs
            || declares
            || (self.capital && self.has(&["DELETE", "EXEC", "EXECUTE", "INSERT", "KILL", "TRUNCATE", "UPDATE"]))
    }
}

/// What statements create, change and drop.
#[rustfmt::skip]
const OBJECTS: &[&str] = &[
    "DATABASE", "FUNCTION", "INDEX", "ROLE", "SCHEMA", "SEQUENCE", "TABLE", "TRIGGER", "USER", "VIEW",
];

/// What only some of them do, and people speak of too.
#[rustfmt::skip]
const RARE: &[&str] = &[
    "AGGREGATE", "ASSEMBLY", "BUCKET", "CAST", "CERTIFICATE", "COLLATION", "COLLECTION", "COLUMN", "CONSTRAINT", "CONTINUOUS", "DOMAIN",
    "EVENT", "EXTENSION", "EXTERNAL", "FOREIGN", "GLOBAL", "GRAPH", "KEYSPACE", "LANGUAGE", "LOGIN", "MATERIALIZED", "MEASUREMENT",
    "OPERATOR", "OR", "PACKAGE", "PARTITION", "PIPE", "POLICY", "PROCEDURE", "PUBLICATION", "RETENTION", "RULE", "SERIES", "SERVER",
    "SHARD", "STAGE", "STREAM", "SUBSCRIPTION", "SYNONYM", "SYSTEM", "TABLESPACE", "TASK", "TEMP", "TEMPORARY", "TYPE", "UNIQUE",
    "WAREHOUSE",
];

const ARANGO: &[&str] = &["INSERT", "REMOVE", "REPLACE", "UPDATE", "UPSERT"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_look_like_sql() {
        for text in [
            "TRUNCATE users CASCADE",
            "DELETE users WHERE id=1",
            "INSERT users VALUES (1)",
            "INSERT IGNORE INTO t VALUES (1)",
            "REPLACE t VALUES (1)",
            "BEGIN; DROP TABLE t; END",
            "USE db; DROP TABLE t",
            "IF 1=1 DROP TABLE t",
            "DECLARE @x int; DROP TABLE t",
            "SET x=1; DROP TABLE t",
            "--x\nDROP TABLE t",
            "#x\nDROP TABLE t",
            "EXPLAIN VERBOSE ANALYZE DELETE FROM t",
            "EXPLAIN (VERBOSE, ANALYZE) SELECT 1",
            "SELECT setval('s',1)",
            "SELECT pg_terminate_backend(1)",
            "SELECT 1 INTO t",
            "DROP EXTENSION x",
            "DROP MEASUREMENT m",
            "ALTER SYSTEM SET a = 1",
            "SET GLOBAL a = 1",
            "RENAME TABLE a TO b",
            "SHUTDOWN",
            "KILL 5",
            "sp_rename 'a', 'b'",
            "xp_cmdshell 'x'",
            "BACKUP DATABASE d TO DISK = 'x'",
            "UNLOAD ('select 1') TO 's3://x'",
            "1; drop table t",
            "x; drop table t",
            "FOR u IN users REMOVE u IN users",
            "drop table if exists a",
            "create table t (a int)",
            "alter table t add column a int",
        ] {
            assert!(looks_like(text), "{text}");
        }
    }

    #[test]
    fn what_people_search_for_does_not() {
        for text in [
            "drop table of contents",
            "how to delete users",
            "how to drop table in postgres",
            "DELETE endpoint returns 500",
            "PUT request fails",
            "GET /api/users",
            "DO NOT MERGE",
            "IF condition is never true",
            "set up meeting",
            "use of force",
            "execute tests in parallel",
            "attach files to ticket",
            "vacuum cleaner",
            "kill switch",
            "call (555) 1234".strip_prefix("call ").unwrap_or_default(),
            "truncate long strings in python",
            "replace broken link",
            "for sale in Bonn",
            "begin the begin",
            "--verbose flag",
            "# heading",
            "create event for Friday",
            "alter ego",
            "backup strategy; restore notes",
            "shutdown hangs",
            "select option in dropdown",
            "merge conflicts using rebase",
        ] {
            assert!(!looks_like(text), "{text}");
        }
    }

    #[test]
    fn a_tool_that_asks_a_database_takes_more_for_a_statement() {
        for text in ["TRUNCATE x", "delete users", "UPDATE t", "x; flush y", "SHOW TABLES", "set a 1", "PURGE"] {
            assert!(may_be_statement(text), "{text}");
        }
        for text in ["open invoices", "update", "show me the way", "users", "load-balancer", "a; b", "start"] {
            assert!(!may_be_statement(text), "{text}");
        }
    }

    #[test]
    fn writing_words_count_wherever_they_stand() {
        for text in
            ["print 1 drop table t", "a; b", "DEL key", "flushall", "flashback table t to before drop", "exec sp_x"]
        {
            assert!(holds_writing_word(text), "{text}");
        }
        for text in ["rate(up[5m])", "up;", "users", "sum by (job) (rate(x[1m]))"] {
            assert!(!holds_writing_word(text), "{text}");
        }
    }
}
