//! Lines that are judged reads are run, and nothing may have happened.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use plangate::classify::shell::proof;
use plangate::classify::{Policy, Surroundings, Trust, classify_in};
use plangate::model::{AgentPath, Mark, ServerHints, ToolCall, Verdict};

use super::dice::Dice;
use super::mutate;
use super::sandbox::{Mode, Outcome, Sandbox};
use super::seeds::{Seeds, corpus};
use super::words::{join, split};

/// How many lines run between two looks at the sandbox.
const BATCH: usize = 100;
/// How often a line that left a trace is run again while words are taken out of it.
const MINIMISING_RUNS: usize = 80;
/// How many failures with the same traces are looked at more closely.
const ALIKE: usize = 3;

/// Lines that may reach the network are run apart, so that a packet of any other line is a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Local,
    Network,
}

/// A line with its place.
#[derive(Debug, Clone)]
struct Trial {
    line: String,
    cwd: &'static str,
    reach: Reach,
}

/// A read that left traces.
#[derive(Debug)]
struct Failure {
    line: String,
    cwd: &'static str,
    traces: Vec<String>,
}

/// Runs batches, replaces a sandbox that is no longer clean, and finds who did it.
struct Runner {
    sandbox: Sandbox,
    executed: u64,
    /// The simple commands in the lines that were executed.
    commands: u64,
    late: BTreeMap<String, u64>,
    failures: Vec<Failure>,
    alike: BTreeMap<String, usize>,
}

impl Runner {
    fn new() -> Self {
        Self {
            sandbox: Sandbox::start(),
            executed: 0,
            commands: 0,
            late: BTreeMap::new(),
            failures: Vec::new(),
            alike: BTreeMap::new(),
        }
    }

    /// Runs one batch of lines with the same folder and reach.
    fn batch(&mut self, trials: &[Trial], mode: Mode) {
        let Some(first) = trials.first() else { return };
        let lines: Vec<&str> = trials.iter().map(|trial| trial.line.as_str()).collect();
        let outcome = self.sandbox.run(&lines, mode, first.cwd);
        self.executed += lines.len() as u64;
        self.commands +=
            lines.iter().filter_map(|line| proof::programs(line)).map(|found| found.len() as u64).sum::<u64>();
        for at in &outcome.late {
            let program = lines.get(*at).and_then(|line| line.split_whitespace().next()).unwrap_or_default();
            *self.late.entry(program.to_owned()).or_default() += 1;
        }
        if clean(&outcome, first.reach) {
            return;
        }
        self.sandbox = Sandbox::start();
        let before = self.failures.len();
        for trial in trials {
            let outcome = self.sandbox.run(&[&trial.line], mode, trial.cwd);
            if !clean(&outcome, trial.reach) {
                self.sandbox = Sandbox::start();
                self.fails(trial, outcome.traces, mode);
            }
        }
        if self.failures.len() == before {
            let line = format!("(only together) {}", lines.join("\n"));
            self.note(Failure { line, cwd: first.cwd, traces: outcome.traces });
        }
    }

    /// Runs the reads among lines, each by a shell of its own in the work tree.
    fn all(&mut self, lines: &[String]) {
        for reach in [Reach::Local, Reach::Network] {
            let reads = lines.iter().filter(|line| reach_of_read(line, WORK_TREE) == Some(reach));
            let trials: Vec<Trial> = reads.map(|line| Trial { line: line.clone(), cwd: WORK_TREE, reach }).collect();
            for batch in trials.chunks(20) {
                self.batch(batch, Mode::Fresh);
            }
        }
    }

    fn fails(&mut self, trial: &Trial, traces: Vec<String>, mode: Mode) {
        let alike = self.alike.entry(traces.join(" ")).or_default();
        *alike += 1;
        let line = if *alike > ALIKE { trial.line.clone() } else { self.minimised(trial, mode) };
        self.note(Failure { line, cwd: trial.cwd, traces });
    }

    fn note(&mut self, failure: Failure) {
        println!("FAILED in {}: {:?}\n       {}", failure.cwd, failure.line, told(&failure.traces));
        self.failures.push(failure);
    }

    /// The line without the words that its traces do not need.
    fn minimised(&mut self, trial: &Trial, mode: Mode) -> String {
        let mut words = split(&trial.line);
        if join(&words) != trial.line && !self.still_fails(&join(&words), trial, mode) {
            return trial.line.clone();
        }
        let mut runs = 0;
        let mut length = (words.len() / 2).max(1);
        loop {
            let mut at = 0;
            while at + length <= words.len() && words.len() > length && runs < MINIMISING_RUNS {
                let mut fewer = words.clone();
                fewer.drain(at..at + length);
                runs += 1;
                if self.still_fails(&join(&fewer), trial, mode) { words = fewer } else { at += 1 }
            }
            if length == 1 || runs >= MINIMISING_RUNS {
                return join(&words);
            }
            length = (length / 2).max(1);
        }
    }

    fn still_fails(&mut self, line: &str, trial: &Trial, mode: Mode) -> bool {
        if reach_of_read(line, trial.cwd) != Some(trial.reach) {
            return false;
        }
        let outcome = self.sandbox.run(&[line], mode, trial.cwd);
        let fails = !clean(&outcome, trial.reach);
        if fails {
            self.sandbox = Sandbox::start();
        }
        fails
    }
}

/// The first traces, which tell enough.
fn told(traces: &[String]) -> String {
    let more = if traces.len() > 6 { format!("; {} more", traces.len() - 6) } else { String::new() };
    format!("{}{more}", traces[..traces.len().min(6)].join("; "))
}

fn clean(outcome: &Outcome, reach: Reach) -> bool {
    outcome.traces.iter().all(|trace| reach == Reach::Network && trace.starts_with("network"))
}

/// Whether the line is a read, and of what; an endless one is `None` too, since it would only be ended.
fn reach_of_read(line: &str, cwd: &'static str) -> Option<Reach> {
    let call = ToolCall {
        tool: "bash".to_owned(),
        args: serde_json::json!({ "command": line }),
        cwd: cwd.into(),
        agent: AgentPath::main(),
        tool_call_id: None,
        reason: String::new(),
        hints: ServerHints::default(),
    };
    let assessment = classify_in(&call, Policy::built_in(), &World { cwd });
    if assessment.verdict != Verdict::Read || assessment.marks.contains(&Mark::Endless) || line.contains('\0') {
        return None;
    }
    Some(if assessment.marks.contains(&Mark::Network) { Reach::Network } else { Reach::Local })
}

/// The tree in which the lines run, as a door would see it.
#[derive(Debug)]
struct World {
    cwd: &'static str,
}

impl Surroundings for World {
    fn here(&self) -> Trust {
        Trust::Own
    }

    fn holds(&self, _: &str) -> bool {
        false
    }

    fn holds_above(&self, _: &str) -> bool {
        false
    }

    fn holds_options(&self, folder: &str) -> bool {
        // Every file of that folder is called like an option, and to these anybody may write.
        const ODD: [&str; 2] = ["globs", "tmp"];
        ODD.iter().any(|odd| self.cwd.contains(odd) || folder.contains(odd))
    }
}

/// A number from the environment.
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn verdict_on(failures: &[Failure]) {
    let mut text = String::new();
    for failure in failures {
        writeln!(text, "in {}: {:?}: {}", failure.cwd, failure.line, told(&failure.traces))
            .expect("a string takes all");
    }
    assert!(failures.is_empty(), "{} reads left traces:\n{text}", failures.len());
}

/// Programs that need a tenth of a second and more to start, in which most of the time would go.
const SLOW: &str = "npm npx pnpm yarn bun node deno gcloud terraform tofu kubectl helm docker podman aws az gh glab pip pip3 uv \
    poetry cargo rustc go java mvn gradle pandoc sleep php ruby perl exiftool ack cloc python3 python apt ctags man shellcheck \
    ffprobe ping dig host nslookup gem bundle composer systemctl journalctl yq rustup hyperfine apt-cache jar javac \
    dpkg shasum vmstat curl wget xzgrep bzgrep zgrep zstdgrep svn";
/// Programs that need a hundredth.
const HEAVY: &str = "rg fd fdfind git gpg bat batcat ag lsof parallel jq mlr busybox sqlite3 openssl xmllint man file";

/// Lets through all lines of quick programs, and some of the others.
fn affordable(line: &str, dice: &mut Dice) -> bool {
    let holds = |names: &str| {
        line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .any(|word| names.split_ascii_whitespace().any(|name| name == word))
    };
    if holds(SLOW) { dice.one_in(200) } else { !holds(HEAVY) || dice.one_in(4) }
}

const FOLDERS: &[&str] = &[WORK_TREE, WORK_TREE, WORK_TREE, WORK_TREE, WORK_TREE, "/w/globs", "/w/src", "/home/user"];
const WORK_TREE: &str = "/w";

/// Generates lines, runs those that are judged reads, and fails on the first trace.
///
/// `PLANGATE_PROOF_SECONDS` and `PLANGATE_PROOF_LINES` bound the run, `PLANGATE_PROOF_SEED` repeats one.
#[test]
fn generated_reads_leave_no_trace() {
    let limit = Duration::from_secs(setting("PLANGATE_PROOF_SECONDS", 75));
    let most = setting("PLANGATE_PROOF_LINES", u64::MAX);
    let seed = setting("PLANGATE_PROOF_SEED", 1);
    let seeds = Seeds::gather();
    assert!(
        seeds.harmless.len() > 500 && seeds.hostile.len() > 500 && seeds.programs.len() > 100,
        "the seeds are there"
    );
    println!(
        "seed {seed}: {} programs, {} lines to change",
        seeds.programs.len(),
        seeds.harmless.len() + seeds.hostile.len()
    );
    let mut runner = Runner::new();
    let (mut generated, mut reads) = (0_u64, 0_u64);
    let mut known: HashSet<u64> = HashSet::new();
    let mut queues: BTreeMap<(&str, bool), Vec<Trial>> = BTreeMap::new();
    let (start, mut told) = (Instant::now(), Instant::now());
    let mut round = 0;
    while start.elapsed() < limit && runner.executed < most {
        let mut dice = Dice::new(seed, round);
        round += 1;
        for _ in 0..BATCH {
            let line = mutate::line(&seeds, &mut dice);
            generated += 1;
            let cwd = *dice.pick(FOLDERS);
            let Some(reach) = reach_of_read(&line, cwd) else { continue };
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            if !known.insert(hasher.finish()) {
                continue;
            }
            if !affordable(&line, &mut dice) {
                continue;
            }
            reads += 1;
            let queue = queues.entry((cwd, reach == Reach::Network)).or_default();
            queue.push(Trial { line, cwd, reach });
            if queue.len() == BATCH {
                let mode = if round % 8 == 0 { Mode::Fresh } else { Mode::Eval };
                let batch = std::mem::take(queue);
                runner.batch(&batch, mode);
            }
        }
        if told.elapsed() > Duration::from_secs(60) {
            told = Instant::now();
            println!(
                "{} s: {generated} generated, {reads} reads, {} run with {} commands, {} failed, late {:?}",
                start.elapsed().as_secs(),
                runner.executed,
                runner.commands,
                runner.failures.len(),
                worst(&runner.late)
            );
        }
    }
    println!(
        "seed {seed}, {} s: {generated} lines generated, {reads} different reads among them, {} run with {} simple commands, {} ran out of time, {} left traces",
        start.elapsed().as_secs(),
        runner.executed,
        runner.commands,
        runner.late.values().sum::<u64>(),
        runner.failures.len()
    );
    assert!(runner.executed >= BATCH as u64, "nothing was run");
    verdict_on(&runner.failures);
}

fn worst(late: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut late: Vec<_> = late.iter().map(|(program, count)| (program.as_str(), *count)).collect();
    late.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    late.truncate(8);
    late
}

/// Without this the test above would prove nothing.
#[test]
fn the_sandbox_sees_every_kind_of_effect() {
    for (line, trace) in [
        ("touch x", "new /w/x"),
        ("echo x > a.txt", "changed /w/a.txt"),
        ("echo b >> data.csv", "changed /w/data.csv"),
        ("rm a.txt", "deleted /w/a.txt"),
        ("rm -r /home/user/notes", "deleted /home/user/notes"),
        ("chmod 600 a.txt", "mode /w/a.txt"),
        ("chmod 700 /tmp", "mode /tmp"),
        ("touch -d 2001-01-01 a.txt", "changed /w/a.txt"),
        ("ln a.txt b", "changed /w/a.txt"),
        ("mkdir /var/new", "new /var/new"),
        ("touch x; rm x", "touched /w"),
        ("echo x > /etc/passwd", "changed /etc/passwd"),
        ("touch /new", "new /new"),
        ("touch /dev/shm/new", "new /dev/shm/new"),
        ("cp a.txt c && mv c a.txt", "changed /w/a.txt"),
        ("./tool.sh", "executed /w/tool.sh "),
        ("make", "executed made"),
        ("sudo ls", "executed /canary/bin/sudo ls"),
        ("python3 setup.py", "executed python setup"),
        ("cd evil && git status", "executed fsmonitor"),
        ("cd evil && git diff", "executed process"),
        ("cd other && git status", "executed fsmonitor"),
        ("echo x > /dev/tcp/127.0.0.1/80", "network: sent or tried to"),
        ("echo x > /dev/udp/192.0.2.1/53", "network: sent or tried to"),
        ("getent hosts example.org", "network: sent or tried to"),
        (
            "python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect(\"/run/docker.sock\")'",
            "network: connected to /run/docker.sock",
        ),
        ("hostname other", "the machine's name is other"),
        ("pkill -9 sleep", "another process was stopped, ended or slowed"),
        ("pkill -STOP sleep", "another process was stopped, ended or slowed"),
        ("renice -n 19 -p $(pgrep sleep)", "another process was stopped, ended or slowed"),
        ("setsid sleep 100 >/dev/null &\n", ""),
    ] {
        for mode in [Mode::Eval, Mode::Fresh] {
            let mut sandbox = Sandbox::start();
            let outcome = sandbox.run(&["true", line, "ls"], mode, "/w");
            assert!(
                trace.is_empty() || outcome.traces.iter().any(|seen| seen.starts_with(trace)),
                "{line}: {:?}",
                outcome.traces
            );
        }
    }
    let mut sandbox = Sandbox::start();
    let outcome = sandbox.run(
        &["ls", "cat a.txt", "git status", "sleep 5", "cat <<E\nx\nE\n", "sort args.txt | uniq -c"],
        Mode::Eval,
        "/w",
    );
    assert_eq!(outcome.traces, Vec::<String>::new());
    assert_eq!(outcome.late, [3], "a line that does not end is ended");
}

/// The harmless samples that are judged reads leave no trace here.
#[test]
fn the_harmless_samples_that_are_judged_reads_leave_no_trace() {
    let mut runner = Runner::new();
    runner.all(&corpus("bash-readonly"));
    assert!(runner.executed > 300, "most harmless samples are judged reads");
    println!(
        "{} harmless samples that are judged reads were run, {} left traces",
        runner.executed,
        runner.failures.len()
    );
    verdict_on(&runner.failures);
}

/// Lines that somebody else wrote, one each in the file that `PLANGATE_PROOF_FILE` names.
#[test]
#[ignore = "needs a file of lines"]
fn reads_among_the_lines_of_a_file_leave_no_trace() {
    let path = std::env::var("PLANGATE_PROOF_FILE").expect("PLANGATE_PROOF_FILE names a file");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let lines: HashSet<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    let mut runner = Runner::new();
    runner.all(&lines);
    println!(
        "{} lines, {} judged reads and run, late {:?}, {} left traces",
        lines.len(),
        runner.executed,
        worst(&runner.late),
        runner.failures.len()
    );
    verdict_on(&runner.failures);
}
