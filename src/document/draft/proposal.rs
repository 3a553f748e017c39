//! What an agent proposes by `propose_plan`, read.

use serde_json::Value;

use super::{Draft, DraftDecision, DraftStep, MAX_OPTIONS, one_line};
use crate::model::{Size, StepId};

impl Draft {
    /// The draft that an agent proposes by `propose_plan {task, summary, questions[], steps[], risks[], checks[]}`. Steps are
    /// texts, or objects with `description`, `dependencies` (ids, or numbers from 1 on), `complexity`, `files`, `check`.
    ///
    /// # Errors
    /// What is wrong with the proposal, in words for the agent.
    pub fn of_proposal(args: &Value) -> Result<Self, String> {
        let text = |name: &str| args.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let list = |name: &str| match args.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items.clone()),
            Some(_) => Err(format!("`{name}` must be a list")),
        };
        let steps = list("steps")?;
        if steps.is_empty() {
            return Err("`steps` must name at least one step".to_owned());
        }
        let (mut drafted, mut decisions) = (Vec::new(), Vec::new());
        for (number, step) in (1..).zip(&steps) {
            let (step, options) = proposed_step(step, number, steps.len())?;
            if !options.is_empty() {
                let before = vec![StepId(number)];
                decisions.push(DraftDecision { text: String::new(), options, chosen: None, before });
            }
            drafted.push(step);
        }
        for decision in list("decisions")? {
            decisions.push(proposed_decision(&decision)?);
        }
        let questions = words_of(&list("questions")?, "questions", &["question", "text"])?;
        Ok(Self {
            task: text("task"),
            context: text("summary"),
            questions: questions.into_iter().map(|question| (question, None)).collect(),
            steps: drafted,
            decisions,
            checks: words_of(&list("checks")?, "checks", &["check", "command", "text"])?
                .into_iter()
                .map(|check| if check.contains('`') { check } else { format!("`{check}`") })
                .collect(),
            risks: list("risks")?.iter().map(proposed_risk).collect::<Result<_, _>>()?,
            out_of_scope: words_of(&list("out_of_scope")?, "out_of_scope", &["text"])?,
            log: Vec::new(),
        })
    }
}

fn first_text<'v>(value: &'v Value, names: &[&str]) -> Option<&'v str> {
    names.iter().find_map(|name| value.get(name)?.as_str()).map(str::trim).filter(|text| !text.is_empty())
}

fn words_of(items: &[Value], list: &str, names: &[&str]) -> Result<Vec<String>, String> {
    let word = |item: &Value| match item {
        Value::String(text) if !text.trim().is_empty() => Ok(one_line(text)),
        other => first_text(other, names).map(one_line).ok_or_else(|| format!("`{list}` must be a list of texts")),
    };
    items.iter().map(word).collect()
}

fn proposed_risk(risk: &Value) -> Result<(String, String), String> {
    if let Some(text) = risk.as_str() {
        let (risk, then) = [" → ", " -> ", " — "].iter().find_map(|mark| text.split_once(mark)).unwrap_or((text, ""));
        return Ok((one_line(risk), one_line(then)));
    }
    let what = first_text(risk, &["risk", "text", "description"]).ok_or("a risk must say what may go wrong")?;
    Ok((one_line(what), one_line(first_text(risk, &["mitigation"]).unwrap_or_default())))
}

fn proposed_decision(decision: &Value) -> Result<DraftDecision, String> {
    let text =
        first_text(decision, &["question", "text", "description"]).ok_or("a decision must say what it is about")?;
    let options = options_of(decision, &["options"])?;
    let before = ids_of(decision, &["before"], u32::MAX as usize)?;
    Ok(DraftDecision { text: one_line(text), options, chosen: None, before })
}

fn options_of(value: &Value, names: &[&str]) -> Result<Vec<String>, String> {
    let listed = names.iter().find_map(|name| value.get(name)?.as_array()).cloned().unwrap_or_default();
    let options = words_of(&listed, "options", &["text", "label"])?;
    if options.len() > MAX_OPTIONS { Err(format!("a decision has at most {MAX_OPTIONS} options")) } else { Ok(options) }
}

fn proposed_step(step: &Value, number: u32, of: usize) -> Result<(DraftStep, Vec<String>), String> {
    if let Some(text) = step.as_str().filter(|text| !text.trim().is_empty()) {
        return Ok((DraftStep { text: one_line(text), ..DraftStep::default() }, Vec::new()));
    }
    let text = first_text(step, &["description", "text", "title", "step"])
        .ok_or_else(|| format!("step {number} must say in `description` what is to be done"))?;
    let size = match ["complexity", "size"].iter().find_map(|name| step.get(name)).filter(|size| !size.is_null()) {
        None => None,
        Some(size) => {
            let size = size.as_u64().and_then(|size| u32::try_from(size).ok()).and_then(Size::new);
            Some(size.ok_or_else(|| format!("step {number}: `complexity` is a number from 1 to 5"))?)
        }
    };
    let after =
        ids_of(step, &["dependencies", "depends_on", "after"], of).map_err(|e| format!("step {number}: {e}"))?;
    let listed = step.get("files").and_then(Value::as_array).cloned().unwrap_or_default();
    let files = words_of(&listed, "files", &["path"]).map_err(|e| format!("step {number}: {e}"))?;
    let options = options_of(step, &["options", "decision_options", "decisionOptions"])?;
    let check = step.get("check").and_then(Value::as_bool).unwrap_or_default();
    Ok((DraftStep { text: one_line(text), after, size, check, files, ..DraftStep::default() }, options))
}

fn ids_of(value: &Value, names: &[&str], of: usize) -> Result<Vec<StepId>, String> {
    let listed = names.iter().find_map(|name| value.get(name)?.as_array()).cloned().unwrap_or_default();
    let id = |item: &Value| {
        let number = match item {
            Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
            Value::String(text) => text.trim().trim_start_matches("step-").trim_start_matches('S').parse().ok(),
            _ => None,
        };
        let there = number.filter(|n| (1..=of).contains(&(*n as usize)));
        there.map(StepId).ok_or_else(|| format!("{item} names no step of this proposal"))
    };
    listed.iter().map(id).collect()
}
