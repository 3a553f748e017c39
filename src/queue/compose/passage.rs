//! One passage of a text is replaced.

use memchr::memmem;

use super::ComposeError;
use crate::model::{ChangeId, FileEdit, TargetPath};

/// `content` with one passage replaced. Agents are shown CRLF files with bare line feeds, so in a file that ends all its
/// lines so an edit is read with the file's own line ends, and in a mixed one when `old` is not there as given.
pub(super) fn replaced(
    content: &[u8],
    edit: &FileEdit,
    path: &TargetPath,
    by: Option<ChangeId>,
) -> Result<Vec<u8>, ComposeError> {
    let path = || path.as_path().to_owned();
    if edit.old == edit.new {
        return Err(ComposeError::NoEdit { path: path() });
    }
    if edit.old.is_empty() {
        return if content.is_empty() {
            Ok(edit.new.clone().into_bytes())
        } else {
            Err(ComposeError::Exists { path: path() })
        };
    }
    let (mut old, mut new) = (edit.old.clone(), edit.new.clone());
    let mut count = occurrences(content, old.as_bytes());
    let ends = occurrences(content, b"\r\n");
    let all_lines_end_so = ends > 0 && ends == occurrences(content, b"\n");
    if !old.contains('\r') && (all_lines_end_so || count == 0 && old.contains('\n') && ends > 0) {
        (old, new) = (old.replace('\n', "\r\n"), new.replace("\r\n", "\n").replace('\n', "\r\n"));
        count = occurrences(content, old.as_bytes());
    }
    match count {
        0 => Err(ComposeError::OldMissing { path: path(), by }),
        1 => Ok(replace_bytes(content, old.as_bytes(), new.as_bytes())),
        _ if edit.every => Ok(replace_bytes(content, old.as_bytes(), new.as_bytes())),
        count => Err(ComposeError::OldNotUnique { path: path(), count, by }),
    }
}

fn occurrences(content: &[u8], needle: &[u8]) -> usize {
    memmem::find_iter(content, needle).count()
}

fn replace_bytes(content: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(content.len() + new.len());
    let mut from = 0;
    for at in memmem::find_iter(content, old) {
        result.extend_from_slice(&content[from..at]);
        result.extend_from_slice(new);
        from = at + old.len();
    }
    result.extend_from_slice(&content[from..]);
    result
}
