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
    /// A call that only the agent's own host or an MCP server can carry out.
    Forward,
}

/// One passage to replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// The text to find; it must occur, and only once unless `every` is set.
    pub old: String,
    /// The text to put in its place.
    pub new: String,
    /// Replace every occurrence instead of requiring exactly one.
    pub every: bool,
}
