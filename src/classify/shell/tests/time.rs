//! No line takes long.

use crate::classify::shell::assess;

#[test]
fn long_lines_take_time_in_proportion_to_their_length() {
    let start = std::time::Instant::now();
    for piece in [
        "a",
        "a ",
        "(",
        "$(",
        "'",
        "\"",
        "{a,",
        "x=1;",
        "ls;",
        "$x",
        "\\\n",
        "${x:-",
        "`",
        "<<E\n",
        "if ",
        "[[ ",
        "$((1+",
        "~",
        "*",
        "a=b ",
        "echo $x;x=$x;",
        "-a",
    ] {
        let line = piece.repeat(65_536 / piece.len());
        assess(&line);
        assess(&format!("echo {line}"));
        assess(&format!("find . {line}"));
        assess(&format!("awk '{line}'"));
        assess(&format!("sed '{line}'"));
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
