//! What an MCP server says that it offers: the list that a person trusts, or not.

use serde_json::{Map, Value};

use super::{Digest, ServerHints};

/// The most tools that one server may list.
pub const MAX_TOOLS: usize = 4096;

/// The largest list that is kept: 4 MiB of JSON.
const MAX_LIST_BYTES: usize = 4 << 20;

/// The tools of one server: names, schemas and annotations, by name, in one form whatever the order they came in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToolList {
    tools: Vec<ListedTool>,
}

/// One tool of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedTool {
    /// Its name, as the server spells it.
    pub name: String,
    /// Its annotations.
    pub hints: ServerHints,
    /// What the digest covers of it, keys sorted.
    value: Value,
}

/// A text or value that is no list of tools.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolListError {
    /// It is no array.
    #[error("`tools` must be a list")]
    NoList,
    /// There are too many.
    #[error("`tools` holds more than {MAX_TOOLS} tools")]
    TooMany,
    /// It is too large.
    #[error("`tools` holds more than 4 MiB")]
    TooLarge,
    /// An entry has no name, or one that another has too.
    #[error("each tool needs a name of its own")]
    Name,
    /// The annotations are not understood.
    #[error("the annotations of `{tool}` are not understood")]
    Annotations {
        /// The tool.
        tool: String,
    },
}

impl ToolList {
    /// Reads what `tools/list` of the Model Context Protocol returns as `tools`.
    ///
    /// Of each tool its name, input and output schema and annotations count; descriptions may change freely.
    pub fn parse(value: &Value) -> Result<Self, ToolListError> {
        let items = value.as_array().ok_or(ToolListError::NoList)?;
        if items.len() > MAX_TOOLS {
            return Err(ToolListError::TooMany);
        }
        let mut tools = items.iter().map(ListedTool::parse).collect::<Result<Vec<_>, _>>()?;
        tools.sort_by(|left, right| left.name.cmp(&right.name));
        if tools.windows(2).any(|pair| pair[0].name == pair[1].name) {
            return Err(ToolListError::Name);
        }
        let list = Self { tools };
        if list.canonical().len() > MAX_LIST_BYTES { Err(ToolListError::TooLarge) } else { Ok(list) }
    }

    /// The tools, by name.
    pub fn tools(&self) -> &[ListedTool] {
        &self.tools
    }

    /// The list as one JSON text: tools by name, keys sorted, no blanks.
    pub fn canonical(&self) -> String {
        Value::Array(self.tools.iter().map(|tool| tool.value.clone()).collect()).to_string()
    }

    /// The digest of [`canonical`](Self::canonical).
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical().as_bytes())
    }
}

impl ListedTool {
    fn parse(item: &Value) -> Result<Self, ToolListError> {
        let name =
            item.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()).ok_or(ToolListError::Name)?;
        let hints = match item.get("annotations") {
            None | Some(Value::Null) => ServerHints::default(),
            Some(annotations) => serde_json::from_value(annotations.clone())
                .map_err(|_| ToolListError::Annotations { tool: name.to_owned() })?,
        };
        let kept = ["annotations", "inputSchema", "name", "outputSchema"];
        let fields = kept.iter().filter_map(|key| Some(((*key).to_owned(), sorted(item.get(*key)?))));
        Ok(Self { name: name.to_owned(), hints, value: Value::Object(fields.collect()) })
    }
}

/// The same value with the keys of every object in order.
pub(crate) fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_unstable();
            Value::Object(keys.into_iter().map(|key| (key.clone(), sorted(&fields[key]))).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list(value: &Value) -> ToolList {
        ToolList::parse(value).expect("a list")
    }

    #[test]
    fn order_and_descriptions_do_not_count_and_everything_else_does() {
        let first = list(&json!([
            {"name": "b", "inputSchema": {"type": "object", "properties": {"x": {}, "y": {}}}},
            {"name": "a", "description": "one", "annotations": {"readOnlyHint": true, "title": "A"}},
        ]));
        let same = list(&json!([
            {"annotations": {"title": "A", "readOnlyHint": true}, "name": "a", "description": "two"},
            {"name": "b", "inputSchema": {"properties": {"y": {}, "x": {}}, "type": "object"}},
        ]));
        assert_eq!((first.digest(), first.canonical()), (same.digest(), same.canonical()));
        assert_eq!(first, list(&serde_json::from_str(&first.canonical()).expect("JSON")));
        for other in [
            json!([{"name": "a", "annotations": {"readOnlyHint": true, "title": "A"}}]),
            json!([{"name": "a", "annotations": {"readOnlyHint": false, "title": "A"}}, {"name": "b"}]),
            json!([{"name": "a", "annotations": {"title": "A"}}, {"name": "b", "inputSchema": {"type": "object"}}]),
        ] {
            assert_ne!(first.digest(), list(&other).digest(), "{other}");
        }
    }

    #[test]
    fn what_is_no_list_of_tools_is_refused() {
        for (value, expected) in [
            (json!({}), ToolListError::NoList),
            (json!([{}]), ToolListError::Name),
            (json!([{"name": ""}]), ToolListError::Name),
            (json!([{"name": "a"}, {"name": "a"}]), ToolListError::Name),
            (
                json!([{"name": "a", "annotations": {"readOnlyHint": 3}}]),
                ToolListError::Annotations { tool: "a".into() },
            ),
        ] {
            assert_eq!(ToolList::parse(&value), Err(expected), "{value}");
        }
    }
}
