//! How a file is laid out, so that what is put in looks as if it had always been there.

use serde_json::Value;

/// How entries are laid out at one depth of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// What ends a line; `None` if everything stands on one line.
    line_end: Option<&'static str>,
    /// What an entry's line begins with.
    margin: String,
    /// What each further depth begins with in addition.
    unit: String,
}

impl Layout {
    /// The layout of a file that does not exist yet, as Claude Code writes its own.
    pub(super) fn new_file() -> Self {
        Self { line_end: Some("\n"), margin: String::new(), unit: "  ".to_owned() }
    }

    /// Everything on one line.
    pub(super) fn one_line() -> Self {
        Self { line_end: None, margin: String::new(), unit: String::new() }
    }

    /// The layout of the object that stands at `range` of a file, as its first entry shows it.
    pub(super) fn of(text: &str, range: &jsonc_parser::common::Range) -> Self {
        let inside = &text[range.start + 1..range.end - 1];
        let lead = &inside[..inside.len() - inside.trim_start().len()];
        let unit = lead.rsplit('\n').next().unwrap_or_default();
        let unit = if unit.is_empty() { "  " } else { unit };
        Self { line_end: line_end(lead), margin: String::new(), unit: unit.to_owned() }
    }

    /// The same, so much deeper.
    pub(super) fn indented(&self, depth: usize) -> Self {
        Self { margin: format!("{}{}", self.margin, self.unit.repeat(depth)), ..self.clone() }
    }

    /// The same for an entry before which `lead` stands.
    pub(super) fn led_by(&self, lead: &str) -> Self {
        let margin = lead.rsplit('\n').next().unwrap_or_default().to_owned();
        Self { line_end: line_end(lead), margin, unit: self.unit.clone() }
    }

    /// Writes `value` behind this layout's margin. White space stands behind every bracket that opens.
    pub(super) fn render(&self, value: &Value) -> String {
        match value {
            Value::Object(members) if !members.is_empty() => {
                let inner = self.indented(1);
                let entries = members
                    .iter()
                    .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), inner.render(value)));
                self.bracket('{', &entries.collect::<Vec<_>>(), '}')
            }
            Value::Array(items) if !items.is_empty() => {
                let inner = self.indented(1);
                self.bracket('[', &items.iter().map(|item| inner.render(item)).collect::<Vec<_>>(), ']')
            }
            other => other.to_string(),
        }
    }

    fn bracket(&self, open: char, entries: &[String], close: char) -> String {
        let Some(line_end) = self.line_end else { return format!("{open} {} {close}", entries.join(", ")) };
        let inner = self.indented(1).margin;
        let between = format!(",{line_end}{inner}");
        format!("{open}{line_end}{inner}{}{line_end}{}{close}", entries.join(&between), self.margin)
    }
}

fn line_end(white_space: &str) -> Option<&'static str> {
    match white_space {
        text if text.contains("\r\n") => Some("\r\n"),
        text if text.contains('\n') => Some("\n"),
        _ => None,
    }
}
