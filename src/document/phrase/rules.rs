//! The rules: a pattern over a whole clause, and what it says. The first that takes a clause holds.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::reference::{self, StepRef};
use super::{ChoiceRef, Said, SpotRef};

type Meaning = fn(&Captures<'_>) -> Option<Said>;

/// Words in front that ask and add nothing.
static POLITE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:(?:please|ok(?:ay)?|now|then|also|first|and|so|well|yes|can you|could you|would you|will you|let's|let us|i want you to|i'd like you to|go ahead and|you can|you should|we should|just)\b[ ,:]*)+",
    )
});

/// Words at the end that say nothing about the edit.
static TAIL: LazyLock<Regex> = LazyLock::new(|| regex(r"[, ]+(?:please|thanks|thank you)$"));

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?i){pattern}")).expect("the rules are fixed, and a test reads them all")
}

/// A clause without its politeness.
pub(super) fn bare(clause: &str) -> &str {
    let clause = TAIL.find(clause).map_or(clause, |tail| &clause[..tail.start()]);
    let polite = POLITE.find(clause).map_or(0, |found| found.end());
    &clause[polite..]
}

/// What a clause says, if a rule takes all of it.
pub(super) fn clause(clause: &str) -> Option<Said> {
    let clause = bare(clause);
    RULES.iter().find_map(|(pattern, meaning)| meaning(&pattern.captures(clause)?))
}

static RULES: LazyLock<Vec<(Regex, Meaning)>> = LazyLock::new(|| {
    let compiled = PATTERNS.iter().map(|(pattern, meaning)| (regex(&format!("^(?:{pattern})$")), *meaning));
    compiled.collect()
});

/// Every rule. Groups: `s` a step, `l` several, `o` another step, `t` words that are kept as they are, `n` a number.
const PATTERNS: &[(&str, Meaning)] = &[
    (r"undo(?: (?:it|that|this|the last (?:edit|change to the plan)))?", |_| Some(Said::Undo(1))),
    (r"undo (?:the )?last (?P<n>\d{1,3}) edits?", |c| Some(Said::Undo(number(c, "n")))),
    (r"redo(?: (?:it|that|this|the last edit))?", |_| Some(Said::Redo(1))),
    (r"redo (?:the )?last (?P<n>\d{1,3}) edits?", |c| Some(Said::Redo(number(c, "n")))),
    // Decision points and questions, before steps: their words may look like a place.
    (r"(?:choose|pick|select|take) +(?P<d>d\d+) *[:=,]? *(?P<t>.+)", choose),
    (
        r"(?:choose|pick|select|take) +(?:option +)?(?P<t>[a-z]) +(?:for|in|on|at) +(?:decision +(?:point +)?)?(?P<d>d\d+)",
        choose,
    ),
    (r"(?:choose|pick|select|take) +(?P<t>new: *.+) +for +(?P<d>d\d+)", choose),
    (r"(?P<d>d\d+) *[:=] *(?P<t>.+)", choose),
    (
        r"add +(?:(?:a|another|new) +)*decision(?: +point)?:? +(?P<t>.+?)[ ,:;]+(?:with +(?:the +)?)?options?:? +(?P<o>.+?)(?:,? +before +(?P<l>.+))?",
        add_decision,
    ),
    (r"(?:add|ask) +(?:(?:a|another|the|new) +)*question:? +(?P<t>.+)", |c| Some(Said::AddQuestion(words(c, "t")?))),
    (r"answer +(?P<q>q\d+)(?: *[:=]| +with| +by)? +(?P<t>.+)", answer),
    (r"(?P<q>q\d+) *[:=] *(?P<t>.+)", answer),
    // Leaving out and taking in.
    (r"(?:unskip|un-skip|re-?enable|reinstate|bring +back|do +not +skip +any +more) +(?P<l>.+)", |c| {
        Some(Said::Unskip(steps(c, "l")?))
    }),
    (r"(?:skip|leave +out|omit) +(?P<l>.+?)[, ]+(?:because|since) +(?P<t>.+)", |c| {
        Some(Said::Skip(steps(c, "l")?, words(c, "t")))
    }),
    (r"(?:skip|leave +out|omit) +(?P<l>.+)", |c| Some(Said::Skip(steps(c, "l")?, None))),
    (r"(?:remove|delete|drop) +(?P<l>.+)", |c| Some(Said::Remove(steps(c, "l")?))),
    // Order.
    (
        r"(?:move|put|place|do) +(?P<s>.+?) +(?:up +)?(?:to +)?(?:right +|directly +|just +)?(?P<w>before|after|ahead +of|behind) +(?P<o>.+)",
        |c| Some(Said::Move(step(c, "s")?, beside(c, "w", "o")?)),
    ),
    (
        r"(?:move|put|place) +(?P<s>.+?) +(?:up +|down +)?(?:to|at) +(?:the +)?(?:very +)?(?P<w>start|beginning|top|front|end|bottom)(?: +of +the +(?:plan|list))?",
        |c| Some(Said::Move(step(c, "s")?, edge(c, "w"))),
    ),
    (r"(?:move|put|place|do) +(?P<s>.+?) +(?P<w>first|last)", |c| Some(Said::Move(step(c, "s")?, edge(c, "w")))),
    (r"(?:move|put) +(?P<s>.+?) +(?:up +|down +)?to +(?:position +|place +|number +|#)?(?P<n>\d+)", |c| {
        Some(Said::Move(step(c, "s")?, SpotRef::At(number(c, "n"))))
    }),
    (r"move +(?P<s>.+?) +(?P<w>up|down)(?: +(?:by +)?(?P<n>\d{1,4}|one|two|three)(?: +places?)?)?", |c| {
        let by = c.name("n").map_or(Some(1), |n| reference::counted(n.as_str()))?;
        let by = i32::try_from(by).ok()?;
        let down = c["w"].eq_ignore_ascii_case("down");
        Some(Said::Move(step(c, "s")?, SpotRef::By(if down { by } else { -by })))
    }),
    // New steps.
    (r"(?:add|insert) +(?P<t>.+) +between +(?P<s>.+) +and +(?P<o>.+)", |c| {
        Some(Said::Add(new_step(c)?, SpotRef::Between(step(c, "s")?, step(c, "o")?)))
    }),
    (r"(?:add|insert|put) +(?P<t>.+) +(?:right|directly|immediately) +(?P<w>before|after) +(?P<o>.+)", add_beside),
    (r"(?:add|insert|put) +(?P<t>.+) +(?P<w>before|after) +(?P<o>.+)", add_beside),
    (r"(?P<w>before|after) +(?P<o>.+?),? +(?:add|insert) +(?P<t>.+)", add_beside),
    (
        r"(?:add|insert|append) +(?P<t>.+) +(?:at|to) +(?:the +)?(?:very +)?(?P<w>start|beginning|top|front|end|bottom)(?: +of +the +(?:plan|list))?",
        |c| Some(Said::Add(new_step(c)?, edge(c, "w"))),
    ),
    (r"(?:add|insert|append) +(?P<t>.+) +as +(?:the +)?(?P<w>first|last|final) +step", |c| {
        Some(Said::Add(new_step(c)?, edge(c, "w")))
    }),
    (r"(?:add|append) +(?:(?:a|an|another|one more|new|final|last) +)*step(?: *: *| +to +| +)(?P<t>.+)", |c| {
        Some(Said::Add(words(c, "t")?, SpotRef::End))
    }),
    // Words.
    (
        r"(?:change|update|rewrite|reword|replace|rename) +(?P<s>.+?) *(?:: +| +(?:to +read|to +say|to|with|into|as) +)(?P<t>.+)",
        |c| Some(Said::Change(step(c, "s")?, words(c, "t")?)),
    ),
    (r"(?:split|break) +(?:up +)?(?P<s>.+?) +(?:up +)?(?:in|into) *:? +(?P<t>.+)", |c| {
        Some(Said::Split(step(c, "s")?, parts(&c["t"])?))
    }),
    (r"(?:merge|combine|fold) +(?P<s>.+?) +(?:into|with) +(?P<o>.+)", |c| {
        Some(Said::Merge(vec![step(c, "s")?, step(c, "o")?], None))
    }),
    (r"(?:merge|combine|join) +(?P<l>.+?) +(?:into +one|together)(?: +step)?", |c| merge(c, None)),
    (r"(?:merge|combine|join) +(?P<l>.+?) +(?:into|as|to) *:? +(?P<t>.+)", |c| merge(c, words(c, "t"))),
    (r"(?:merge|combine|join) +(?P<l>.+)", |c| merge(c, None)),
    // Dependencies and sizes.
    (
        r"(?:make|let|have) +(?P<s>.+?) +(?:depend(?:ent)?s? +(?:up)?on|come +after|wait +for|run +after) +(?P<l>.+)",
        |c| Some(Said::Depend(step(c, "s")?, steps(c, "l")?)),
    ),
    (
        r"(?P<s>.+?) +(?:(?:should|must|has +to|needs +to) +)?(?:depends? +(?:up)?on|comes? +after|waits? +for|runs? +after) +(?P<l>.+)",
        |c| Some(Said::Depend(step(c, "s")?, steps(c, "l")?)),
    ),
    (r"make +(?P<s>.+?) +independent +(?:of|from) +(?P<l>.+)", |c| Some(Said::Free(step(c, "s")?, steps(c, "l")?))),
    (r"make +(?P<s>.+?) +independent", |c| Some(Said::Free(step(c, "s")?, Vec::new()))),
    (r"(?P<s>.+?) +(?:does +not|doesn't|no +longer|should +not|shouldn't) +depends? +on +(?P<l>.+)", |c| {
        Some(Said::Free(step(c, "s")?, steps(c, "l")?))
    }),
    (r"(?:set +)?(?:the +)?(?:size|complexity)(?: +of)? +(?P<s>.+?)(?: +(?:to|is|as|at)|:)? +(?P<n>\d{1,4})", size),
    (r"(?:make|set) +(?P<s>.+?) +(?:to +)?(?:a +)?(?:size|complexity)(?: +(?:to|of))? +(?P<n>\d{1,4})", size),
    (r"(?P<s>.+?) +(?:is|has) +(?:a +)?(?:size|complexity)(?: +of)? +(?P<n>\d{1,4})", size),
];

fn step(captures: &Captures<'_>, name: &str) -> Option<StepRef> {
    reference::one(&captures[name])
}

fn steps(captures: &Captures<'_>, name: &str) -> Option<Vec<StepRef>> {
    reference::several(&captures[name])
}

/// A number too large for any plan is still a number: it names a place that is not there.
fn number(captures: &Captures<'_>, name: &str) -> u32 {
    captures[name].parse().unwrap_or(u32::MAX)
}

/// Words as they were said, without quotes around all of them.
fn words(captures: &Captures<'_>, name: &str) -> Option<String> {
    let said = captures.name(name)?.as_str().trim();
    let quoted = [('"', '"'), ('“', '”')].into_iter().find_map(|(open, close)| {
        let inside = said.strip_prefix(open)?.strip_suffix(close)?;
        (!inside.contains([open, close])).then_some(inside)
    });
    Some(quoted.unwrap_or(said).trim().to_owned()).filter(|words| !words.is_empty())
}

/// The words of a new step, without "a step to".
fn new_step(captures: &Captures<'_>) -> Option<String> {
    static LEAD: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"^(?:(?:a|an|another|one more|new|extra)\s+)*steps?(?:\s*:\s*|\s+(?:to|for|that)\s+|\s+)")
    });
    let said = words(captures, "t")?;
    let rest = LEAD.find(&said).map_or(said.as_str(), |lead| &said[lead.end()..]);
    let rest = rest.trim().trim_matches(['"', '“', '”']);
    // "add it after step 3": whoever says so means something said before.
    let pronoun = ["it", "this", "that", "them", "these", "those", "one", "something"];
    let means_nothing = rest.is_empty() || pronoun.iter().any(|word| rest.eq_ignore_ascii_case(word));
    (!means_nothing).then(|| rest.to_owned())
}

fn beside(captures: &Captures<'_>, side: &str, of: &str) -> Option<SpotRef> {
    let step = step(captures, of)?;
    let before =
        captures[side].eq_ignore_ascii_case("before") || captures[side].to_ascii_lowercase().starts_with("ahead");
    Some(if before { SpotRef::Before(step) } else { SpotRef::After(step) })
}

fn add_beside(captures: &Captures<'_>) -> Option<Said> {
    Some(Said::Add(new_step(captures)?, beside(captures, "w", "o")?))
}

fn edge(captures: &Captures<'_>, name: &str) -> SpotRef {
    match captures[name].to_ascii_lowercase().as_str() {
        "start" | "beginning" | "top" | "front" | "first" => SpotRef::Start,
        _ => SpotRef::End,
    }
}

fn merge(captures: &Captures<'_>, text: Option<String>) -> Option<Said> {
    let steps = steps(captures, "l")?;
    (steps.len() > 1).then_some(Said::Merge(steps, text))
}

fn size(captures: &Captures<'_>) -> Option<Said> {
    Some(Said::Size(step(captures, "s")?, number(captures, "n")))
}

fn answer(captures: &Captures<'_>) -> Option<Said> {
    Some(Said::Answer(captures["q"].to_ascii_uppercase().parse().ok()?, words(captures, "t")?))
}

fn choose(captures: &Captures<'_>) -> Option<Said> {
    let id = captures["d"].to_ascii_uppercase().parse().ok()?;
    let said = words(captures, "t")?;
    let lower = said.to_ascii_lowercase();
    let option = ["option ", "choice "].iter().find(|word| lower.starts_with(**word)).map_or(0, |word| word.len());
    let choice = said[option..].trim();
    let new = ["new:", "other:", "new option:"].iter().find(|word| lower.starts_with(**word)).map(|word| word.len());
    let letter = choice.chars().next().filter(|c| choice.len() == 1 && c.is_ascii_alphabetic());
    let choice = match (new, letter) {
        (Some(new), _) => ChoiceRef::New(Some(said[new..].trim()).filter(|text| !text.is_empty())?.to_owned()),
        (None, Some(letter)) => ChoiceRef::Letter(letter),
        (None, None) => ChoiceRef::Words(choice.to_owned()),
    };
    Some(Said::Choose(id, choice))
}

fn add_decision(captures: &Captures<'_>) -> Option<Said> {
    let before = match captures.name("l") {
        Some(steps) => reference::several(steps.as_str())?,
        None => Vec::new(),
    };
    let said = &captures["o"];
    let mark = ["|", ";", ","].into_iter().find(|mark| said.contains(mark)).unwrap_or(" or ");
    let clean = |option: &str| option.trim().trim_start_matches("or ").trim_matches(['"', '“', '”']).trim().to_owned();
    let options: Vec<String> = said.split(mark).map(clean).filter(|option| !option.is_empty()).collect();
    (options.len() > 1).then_some(Said::AddDecision(words(captures, "t")?, options, before))
}

/// The parts of a split: quoted ones, else by `;`, `|`, commas and "and".
fn parts(said: &str) -> Option<Vec<String>> {
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| regex(r#"["“]([^"“”]+)["”]"#));
    static JOINT: LazyLock<Regex> = LazyLock::new(|| regex(r",\s+and\s+|,\s+|\s+and\s+"));
    let quoted: Vec<String> = QUOTED.captures_iter(said).map(|c| c[1].trim().to_owned()).collect();
    let listed =
        |parts: Vec<&str>| parts.into_iter().map(|part| part.trim().to_owned()).filter(|p| !p.is_empty()).collect();
    let parts: Vec<String> = if quoted.len() > 1 {
        quoted
    } else if let Some(mark) = [';', '|'].into_iter().find(|mark| said.contains(*mark)) {
        listed(said.split(mark).collect())
    } else {
        listed(JOINT.split(said).collect())
    };
    (parts.len() > 1).then_some(parts)
}
