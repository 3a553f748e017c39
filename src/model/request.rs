//! A call whose tool is known, with its arguments parsed once.

/// What a known tool was asked to do. Paths are as the agent wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Create or replace a whole file.
    WriteFile {
        /// The file.
        path: String,
        /// Its whole new content.
        content: String,
    },
    /// Replace passages of a file, one after another, each seeing the result of the one before.
    EditFile {
        /// The file.
        path: String,
        /// The passages, in order; never empty.
        edits: Vec<FileEdit>,
    },
    /// Delete a file.
    DeleteFile {
        /// The file.
        path: String,
    },
    /// Move or rename a file or folder.
    MoveFile {
        /// Where it is.
        from: String,
        /// Where it shall be.
        to: String,
    },
    /// Run a shell command line.
    Command {
        /// What would be passed to `bash -c`.
        command: String,
        /// The folder to run in, when the call names one.
        cwd: Option<String>,
        /// The longest the agent is willing to wait, in milliseconds.
        timeout_ms: Option<u64>,
    },
    /// Several file changes that came as one call: all happen or none. Never empty.
    ///
    /// They are done in order, each seeing the result of those before it.
    Patch {
        /// The changes, in the order of the patch.
        parts: Vec<PatchPart>,
    },
    /// A call that only the agent's own host or an MCP server can carry out.
    Forward,
}

/// One passage to replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// The text to find; it must occur, and only once unless `every` is set. Agents mean by an empty one that the
    /// file is missing or empty and that `new` becomes its content.
    pub old: String,
    /// The text to put in its place.
    pub new: String,
    /// Replace every occurrence instead of requiring exactly one.
    pub every: bool,
}

/// One file of a patch. Paths are as the agent wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchPart {
    /// Create a file, or replace the whole of one.
    Add {
        /// The file.
        path: String,
        /// Its whole content.
        content: String,
    },
    /// Delete a file that exists.
    Delete {
        /// The file.
        path: String,
    },
    /// Change a file that exists, and perhaps move it.
    Update {
        /// The file.
        path: String,
        /// Its new name; a file there is replaced.
        move_to: Option<String>,
        /// What to change, in the order of the file; empty only when the file merely moves.
        hunks: Vec<PatchHunk>,
    },
}

/// Consecutive lines of a file and what takes their place; [`crate::classify::patch::apply`] carries it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchHunk {
    /// Where the lines stand.
    pub place: PatchPlace,
    /// The lines to find, without line ends; empty when lines are only added.
    pub old: Vec<String>,
    /// The lines to put in their place, without line ends.
    pub new: Vec<String>,
}

/// Where the lines of a hunk stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchPlace {
    /// Behind the hunk before; there must be one place only.
    Next,
    /// Behind the first line, after the hunk before, that reads like each of these in turn: the first place there.
    Behind(Vec<String>),
    /// The last lines of the file.
    End,
    /// Behind so many lines of the file; only ever adds.
    AfterLine(usize),
}
