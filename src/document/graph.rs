//! The order of a plan: which changes may happen together, drawn as text, Mermaid or DOT.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use super::changes::{links, target};
use super::{Document, Step, draft};
use crate::model::wave::{self, Needs};
use crate::model::{ChangeId, PendingPlan, Phase, ProposedChange, StepId};

/// The graph of a plan's open changes.
#[derive(Debug)]
pub struct Graph<'p> {
    changes: Vec<&'p ProposedChange>,
    links: BTreeMap<ChangeId, StepId>,
    needs: Needs,
    /// The changes that may happen together, group by group.
    pub waves: Vec<Vec<ChangeId>>,
    root: &'p Path,
}

/// Why there is no order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Circle {
    /// Steps that come after each other.
    #[error("{} come after each other", listed(.0))]
    Steps(Vec<StepId>),
    /// Changes that would have to wait for each other.
    #[error("{} would have to wait for each other", listed(.0))]
    Changes(Vec<ChangeId>),
}

fn listed<T: ToString>(ids: &[T]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Derives the graph: from what the changes need, and from what the steps they belong to come after.
///
/// # Errors
/// What would have to wait for itself.
pub fn graph<'p>(document: Option<&Document>, plan: &'p PendingPlan, root: &'p Path) -> Result<Graph<'p>, Circle> {
    let changes: Vec<&ProposedChange> = plan.proposed_changes.iter().filter(|c| c.state.is_open()).collect();
    let links = document.map(|document| links(document, plan, root)).unwrap_or_default();
    let mut needs = wave::needs(&changes);
    if let Some(document) = document {
        let mut of_step: BTreeMap<StepId, Vec<ChangeId>> = BTreeMap::new();
        for change in &changes {
            if let Some(step) = links.get(&change.id) {
                of_step.entry(*step).or_default().push(change.id);
            }
        }
        for (step, nearest) in nearest(document, &of_step).map_err(Circle::Steps)? {
            let before: Vec<ChangeId> = nearest.iter().flat_map(|step| &of_step[step]).copied().collect();
            for id in of_step.get(&step).into_iter().flatten() {
                needs.entry(*id).or_default().extend(&before);
            }
        }
    }
    // A document says what is to be done before it is checked; without one a check stands where it was queued.
    let checks: BTreeSet<ChangeId> =
        changes.iter().filter(|change| change.phase == Phase::Validate).map(|change| change.id).collect();
    let last = if document.is_some() { checks.clone() } else { BTreeSet::new() };
    let order = wave::order(&needs, &last).map_err(Circle::Changes)?;
    let waves = wave::groups(&order, &needs, |id| checks.contains(id));
    Ok(Graph { changes, links, needs, waves, root })
}

/// The order of a plan's open changes: as they were queued, unless the document or what they need says otherwise.
///
/// # Errors
/// What would have to wait for itself.
pub fn order(document: Option<&Document>, plan: &PendingPlan, root: &Path) -> Result<Vec<ChangeId>, Circle> {
    Ok(graph(document, plan, root)?.waves.concat())
}

/// For each step the steps with changes after which it comes; through one without changes, those before that.
fn nearest(
    document: &Document,
    of_step: &BTreeMap<StepId, Vec<ChangeId>>,
) -> Result<BTreeMap<StepId, BTreeSet<StepId>>, Vec<StepId>> {
    let steps: BTreeMap<StepId, &Step> = document.steps.iter().filter_map(|step| Some((step.id?, step))).collect();
    let mut found: BTreeMap<StepId, BTreeSet<StepId>> = BTreeMap::new();
    for id in step_order(document)? {
        let mut own = BTreeSet::new();
        for needed in steps.get(&id).into_iter().flat_map(|step| &step.after) {
            if of_step.contains_key(needed) {
                own.insert(*needed);
            } else {
                own.extend(found.get(needed).into_iter().flatten());
            }
        }
        found.insert(id, own);
    }
    Ok(found)
}

/// The steps in the order in which they are carried out: as they stand in the document, each after those it comes after.
///
/// # Errors
/// The steps that come after each other in a circle, with what waits for them.
pub fn step_order(document: &Document) -> Result<Vec<StepId>, Vec<StepId>> {
    let ids: Vec<StepId> = document.steps.iter().filter_map(|step| step.id).collect();
    let places: BTreeMap<StepId, ChangeId> = ids.iter().copied().zip((0..).map(ChangeId)).collect();
    let needs: Needs = document
        .steps
        .iter()
        .filter_map(|step| {
            Some((places[&step.id?], step.after.iter().filter_map(|id| places.get(id)).copied().collect()))
        })
        .collect();
    let back = |order: Vec<ChangeId>| order.into_iter().map(|place| ids[place.0 as usize]).collect::<Vec<_>>();
    wave::order(&needs, &BTreeSet::new()).map(back).map_err(back)
}

impl Graph<'_> {
    /// What each change needs to have happened before it.
    pub fn into_needs(self) -> Needs {
        self.needs
    }

    fn change(&self, id: ChangeId) -> Option<&ProposedChange> {
        self.changes.iter().find(|change| change.id == id).copied()
    }

    /// What each needs beyond what that needs anyway.
    fn edges(&self) -> Vec<(ChangeId, ChangeId)> {
        let mut edges = Vec::new();
        for (id, own) in &self.needs {
            let through = |needed: &ChangeId| {
                own.iter().any(|other| other != needed && self.needs.get(other).is_some_and(|o| o.contains(needed)))
            };
            edges.extend(own.iter().filter(|needed| !through(needed)).map(|needed| (*needed, *id)));
        }
        edges
    }

    fn label(&self, change: &ProposedChange) -> String {
        let step = self.links.get(&change.id).map_or(String::new(), |step| format!(" ({step})"));
        format!("{} {} {}{step}", change.id, change.action.sign(), target(change, self.root))
    }

    /// The waves as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        if self.waves.is_empty() {
            out.push_str("no open changes\n");
        }
        for (number, wave) in (1..).zip(&self.waves) {
            let checks = wave.iter().filter_map(|id| self.change(*id)).all(|change| change.phase == Phase::Validate);
            let _ = writeln!(out, "wave {number}{}", if checks { ", checks" } else { "" });
            for change in wave.iter().filter_map(|id| self.change(*id)) {
                let own = self.edges_of(change.id);
                let after = if own.is_empty() { String::new() } else { format!("  after {}", own.join(", ")) };
                let _ = writeln!(out, "  {}{after}", self.label(change));
            }
        }
        out
    }

    fn edges_of(&self, id: ChangeId) -> Vec<String> {
        let Some(own) = self.needs.get(&id) else { return Vec::new() };
        let through = |needed: &ChangeId| {
            own.iter().any(|other| other != needed && self.needs.get(other).is_some_and(|o| o.contains(needed)))
        };
        own.iter().filter(|needed| !through(needed)).map(ToString::to_string).collect()
    }

    /// As a Mermaid flow chart (mermaid.js.org).
    pub fn mermaid(&self) -> String {
        let mut out = String::from("flowchart TD\n");
        for (number, wave) in (1..).zip(&self.waves) {
            let _ = writeln!(out, "  subgraph wave{number} [\"wave {number}\"]");
            for change in wave.iter().filter_map(|id| self.change(*id)) {
                let _ = writeln!(out, "    {}[\"{}\"]", change.id, entities(&self.label(change)));
            }
            let _ = writeln!(out, "  end");
        }
        for (from, to) in self.edges() {
            let _ = writeln!(out, "  {from} --> {to}");
        }
        out
    }

    /// As DOT (graphviz.org).
    pub fn dot(&self) -> String {
        let mut out = String::from("digraph plan {\n  rankdir=LR;\n  node [shape=box];\n");
        for change in &self.changes {
            let label = self.label(change).replace('\\', "\\\\").replace('"', "\\\"");
            let _ = writeln!(out, "  {} [label=\"{label}\"];", change.id);
        }
        for wave in &self.waves {
            let ids: Vec<_> = wave.iter().map(ToString::to_string).collect();
            let _ = writeln!(out, "  {{ rank=same; {}; }}", ids.join("; "));
        }
        for (from, to) in self.edges() {
            let _ = writeln!(out, "  {from} -> {to};");
        }
        out.push_str("}\n");
        out
    }
}

/// Characters that end a Mermaid label, as its entities.
fn entities(label: &str) -> String {
    let mut out = String::new();
    for c in draft::one_line(label).chars() {
        match c {
            '"' | '#' | '<' | '>' | '&' | ';' | '`' | '[' | ']' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Queue, root};
    use super::*;

    fn queue() -> Queue {
        Queue::new().create("a.rs").create("b.rs").edit("a.rs").check("cargo test").run("make gen").edit("c.rs")
    }

    #[test]
    fn without_a_document_the_order_is_that_of_the_queue_and_neighbours_that_are_independent_are_one_wave() {
        let queue = queue();
        let graph = graph(None, &queue.0, root()).expect("no circle");
        assert_eq!(graph.waves.concat(), [1, 2, 3, 4, 5, 6].map(ChangeId));
        assert_eq!(
            graph.text(),
            "wave 1\n  c1 + a.rs\n  c2 + b.rs\nwave 2\n  c3 ~ a.rs  after c1\nwave 3, checks\n  c4 $ `cargo test`  after c2, c3\n\
             wave 4\n  c5 $ `make gen`  after c2, c3\nwave 5\n  c6 ~ c.rs  after c5\n"
        );
    }

    #[test]
    fn with_a_document_checks_are_one_pass_at_the_end() {
        let queue = queue();
        let document = Document::parse("## Steps\n");
        let graph = graph(Some(&document), &queue.0, root()).expect("no circle");
        assert_eq!(
            graph.text(),
            "wave 1\n  c1 + a.rs\n  c2 + b.rs\nwave 2\n  c3 ~ a.rs  after c1\nwave 3\n  c5 $ `make gen`  after c2, c3\nwave 4\n  \
             c6 ~ c.rs  after c5\nwave 5, checks\n  c4 $ `cargo test`  after c2, c3\n"
        );
    }

    #[test]
    fn what_a_step_comes_after_orders_its_changes_even_through_steps_without_any() {
        let queue = Queue::new().create("a.rs").create("b.rs");
        let text = "## Steps\n- S1 a {files a.rs; after S2}\n- S2 nothing {after S3}\n- S3 b {files b.rs}\n";
        let document = Document::parse(text);
        let found = graph(Some(&document), &queue.0, root()).expect("no circle");
        assert_eq!(found.waves, [[ChangeId(2)], [ChangeId(1)]]);
        let circle = Document::parse(text.replace("b {", "b {after S1; "));
        assert_eq!(
            graph(Some(&circle), &queue.0, root()).expect_err("a circle"),
            Circle::Steps(vec![StepId(1), StepId(2), StepId(3)])
        );
    }

    #[test]
    fn steps_are_carried_out_as_they_stand_each_after_those_it_comes_after() {
        let order = |steps: &str| step_order(&Document::parse(format!("## Steps\n{steps}"))).map(|ids| joined(&ids));
        let joined_in = |steps: &str| order(steps).expect("no circle");
        assert_eq!(joined_in("- S1 a\n- S5 b\n- S2 c {after S1}\n- S6 d\n"), "S1 S5 S2 S6");
        assert_eq!(joined_in("- S3 a {after S1}\n- S2 b\n- S1 c {after S9}\n"), "S2 S1 S3");
        assert_eq!(order("- S1 a {after S2}\n- S2 b {after S1}\n"), Err(vec![StepId(1), StepId(2)]));
    }

    fn joined(ids: &[StepId]) -> String {
        ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn drawings_hold_every_change_and_every_edge_and_no_foreign_syntax() {
        let queue = Queue::new().create("a\"];.rs").run("echo \"x\" && `y`");
        let graph = graph(None, &queue.0, root()).expect("no circle");
        let mermaid = graph.mermaid();
        assert!(mermaid.contains("c1[\"c1 + a#34;#93;#59;.rs\"]") && mermaid.contains("c1 --> c2"), "{mermaid}");
        let dot = graph.dot();
        assert!(dot.contains("c1 [label=\"c1 + a\\\"];.rs\"];") && dot.contains("c1 -> c2;"), "{dot}");
    }
}
