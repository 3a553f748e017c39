//! Other readers of bash: what our parser accepts they read as the same commands, where they read it at all.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use brush_parser::{ParserOptions, word};
use plangate::classify::shell::{assess, proof};
use plangate::model::Verdict;
use serde_json::Value;
use tree_sitter::{Node, Parser};

use super::dice::Dice;
use super::mutate;
use super::seeds::{Seeds, corpus};

/// How long each test takes generated lines, on a machine that is slow or busy.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// How many generated lines the parsers compare.
const LINES: u64 = 12_000;
/// How many of those that our parser accepts bash itself reads; each costs a process.
const FOR_BASH: usize = 1000;

fn fragments(dice: &mut Dice) -> String {
    (0..=dice.below(12)).map(|_| *dice.pick(proof::FRAGMENTS)).collect()
}

/// The text as both sides write it: continued lines are joined.
fn plain(text: &str) -> String {
    text.replace("\\\n", "")
}

/// The programs that brush-parser finds, in any order; `None` where it does not parse.
struct Brush {
    found: Vec<String>,
    options: ParserOptions,
    depth: usize,
}

impl Brush {
    fn programs(text: &str) -> Option<Vec<String>> {
        // bash knows extended patterns only after `shopt -s extglob`.
        let options = ParserOptions { enable_extended_globbing: false, ..ParserOptions::default() };
        let mut brush = Self { found: Vec::new(), options, depth: 0 };
        brush.program(text)?;
        brush.found.sort_unstable();
        Some(brush.found)
    }

    fn program(&mut self, text: &str) -> Option<()> {
        self.depth += 1;
        if self.depth > 70 {
            return None;
        }
        let tree = brush_parser::Parser::new(text.as_bytes(), &self.options).parse_program().ok()?;
        self.visit(&serde_json::to_value(&tree).ok()?)?;
        self.depth -= 1;
        Some(())
    }

    fn visit(&mut self, tree: &Value) -> Option<()> {
        match tree {
            Value::Array(items) => items.iter().try_for_each(|item| self.visit(item)),
            Value::Object(fields) => fields.iter().try_for_each(|(name, inner)| self.field(name, inner)),
            _ => Some(()),
        }
    }

    fn field(&mut self, name: &str, inner: &Value) -> Option<()> {
        match (name, inner) {
            ("Simple", command) => {
                let first = command["word_or_name"]["value"].as_str();
                // Behind `!` it takes the keyword for a program.
                let mut timed = command["suffix"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|word| word["Word"]["value"].as_str());
                let first = if first == Some("time") { timed.find(|word| *word != "-p") } else { first };
                self.found.extend(first.map(plain));
                self.visit(command)
            }
            // The second part is the whole word again.
            ("AssignmentWord", parts) => self.visit(&parts[0]),
            ("HereDocument", parts) if parts[1]["requires_expansion"] == true => {
                let pieces = word::parse_heredoc(parts[1]["doc"]["value"].as_str()?, &self.options).ok()?;
                self.pieces(&serde_json::to_value(pieces).ok()?)
            }
            ("HereDocument" | "loc" | "fname" | "here_end", _) => Some(()),
            ("value", Value::String(text)) => self.word(text),
            _ => self.visit(inner),
        }
    }

    fn word(&mut self, text: &str) -> Option<()> {
        let pieces = word::parse(text, &self.options).ok()?;
        self.pieces(&serde_json::to_value(pieces).ok()?)
    }

    /// The parts of a word; texts inside of a parameter expansion are words again.
    fn pieces(&mut self, tree: &Value) -> Option<()> {
        match tree {
            Value::Array(items) => items.iter().try_for_each(|item| self.pieces(item)),
            Value::Object(fields) => fields.iter().try_for_each(|(name, inner)| match (name.as_str(), inner) {
                ("CommandSubstitution" | "BackquotedCommandSubstitution", Value::String(script)) => {
                    self.program(script)
                }
                ("ParameterExpansion", inner) => self.texts(inner),
                ("ArithmeticExpression", inner) => self.word(inner["value"].as_str()?),
                (_, inner) => self.pieces(inner),
            }),
            _ => Some(()),
        }
    }

    fn texts(&mut self, tree: &Value) -> Option<()> {
        match tree {
            Value::Array(items) => items.iter().try_for_each(|item| self.texts(item)),
            Value::Object(fields) => fields.values().try_for_each(|inner| self.texts(inner)),
            Value::String(text) if text.contains(['$', '`']) => self.word(text),
            _ => Some(()),
        }
    }
}

/// The programs that tree-sitter-bash finds, in order; `None` where it does not parse.
fn tree_sitter_programs(text: &str) -> Option<Vec<String>> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).expect("both are of one version");
    let tree = parser.parse(text, None)?;
    if tree.root_node().has_error() {
        return None;
    }
    let mut found = Vec::new();
    collect(tree.root_node(), text, &mut found);
    found.sort_unstable();
    Some(found.into_iter().map(|(_, program)| program).collect())
}

fn collect(node: Node<'_>, text: &str, found: &mut Vec<(usize, String)>) {
    let said = |node: Node<'_>| (node.start_byte(), plain(&text[node.byte_range()]));
    match node.kind() {
        "command" => found.extend(program(node, text).map(said)),
        "declaration_command" | "unset_command" => found.extend(node.child(0).map(said)),
        // `[[` is grammar, `[` is a program.
        "test_command" => found.extend(node.child(0).filter(|open| open.kind() == "[").map(said)),
        _ => {}
    }
    for at in 0..node.child_count() {
        if let Some(child) = node.child(at) {
            collect(child, text, found);
        }
    }
}

/// The first word of a command; `time`, which tree-sitter-bash takes for a program, stands before it.
fn program<'t>(command: Node<'t>, text: &str) -> Option<Node<'t>> {
    let name = command.child_by_field_name("name")?;
    if &text[name.byte_range()] != "time" {
        return Some(name);
    }
    let mut cursor = command.walk();
    let mut arguments = command.children_by_field_name("argument", &mut cursor);
    arguments.find(|argument| &text[argument.byte_range()] != "-p")
}

/// Whether tree-sitter-bash 0.25.1 shows a program that is none, by one of the faults that were looked into: behind
/// `time` and `!` it takes keywords and assignments for programs, behind an assignment the number of a redirection, a
/// lone dollar sign in quotes for a command of its own; inside `[ ]` it takes an option before a redirection for one. It
/// loses a program whose name starts with a backslash, and the second of two substitutions in backquotes; a referee that
/// sees fewer programs than we do has nothing against us.
fn is_its_fault(ours: &[String], theirs: &[String]) -> bool {
    const KEYWORDS: &[&str] =
        &["if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "{", "}", "[["];
    let none = |name: &String| {
        KEYWORDS.contains(&name.as_str())
            || name.bytes().all(|b| b.is_ascii_digit())
            || name.contains('=')
            || name == "\"$\""
            || name.starts_with('-')
    };
    let mut seen = ours.iter();
    let sees_fewer = theirs.iter().all(|name| seen.any(|own| own == name));
    theirs.iter().any(none) || ours.iter().any(|name| name.contains('\\')) || sees_fewer
}

/// What the referees say of a line that our parser accepts.
#[derive(Default)]
struct Tally {
    accepted: u64,
    brush: u64,
    tree_sitter: u64,
    /// Lines that are writes all the same, mostly since no program has such a name.
    writes: u64,
    faults: u64,
    different: Vec<String>,
}

impl Tally {
    fn compare(&mut self, line: &str) {
        let Some(ours) = proof::programs(line) else { return };
        self.accepted += 1;
        let ours: Vec<String> = ours.into_iter().map(plain).collect();
        let mut sorted = ours.clone();
        sorted.sort_unstable();
        if let Some(theirs) = Brush::programs(line) {
            self.brush += 1;
            self.settle(line, "brush-parser", &sorted, &theirs);
        }
        if let Some(theirs) = tree_sitter_programs(line) {
            self.tree_sitter += 1;
            self.settle(line, "tree-sitter-bash", &ours, &theirs);
        }
    }

    fn settle(&mut self, line: &str, referee: &str, ours: &[String], theirs: &[String]) {
        if ours == theirs {
            return;
        }
        if assess(line).verdict == Verdict::Write {
            self.writes += 1;
        } else if referee == "tree-sitter-bash" && is_its_fault(ours, theirs) {
            self.faults += 1;
        } else {
            self.different.push(format!("{line:?}\n  ours {ours:?}\n  {referee} {theirs:?}"));
        }
    }

    fn report(&self, what: &str) {
        println!(
            "{what}: {} accepted, of which brush-parser read {} and tree-sitter-bash {}; {} read otherwise in lines that are writes, {} by a known fault in reads, {} others",
            self.accepted,
            self.brush,
            self.tree_sitter,
            self.writes,
            self.faults,
            self.different.len()
        );
        let first: Vec<&str> = self.different.iter().take(25).map(String::as_str).collect();
        assert!(self.different.is_empty(), "{}", first.join("\n"));
        assert!(self.accepted > 500 && self.brush > 300 && self.tree_sitter > 300, "the referees have read too little");
    }
}

fn samples(seeds: &Seeds) -> Vec<String> {
    let mut lines = seeds.harmless.clone();
    lines.extend(seeds.hostile.iter().cloned());
    lines.extend(corpus("bash-bypass"));
    lines
}

#[test]
fn other_parsers_see_the_same_commands_in_the_samples() {
    let mut tally = Tally::default();
    for line in samples(&Seeds::without_options()) {
        tally.compare(&line);
    }
    tally.report("samples");
}

#[test]
fn other_parsers_see_the_same_commands_in_generated_lines() {
    let seeds = Seeds::without_options();
    let mut tally = Tally::default();
    let start = Instant::now();
    for n in (0..LINES).take_while(|_| start.elapsed() < TIME_LIMIT) {
        let mut dice = Dice::new(5, n);
        tally.compare(&mutate::line(&seeds, &mut dice));
        tally.compare(&fragments(&mut dice));
    }
    tally.report("generated");
}

#[test]
fn bash_accepts_what_our_parser_accepts() {
    let seeds = Seeds::without_options();
    let generated = (0..)
        .map(|n| Dice::new(6, n))
        .map(|mut dice| if dice.one_in(2) { fragments(&mut dice) } else { mutate::line(&seeds, &mut dice) });
    let accepted = |line: &String| proof::programs(line).is_some() && !line.contains('\0');
    let lines: Vec<String> =
        samples(&seeds).into_iter().filter(accepted).chain(generated.filter(accepted).take(FOR_BASH)).collect();
    let start = Instant::now();
    let (mut read, mut refused) = (0, Vec::new());
    for line in lines.iter().take_while(|_| start.elapsed() < TIME_LIMIT) {
        read += 1;
        if !bash_reads(line) {
            refused.push(line);
        }
    }
    assert!(read > 200, "bash is too slow to tell anything");
    println!("bash -n read {read} of {} lines, and refused {}", lines.len(), refused.len());
    assert!(refused.is_empty(), "{refused:#?}");
}

fn bash_reads(line: &str) -> bool {
    let mut bash = Command::new("bash");
    bash.args(["--norc", "--noprofile", "-n", "-c", "--", line])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    bash.status().expect("bash is installed").success()
}
