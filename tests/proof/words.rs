//! A command line as a list of raw words and operators, roughly: good enough to cut and join at.

/// Cuts at blanks that stand outside of quotes and brackets; operators become words of their own. Joined with blanks
/// the words mean the same, unless the text is a here-document.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    let (mut quote, mut depth) = (None, 0_usize);
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None | Some('"'), '\\') => {
                word.push(c);
                word.extend(chars.next());
                continue;
            }
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(' | '{') if word.ends_with(['$', '<', '>', '(', '{']) || depth > 0 => depth += 1,
            (None, ')' | '}') if depth > 0 => depth -= 1,
            (None, ' ' | '\t') if depth == 0 => {
                words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
                continue;
            }
            (None, ';' | '|' | '&' | '\n') if depth == 0 && !word.ends_with(['>', '<']) => {
                words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
                let mut operator = String::from(c);
                while let Some(more) = chars.next_if(|next| *next == c || c == '&' && *next == '>') {
                    operator.push(more);
                }
                words.push(operator);
                continue;
            }
            _ => {}
        }
        word.push(c);
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

pub(crate) fn join(words: &[String]) -> String {
    words.join(" ")
}

/// Whether a word ends one command and lets another begin.
pub(crate) fn is_separator(word: &str) -> bool {
    matches!(
        word,
        ";" | "|"
            | "||"
            | "&"
            | "&&"
            | "\n"
            | "do"
            | "then"
            | "else"
            | "elif"
            | "if"
            | "while"
            | "until"
            | "!"
            | "{"
            | "("
    )
}

/// The text in single quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
