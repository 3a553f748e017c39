//! Statements that read, statements that do not, and texts that only look harmless.

use super::*;

fn read(text: &str) {
    assert_eq!(reads(text), Ok(()), "{text}");
}

fn refused(text: &str) {
    let refusal = reads(text).expect_err(text);
    assert!(refusal.span.end <= text.len() && refusal.span.start <= refusal.span.end, "{text}: {refusal:?}");
}

#[test]
fn plain_queries_read() {
    for text in [
        "SELECT 1",
        "select * from users where name = 'O''Brien' order by id limit 10;",
        "SELECT count(*), lower(u.name) FROM \"Users\" u JOIN orders o ON (o.user_id = u.id) GROUP BY 2 HAVING count(*) > 1",
        "WITH recent(id, at) AS (SELECT id, at FROM t WHERE at > now() - interval '1 day') SELECT * FROM recent",
        "WITH RECURSIVE tree AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM tree WHERE n < 5) SELECT n FROM tree",
        "(SELECT a FROM b) UNION (SELECT c FROM d)",
        "SELECT replace(name, 'a', 'b'), t.update FROM t -- all of them\n WHERE id IN (1, 2)",
        "SELECT `a b`, [c d] FROM `p.d.t`",
        "SELECT x::text, $1, :name, ? FROM t /* plain */",
        "SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t",
        "SELECT substring(a FOR 3) FROM t",
        "SHOW TABLES",
        "SHOW CREATE TABLE users",
        "SHOW search_path",
        "DESCRIBE users",
        "EXPLAIN SELECT * FROM t",
        "EXPLAIN (FORMAT JSON) SELECT * FROM t",
        "EXPLAIN QUERY PLAN SELECT * FROM t",
        "PRAGMA table_info(users)",
        "PRAGMA main.table_info(users);",
        "VALUES (1), (2)",
        "SELECT * FROM generate_series(1, 3) AS g(n)",
    ] {
        read(text);
    }
}

#[test]
fn what_writes_locks_or_is_unknown_is_refused() {
    for text in [
        "",
        ";",
        "-- nothing",
        "DELETE FROM t",
        "SELECT 1; DROP TABLE t",
        "SELECT * INTO backup FROM t",
        "SELECT * FROM t INTO OUTFILE '/tmp/x'",
        "SELECT * FROM t FOR UPDATE",
        "SELECT * FROM t FOR NO KEY UPDATE",
        "SELECT * FROM t LOCK IN SHARE MODE",
        "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
        "WITH x AS (SELECT 1) UPDATE t SET a = 1",
        "EXPLAIN ANALYZE SELECT 1",
        "EXPLAIN (ANALYZE, BUFFERS) SELECT 1",
        "EXPLAIN DELETE FROM t",
        "EXPLAIN PLAN FOR SELECT 1",
        "SELECT nextval('s')",
        "SELECT setval('s', 1)",
        "SELECT pg_terminate_backend(1)",
        "SELECT pg_sleep (100)",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT load_extension('x')",
        "SELECT \"pg_terminate_backend\"(1)",
        "SELECT [dbo].[wipe](1)",
        "SELECT pg_catalog.set_config('a', 'b', false)",
        "SELECT lower /* a */ (x), dblink('a', 'b') FROM t",
        "SELECT NEXT VALUE FOR s",
        "SELECT s.nextval() FROM dual",
        "SELECT @a := 1",
        "SET ROLE admin",
        "USE other",
        "CALL p()",
        "EXEC sp_who",
        "COPY t TO '/tmp/x'",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema(1)",
        "PRAGMA user_version = 3",
        "PRAGMA optimize",
        "VACUUM",
        "BEGIN",
        "DO $$ BEGIN DELETE FROM t; END $$",
        "SHOW TABLES; DROP TABLE t",
        "describe t; delete from t",
        "HANDLER t OPEN",
        "TABLE t",
    ] {
        refused(text);
    }
}

/// Each would hide a statement from a reader of another dialect.
#[test]
fn texts_that_dialects_cut_differently_are_refused() {
    for text in [
        r"SELECT 'a\'; DROP TABLE t; -- '",
        r#"SELECT "a\"; DROP TABLE t; -- ""#,
        "SELECT 1 /*! ; DROP TABLE t */",
        "SELECT 1 /*!50000 INTO OUTFILE 'x' */",
        "SELECT 1 /* /* */ ; DROP TABLE t -- */ */",
        "SELECT 1 --1; DROP TABLE t",
        "SELECT 1 # '\n; DROP TABLE t -- '",
        "SELECT $$'$$; DROP TABLE t; --'",
        "SELECT $a$'$a$; DROP TABLE t; --'",
        "SELECT [a'] ; DROP TABLE t -- ']",
        "SELECT `a'` ; DROP TABLE t -- '",
        "SELECT q'[it's]'; DROP TABLE t --'",
        "SELECT '''a'b''' ; DROP TABLE t --'",
        "SELECT 1 -- x\r; DROP TABLE t",
        "SELECT 'open",
        "SELECT\u{a0}1",
        "SELECT 1\0",
        "SELECT 1 /* open",
        "SELECT '\0'",
        "SELECT 2INTO backup FROM t",
        "SELECT 1.INTO backup FROM t",
        "SELECT 0xfINTO FROM t",
    ] {
        refused(text);
    }
}

#[test]
fn words_to_search_for_do_not_look_like_sql() {
    for text in [
        "update on the incident",
        "select a good model",
        "delete button broken",
        "drop in sales",
        "is:open",
        "with love",
        "create a plan",
        "explain recursion",
        "",
        "insert key",
        "call mom",
        "execution",
    ] {
        assert!(!looks_like(text), "{text}");
    }
    for text in [
        "DELETE FROM t",
        " ; drop table t",
        "update t set a = 1",
        "SELECT * FROM t",
        "select 1; delete from t",
        "with x as (delete from t returning *) select 1",
        "/* hi */ delete from t",
        "truncate table t",
        "(select a from b)",
    ] {
        assert!(looks_like(text), "{text}");
    }
}

#[test]
fn long_texts_take_linear_time() {
    refused(&"SELECT 1 ".repeat(20_000));
    let long = format!("SELECT {}1", "(".repeat(30_000));
    assert_eq!(reads(&long), Ok(()), "depth costs nothing, for nothing recurses");
}
