//! How fast the shell classifier is and how often it errs, beside others on the same lines in the same run.
//!
//! `benches/peers/setup.sh` once, then `cargo bench --bench classifier`. The lines are those of
//! `fixtures/corpora`, or of the folder that `PLANGATE_CORPORA` names; it holds `bash-bypass.jsonl` and
//! `bash-readonly.jsonl` with a `cmd` a line. A line's time is the shortest of some rounds.

use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use plangate::classify::shell::assess;
use plangate::model::Verdict;

const ROUNDS: usize = 7;
const P99_TO_REACH: Duration = Duration::from_micros(20);
const LONG_LINE_TO_REACH: Duration = Duration::from_millis(5);
const TIMES_TO_REACH: f64 = 5.0;

/// What one classifier said of each line, and how long it took.
struct Run {
    name: &'static str,
    /// Whether the line passes; none for programs that only parse.
    passes: Option<Vec<bool>>,
    times: Vec<Duration>,
}

struct Lines {
    all: Vec<String>,
    /// How many of them, at the front, are hostile.
    hostile: usize,
}

fn main() {
    let lines = gather();
    let runs: Vec<Run> = [
        Some(judge("plangate", &lines, |line| assess(line).verdict == Verdict::Read)),
        Some(parse("shell-words 1.1, split alone", &lines, |line| {
            let _ = black_box(shell_words::split(line));
        })),
        Some(tree_sitter(&lines)),
        peer("sh-guard 0.1.10 (tree-sitter)", "sh-guard", &lines),
    ]
    .into_iter()
    .flatten()
    .collect();
    table(&lines, &runs);
    let longest = long_lines();
    goals(&runs, longest);
}

fn gather() -> Lines {
    let folder = std::env::var_os("PLANGATE_CORPORA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpora"), PathBuf::from);
    let read = |name: &str| -> Vec<String> {
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let values = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line is JSON"));
        values
            .filter_map(|value| value["cmd"].as_str().map(str::to_owned))
            .filter(|line| !line.contains('\0'))
            .collect()
    };
    let mut all = read("bash-bypass.jsonl");
    let hostile = all.len();
    all.extend(read("bash-readonly.jsonl"));
    println!("{hostile} hostile and {} harmless lines of {}\n", all.len() - hostile, folder.display());
    Lines { all, hostile }
}

fn judge(name: &'static str, lines: &Lines, passes: impl Fn(&str) -> bool) -> Run {
    let answers = lines.all.iter().map(|line| passes(line)).collect();
    let timed = parse(name, lines, |line| {
        black_box(passes(black_box(line)));
    });
    Run { passes: Some(answers), ..timed }
}

fn parse(name: &'static str, lines: &Lines, mut step: impl FnMut(&str)) -> Run {
    let mut times = vec![Duration::MAX; lines.all.len()];
    for _ in 0..ROUNDS {
        for (line, best) in lines.all.iter().zip(&mut times) {
            let start = Instant::now();
            step(line);
            *best = (*best).min(start.elapsed());
        }
    }
    Run { name, passes: None, times }
}

/// The least that any classifier on this grammar costs.
fn tree_sitter(lines: &Lines) -> Run {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).expect("both are of one version");
    parse("tree-sitter-bash 0.25, parse alone", lines, |line| {
        black_box(parser.parse(line, None));
    })
}

/// A program that times itself; see `benches/peers`.
fn peer(name: &'static str, program: &str, lines: &Lines) -> Option<Run> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers").join(program);
    let mut child = Command::new(&path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|_| println!("{name} is not there: run benches/peers/setup.sh\n"))
        .ok()?;
    let mut input = child.stdin.take().expect("it is piped");
    for line in &lines.all {
        write!(input, "{line}\0").expect("the peer reads its lines");
    }
    drop(input);
    let output = child.wait_with_output().expect("the peer ends");
    let text = String::from_utf8(output.stdout).expect("the peer answers in text");
    let (passes, times): (Vec<bool>, Vec<Duration>) = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(passes, time)| (passes == "1", Duration::from_nanos(time.parse().expect("a number"))))
        .unzip();
    assert_eq!(times.len(), lines.all.len(), "{name} answered for every line");
    Some(Run { name, passes: Some(passes), times })
}

impl Run {
    fn percentile(&self, percent: usize) -> Duration {
        let mut times = self.times.clone();
        times.sort_unstable();
        times[(times.len() * percent).div_ceil(100).max(1) - 1]
    }

    #[expect(clippy::cast_precision_loss, reason = "there are some thousand lines")]
    fn rate(&self) -> f64 {
        self.times.len() as f64 / self.times.iter().sum::<Duration>().as_secs_f64()
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are some thousand lines")]
fn table(lines: &Lines, runs: &[Run]) {
    println!("| | lines/s | median | p99 | hostile passed | harmless passed |");
    println!("|---|---:|---:|---:|---:|---:|");
    for run in runs {
        let errors = run.passes.as_ref().map_or(["–".to_owned(), "–".to_owned()], |passes| {
            let (hostile, harmless) = passes.split_at(lines.hostile);
            let count = |answers: &[bool]| answers.iter().filter(|passes| **passes).count();
            let share = 100.0 * count(harmless) as f64 / harmless.len() as f64;
            [
                format!("{} of {}", count(hostile), hostile.len()),
                format!("{} of {} ({share:.1} %)", count(harmless), harmless.len()),
            ]
        });
        let [median, p99] = [50, 99].map(|percent| microseconds(run.percentile(percent)));
        println!("| {} | {:.0} | {median} | {p99} | {} | {} |", run.name, run.rate(), errors[0], errors[1]);
    }
}

fn microseconds(time: Duration) -> String {
    format!("{:.2} µs", time.as_secs_f64() * 1e6)
}

/// How long a line may be.
const LONGEST: usize = 65_536;

/// A line of 64 KiB: a start, as many of a piece as fit and the caps of the parser let through, an end. What is left
/// is a comment.
struct Shape {
    name: &'static str,
    start: &'static str,
    piece: &'static str,
    most: usize,
    end: &'static str,
}

const fn shape(name: &'static str, start: &'static str, piece: &'static str, most: usize, end: &'static str) -> Shape {
    Shape { name, start, piece, most, end }
}

/// As many words, and as many commands, as are read.
const WORDS: usize = 8000;
const COMMANDS: usize = 500;
const ANY: usize = usize::MAX;

#[rustfmt::skip]
const SHAPES: &[Shape] = &[
    shape("one word", "echo ", "a", ANY, ""),
    shape("words", "echo ", "a ", WORDS, ""),
    shape("paths", "cat ", "./x ", WORDS, ""),
    shape("quoted words", "echo ", "'a' ", WORDS, ""),
    shape("quotes in one word", "echo ", "'a'\"b\"", WORDS / 2, ""),
    shape("escapes in quotes", "echo \"", "\\$", WORDS, "\""),
    shape("options", "git log ", "--oneline ", ANY, ""),
    shape("letters in a cluster", "git log -", "i", ANY, ""),
    shape("clusters", "git log ", "-i ", WORDS, ""),
    shape("numbers", "git log ", "-1 ", WORDS, ""),
    shape("clusters in many commands", "", "git log -iiiiiii;", COMMANDS, ""),
    shape("commands", "", "ls;", COMMANDS, ""),
    shape("more commands than are read", "", "ls;", ANY, ""),
    shape("pipes", "", "ls | ", COMMANDS, "ls"),
    shape("unknown programs", "", "$x;", COMMANDS, ""),
    shape("assignments", "", "x=1;", COMMANDS, ""),
    shape("more assignments than are read", "", "a=b ", ANY, ""),
    shape("redirections", "ls ", "<a ", COMMANDS, ""),
    shape("a here-document", "cat <<E\n", "a\n", ANY, "E\n"),
    shape("expansions in a here-document", "cat <<E\n", "$x\n", WORDS, "E\n"),
    shape("here-documents", "", "cat <<E\nE\n", COMMANDS / 2, ""),
    shape("braces in one word", "echo ", "{a,b}", ANY, ""),
    shape("braces in words", "echo ", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b} ", 20, ""),
    shape("nested braces", "echo ", "{{{{{{{{{{{{{{{{a,b}}}}}}}}}}}}}}}} ", 7, ""),
    shape("patterns", "ls ", "* ", WORDS, ""),
    shape("variables", "echo ", "$x ", WORDS, ""),
    shape("variables in a loop's words", "for x in ", "a$x ", WORDS, "; do ls; done"),
    shape("variables that depend on each other", "e=$d;d=$c;c=$b;b=$a;a=$e;for e in ", "$a$b ", WORDS / 2, "; do ls; done"),
    shape("arithmetic", "echo $((", "1+", ANY, "1))"),
    shape("expansions in arithmetic", "echo $((", "$x+", WORDS, "1))"),
    shape("nested arithmetic", "echo $(($(($(($(($(($(($(($(($(($((", "x+", ANY, "1))))))))))))))))))))"),
    shape("words of a test", "[[ ", "a == b && ", WORDS / 3, "a ]]"),
    shape("arms of a case", "case x in ", "a) ls;; ", COMMANDS, "esac"),
    shape("functions", "", "f() { ls; }; f;", COMMANDS / 3, ""),
    shape("predicates of find", "find . ", "-printf x ", WORDS / 2, ""),
    shape("commands of find", "find . ", "-exec ls {} + ", 60, ""),
    shape("words for xargs", "ls | xargs timeout 1 xargs timeout 1 xargs ls ", "a ", WORDS, ""),
    shape("a script", "bash -c '", "ls;", COMMANDS, "'"),
    shape("a script of sed", "sed -n '", "1p;", ANY, "' f"),
    shape("a program of awk", "awk '", "{print $1} ", ANY, "' f"),
    shape("a program of awk with integers", "n=1; awk \"$n$n$n ", "{print} ", ANY, "\" f"),
    shape("a long text of SQL", "sqlite3 -readonly a.db '", "select 1;", ANY, "'"),
    shape("not closed", "echo ", "$(", ANY, ""),
];

impl Shape {
    fn line(&self) -> String {
        let room = LONGEST - self.start.len() - self.end.len();
        let mut line = self.start.to_owned();
        line.push_str(&self.piece.repeat((room / self.piece.len()).min(self.most)));
        line.push_str(self.end);
        if let Some(left) = (LONGEST - line.len()).checked_sub(3) {
            line.push_str("\n#");
            line.push_str(&"a".repeat(left));
        }
        line
    }
}

fn time_of(line: &str) -> Duration {
    let times = (0..5).map(|_| {
        let start = Instant::now();
        black_box(assess(black_box(line)));
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

/// The longest time that a line of 64 KiB takes.
fn long_lines() -> Duration {
    println!("\n| 64 KiB of | ms | verdict |\n|---|---:|---|");
    let mut slowest = Duration::ZERO;
    for shape in SHAPES {
        let line = shape.line();
        let time = time_of(&line);
        slowest = slowest.max(time);
        println!("| {} | {:.2} | {} |", shape.name, time.as_secs_f64() * 1e3, assess(&line).verdict);
    }
    let (time, piece) = repeated_pieces();
    println!("| one of 200 others, made of {piece:?} | {:.2} | |", time.as_secs_f64() * 1e3);
    slowest.max(time)
}

/// Lines that are one piece over and over, most of which no shell reads; the longest time of them.
fn repeated_pieces() -> (Duration, &'static str) {
    let mut slowest = (Duration::ZERO, "");
    for piece in [
        "a",
        "a ",
        "(",
        "$(",
        "'",
        "\"",
        "{a,",
        "{a,b}",
        "x=1;",
        "ls;",
        "ls|",
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
        "-a ",
        "echo $x;x=$x;",
        "'a' ",
        "\"$x\" ",
        "f() { ls; };f;",
        "cat <a ",
        "ls # a\n",
    ] {
        for start in ["", "echo ", "find . ", "bash -c '", "awk '", "sed '", "git log "] {
            let mut line = format!("{start}{}", piece.repeat(LONGEST / piece.len()));
            line.truncate(LONGEST);
            slowest = slowest.max((time_of(&line), piece));
        }
    }
    slowest
}

fn goals(runs: &[Run], longest: Duration) {
    let say = |what: String, met: bool| println!("- {what}: {}", if met { "met" } else { "**missed**" });
    println!();
    let ours = &runs[0];
    for other in runs.iter().filter(|run| run.name.contains("tree-sitter")) {
        let ratio = ours.rate() / other.rate();
        say(format!("{TIMES_TO_REACH} times as fast as {}: {ratio:.1} times", other.name), ratio >= TIMES_TO_REACH);
    }
    let p99 = ours.percentile(99);
    say(format!("99 of 100 lines below {P99_TO_REACH:?}: {}", microseconds(p99)), p99 < P99_TO_REACH);
    say(format!("64 KiB below {LONG_LINE_TO_REACH:?}: {longest:.2?}"), longest < LONG_LINE_TO_REACH);
}
