//! What the scripted agent does: it gives the project `tally` an option `--total`.

use serde_json::{Value, json};

use super::agent::Call;

/// The task that the person gives.
pub(super) const TASK: &str = "add a total option";

const AGENT: &str = "main";
const TESTER: &str = "main/tester";

fn read(tool: &'static str, args: Value) -> Call {
    Call { agent: AGENT, tool, args, reason: "" }
}

fn write(agent: &'static str, tool: &'static str, args: Value, reason: &'static str) -> Call {
    Call { agent, tool, args, reason }
}

/// The agent explores, and proposes to change the tool.
pub(super) fn work() -> Vec<Call> {
    let sum_all = "# Reads the same lines in any order; prints one sum.\nsum_all() {\n    sum=0\n    \
                   while read -r _ amount; do\n        sum=$((sum + amount))\n    done\n    \
                   printf '%-8s %6d\\n' total \"$sum\"\n}\n";
    let first_line = "# Reads sorted lines of a category and an amount; prints each category with its sum.\n";
    vec![
        read("read_file", json!({ "path": "tally.sh" })),
        read("bash", json!({ "command": "wc -l data/march.txt" })),
        write(
            AGENT,
            "edit_file",
            json!({ "path": "lib/sum.sh", "old_string": "sum_categories() {", "new_string": "sum_all() {" }),
            "a function that adds up everything",
        ),
        read("read_file", json!({ "path": "lib/sum.sh" })),
        write(
            AGENT,
            "edit_file",
            json!({ "path": "lib/sum.sh", "old_string": first_line, "new_string": format!("{sum_all}\n{first_line}") }),
            "a function that adds up everything",
        ),
        write(
            AGENT,
            "edit_file",
            json!({
                "path": "tally.sh",
                "old_string": "file=${1:?usage: tally.sh FILE}\nsort \"$file\" | sum_by_category\n",
                "new_string": "total=no\nif [ \"${1-}\" = --total ]; then\n    total=yes\n    shift\nfi\n\
                               file=${1:?usage: tally.sh [--total] FILE}\nsort \"$file\" | sum_by_category\n\
                               [ $total = no ] || sum_all <\"$file\"\n",
            }),
            "the option itself",
        ),
        write(
            AGENT,
            "edit_file",
            json!({
                "path": "README.md",
                "old_string": "    sh tally.sh data/march.txt\n",
                "new_string": "    sh tally.sh data/march.txt\n    sh tally.sh --total data/march.txt\n",
            }),
            "people look here first",
        ),
        read("read_file", json!({ "path": "README.md" })),
    ]
}

/// An agent that the first one started adds the check.
pub(super) fn subagent_work() -> Vec<Call> {
    let expected = "books        47\nfood        145\ntravel      240\ntotal       432\n";
    vec![
        write(
            TESTER,
            "write_file",
            json!({ "path": "expected/total/march.txt", "content": expected }),
            "what --total should print",
        ),
        write(
            TESTER,
            "edit_file",
            json!({
                "path": "check.sh",
                "old_string": "[ \"$(sh tally.sh \"$ledger\")\" = \"$(cat \"expected/$name\")\" ]; then",
                "new_string": "[ \"$(sh tally.sh \"$ledger\")\" = \"$(cat \"expected/$name\")\" ] &&\n        \
                               [ \"$(sh tally.sh --total \"$ledger\")\" = \"$(cat \"expected/total/$name\")\" ]; then",
            }),
            "the check covers the option",
        ),
    ]
}

/// The last call before the interceptor dies.
pub(super) fn check() -> Call {
    write(AGENT, "bash", json!({ "command": "sh check.sh" }), "see that it works")
}

/// The first call after it has died.
pub(super) fn tidy_up() -> Call {
    write(AGENT, "delete_file", json!({ "path": "TODO.txt" }), "its only point is done")
}
