//! What every screen shows of a change, made safe to print and already compared; how it is laid out is the screen's.

use std::time::{Duration, Instant};

use crate::model::{Action, ChangeId, ChangeState, FileImage, Mark, Phase, ProposedChange};

use super::binary::Binary;
use super::diff::{Emphasis, LineDiff, LineKind, WordFinder};
use super::file::{FileChange, Source, is_text, mode_of};
use super::line_ends::LineEnds;
use super::number::grouped;
use super::ran::RanView;
use super::visible;

/// One change as a person sees it. All texts are safe to print.
#[derive(Debug)]
pub struct ChangeView {
    /// Its place in the plan.
    pub order: u32,
    /// Its name.
    pub id: ChangeId,
    /// `+ ~ - → $ ⇢`.
    pub sign: &'static str,
    /// The path from the workspace's root, both paths of a move, the command, or the tool of a forwarded call.
    pub target: String,
    /// One of its paths lies outside the workspace.
    pub outside: bool,
    /// Where it is in its life.
    pub state: ChangeState,
    /// The agent's path, when it is not the one the person talks to.
    pub agent: Option<String>,
    /// Why, in the agent's words; several lines, or empty.
    pub reason: String,
    /// What has to be applied before it.
    pub depends_on: Vec<ChangeId>,
    /// Does it change things or check them?
    pub phase: Phase,
    /// What a person should know besides the text.
    pub marks: Vec<Mark>,
    /// Why it was held to be a write; empty for files, where it is plain.
    pub evidence: String,
    /// What went wrong when it was applied; several lines, or empty.
    pub error: String,
    /// What a person asked about it, and what the agent answered; several lines each, an answer may be empty.
    pub asked: Vec<(String, String)>,
    /// The last run of its command.
    pub ran: Option<RanView>,
    /// What it would do.
    pub body: Body,
}

/// What a change would do.
#[derive(Debug)]
pub enum Body {
    /// Files come, go or change.
    Files(Vec<FileView>),
    /// A command runs.
    Command {
        /// The command's lines, whole.
        lines: Vec<String>,
        /// The folder it runs in.
        cwd: String,
        /// It is stopped after this time.
        limit: Duration,
    },
    /// The agent's host or a tool server carries out a call.
    Call {
        /// The arguments as indented JSON.
        lines: Vec<String>,
        /// The folder it was made in, where that is not the workspace.
        cwd: Option<String>,
        /// False when the arguments could not be had.
        is_whole: bool,
    },
}

/// One file of a change.
#[derive(Debug)]
pub struct FileView {
    /// The name before, for the `---` line; `None` when the file comes to be.
    pub old_name: Option<String>,
    /// The name after, for the `+++` line; `None` when the file goes.
    pub new_name: Option<String>,
    /// Facts beside the lines: mode, line endings, what was given up.
    pub notes: Vec<String>,
    /// The difference itself.
    pub content: Content,
    /// Lines that come.
    pub added: usize,
    /// Lines that go.
    pub removed: usize,
}

/// How a file differs.
#[derive(Debug)]
pub enum Content {
    /// The notes say it all: the content stays, or there is none.
    Nothing,
    /// Line by line.
    Lines(Vec<Hunk>),
    /// Byte by byte, before and after.
    Bytes(Option<Binary>, Option<Binary>),
    /// A symbolic link's target, before and after.
    Link(Option<String>, Option<String>),
    /// The content could not be had, and why; such a change was not shown.
    Unreadable(String),
}

/// A changed passage with its context.
#[derive(Debug)]
pub struct Hunk {
    /// The `@@` line.
    pub header: String,
    /// The lines.
    pub lines: Vec<DiffLine>,
}

/// One line of a hunk.
#[derive(Debug)]
pub struct DiffLine {
    /// Does it stay, go or come?
    pub kind: LineKind,
    /// Its text without the line end; `true` marks what the eye should be drawn to: words that differ, blanks at the
    /// end of a line that comes.
    pub pieces: Vec<(bool, String)>,
    /// The file ends here without a newline.
    pub unfinished: bool,
}

impl ChangeView {
    /// Looks at `change`; loads the contents it needs and no others.
    pub(super) fn of(change: &ProposedChange, source: &Source<'_>, emphasis: Emphasis) -> Self {
        let command_or_call = matches!(change.action, Action::Command { .. } | Action::Forward);
        Self {
            order: change.order,
            id: change.id,
            sign: change.action.sign(),
            target: target_of(change, source),
            outside: reaches_outside(change, source),
            state: change.state,
            agent: change.agent.is_subagent().then(|| visible::line(change.agent.as_str())),
            reason: visible::body(change.reason.trim()),
            depends_on: change.depends_on.clone(),
            phase: change.phase,
            marks: change.marks.clone(),
            evidence: if command_or_call { visible::line(&change.evidence) } else { String::new() },
            error: visible::body(change.error.trim_end()),
            asked: source
                .notes
                .iter()
                .filter(|note| note.change == change.id)
                .map(|note| (visible::body(note.text.as_bytes()), visible::body(note.answer.as_bytes())))
                .collect(),
            ran: RanView::of(change, source),
            body: Body::of(change, source, emphasis),
        }
    }

    /// True when everything that would happen is in this view.
    pub fn is_complete(&self) -> bool {
        match &self.body {
            Body::Files(files) => !files.iter().any(|file| matches!(file.content, Content::Unreadable(_))),
            Body::Call { is_whole, .. } => *is_whole,
            Body::Command { .. } => true,
        }
    }

    /// How many lines come and go in all its files.
    pub fn added_and_removed(&self) -> (usize, usize) {
        let Body::Files(files) = &self.body else { return (0, 0) };
        files.iter().fold((0, 0), |(added, removed), file| (added + file.added, removed + file.removed))
    }
}

fn target_of(change: &ProposedChange, source: &Source<'_>) -> String {
    match &change.action {
        Action::WriteFile { effect } | Action::EditFile { effect } | Action::DeleteFile { effect } => {
            source.shown(effect.path.as_path())
        }
        Action::MoveFile { from, to, .. } => {
            format!("{} → {}", source.shown(from.as_path()), source.shown(to.as_path()))
        }
        Action::Patch { effects } => {
            let targets: Vec<String> = effects.iter().map(|effect| source.shown(effect.path.as_path())).collect();
            targets.join(", ")
        }
        Action::Command { command, .. } => visible::line(command),
        Action::Forward => visible::line(&change.tool),
    }
}

fn reaches_outside(change: &ProposedChange, source: &Source<'_>) -> bool {
    match &change.action {
        Action::Command { cwd, .. } => source.is_outside(cwd.as_path()),
        Action::Forward => source.is_outside(&change.cwd),
        Action::MoveFile { from, to, .. } => source.is_outside(from.as_path()) || source.is_outside(to.as_path()),
        action => action.effects().iter().any(|effect| source.is_outside(effect.path.as_path())),
    }
}

impl Body {
    fn of(change: &ProposedChange, source: &Source<'_>, emphasis: Emphasis) -> Self {
        match &change.action {
            Action::Command { command, cwd, timeout_ms } => Self::Command {
                lines: command.split('\n').map(visible::line).collect(),
                cwd: source.shown(cwd.as_path()),
                limit: Duration::from_millis(*timeout_ms),
            },
            Action::Forward => {
                let arguments = (source.arguments)(change);
                let is_whole = arguments.is_ok();
                let text = match arguments {
                    Ok(arguments) => serde_json::to_string_pretty(&arguments).expect("a JSON value is JSON"),
                    Err(error) => format!("the arguments cannot be read: {error}"),
                };
                let cwd = (change.cwd != source.root).then(|| source.shown(&change.cwd));
                Self::Call { lines: text.lines().map(visible::line).collect(), cwd, is_whole }
            }
            action => {
                let files = FileChange::all_of(action);
                let mut files: Vec<_> = files.iter().map(|file| FileView::of(file, source, emphasis)).collect();
                if files.len() > 1 {
                    files.iter_mut().for_each(FileView::name);
                }
                Self::Files(files)
            }
        }
    }
}

impl FileView {
    pub(super) fn of(file: &FileChange<'_>, source: &Source<'_>, emphasis: Emphasis) -> Self {
        let mut view = Self {
            old_name: file.before.exists().then(|| source.shown(file.old_path.as_path())),
            new_name: file.after.exists().then(|| source.shown(file.new_path.as_path())),
            notes: Vec::from_iter(headline(file)),
            content: Content::Nothing,
            added: 0,
            removed: 0,
        };
        if file.keeps_content() {
            view.notes.push("no change in content".to_owned());
            return view;
        }
        match file.load(source.contents) {
            Ok((before, after)) => view.compare(file, &before, &after, emphasis, source.clock),
            Err(error) => view.content = Content::Unreadable(visible::line(error.to_string())),
        }
        view
    }

    /// Names a file among others of which notes alone are shown; lines are named by those above them.
    fn name(&mut self) {
        let names = match (&self.old_name, &self.new_name) {
            (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
            (Some(name), _) | (None, Some(name)) => name.clone(),
            (None, None) => return,
        };
        if let (Content::Nothing, Some(note)) = (&self.content, self.notes.first_mut()) {
            *note = format!("{names}: {note}");
        }
    }

    fn compare(
        &mut self,
        file: &FileChange<'_>,
        before: &[u8],
        after: &[u8],
        emphasis: Emphasis,
        clock: fn() -> Instant,
    ) {
        let is_link = |image: &FileImage| matches!(image, FileImage::Symlink { .. });
        if is_link(file.before) || is_link(file.after) {
            let link = |image: &FileImage, target: &[u8]| image.exists().then(|| visible::line(target));
            self.content = Content::Link(link(file.before, before), link(file.after, after));
        } else if is_text(before) && is_text(after) {
            let ends = (LineEnds::of(before), LineEnds::of(after));
            self.notes.extend(encoding_notes(file, before, after, ends));
            let hide_returns = ends.0.hides_returns() && ends.1.hides_returns();
            self.compare_lines(&LineDiff::of(before, after, clock), hide_returns, WordFinder::new(emphasis, clock));
        } else {
            let bytes = |image: &FileImage, content: &[u8]| image.exists().then(|| Binary::of(content));
            self.content = Content::Bytes(bytes(file.before, before), bytes(file.after, after));
        }
    }

    fn compare_lines(&mut self, diff: &LineDiff<'_>, hide_returns: bool, mut words: WordFinder) {
        let mut spelled = 0;
        let mut hunks = Vec::new();
        for passage in diff.passages() {
            let mut lines = Vec::with_capacity(passage.old.len() + passage.new.len());
            diff.each_line(&passage, &mut words, |kind, pieces| {
                let (line, count) = DiffLine::of(kind, pieces, hide_returns);
                spelled += count;
                lines.push(line);
            });
            hunks.push(Hunk { header: passage.header(), lines });
        }
        (self.added, self.removed) = diff.added_and_removed();
        if diff.given_up {
            self.notes.push("too different to compare in time: shown as one replacement".to_owned());
        }
        if spelled > 0 {
            self.notes.push(format!("{} made visible", count_of(spelled, "hidden character")));
        }
        if !hunks.is_empty() {
            self.content = Content::Lines(hunks);
        }
    }
}

impl DiffLine {
    /// The line, and how many of its characters had to be spelled out.
    fn of(kind: LineKind, pieces: &[(bool, &[u8])], hide_return: bool) -> (Self, usize) {
        let whole_end = pieces.last().map_or(&b""[..], |piece| piece.1);
        let unfinished = !whole_end.ends_with(b"\n");
        let mut ending = usize::from(!unfinished);
        if hide_return && ending == 1 && ends_with_return(pieces) {
            ending = 2;
        }
        let mut left: usize = pieces.iter().map(|piece| piece.1.len()).sum::<usize>() - ending;
        let mut spelled = 0;
        let mut shown = Vec::with_capacity(pieces.len());
        for &(emphasized, bytes) in pieces {
            let taken = bytes.len().min(left);
            left -= taken;
            if taken > 0 {
                let mut text = String::with_capacity(taken);
                spelled += visible::push_line(&mut text, &bytes[..taken]);
                shown.push((emphasized, text));
            }
        }
        if kind == LineKind::Added {
            mark_trailing_blanks(&mut shown);
        }
        (Self { kind, pieces: shown, unfinished }, spelled)
    }
}

/// Blanks at the end of a line that comes are seldom meant and never seen: they are marked like words that differ.
fn mark_trailing_blanks(pieces: &mut Vec<(bool, String)>) {
    let Some((false, last)) = pieces.last_mut() else { return };
    let text_end = last.trim_end_matches([' ', '\t']).len();
    let blanks = last.split_off(text_end);
    if !blanks.is_empty() {
        pieces.push((true, blanks));
    }
}

/// True when the line ends in `\r\n`, wherever its pieces were cut.
fn ends_with_return(pieces: &[(bool, &[u8])]) -> bool {
    let mut from_end = pieces.iter().rev().flat_map(|piece| piece.1.iter().rev());
    from_end.next() == Some(&b'\n') && from_end.next() == Some(&b'\r')
}

/// What happens to the file as a whole: comes, goes, moves, its mode.
fn headline(file: &FileChange<'_>) -> Option<String> {
    let is_link = matches!((file.before, file.after), (FileImage::Symlink { .. }, _) | (_, FileImage::Symlink { .. }));
    let noun = if is_link { "symbolic link" } else { "file" };
    let mut facts = Vec::new();
    match (file.before.exists(), file.after.exists()) {
        (false, true) => facts.push(format!("new {noun}")),
        (true, false) => facts.push(format!("{noun} deleted")),
        (true, true) if file.is_move() => facts.push(format!("move of a {noun}")),
        _ => {}
    }
    match (mode_of(file.before), mode_of(file.after)) {
        (Some(old), Some(new)) if old != new => facts.push(format!("mode {old:04o} → {new:04o}")),
        (None, Some(mode)) | (Some(mode), None) => facts.push(format!("mode {mode:04o}")),
        _ => {}
    }
    if let (FileImage::Absent, FileImage::File { size, .. }) | (FileImage::File { size, .. }, FileImage::Absent) =
        (file.before, file.after)
    {
        facts.push(if *size == 0 { "empty".to_owned() } else { bytes_of(*size) });
    }
    (!facts.is_empty()).then(|| facts.join(", "))
}

/// What the bytes of two texts say besides their lines.
fn encoding_notes(file: &FileChange<'_>, before: &[u8], after: &[u8], ends: (LineEnds, LineEnds)) -> Vec<String> {
    let mut notes = Vec::new();
    if file.before.exists() && file.after.exists() && before.is_empty() != after.is_empty() {
        notes.push(if before.is_empty() { "was empty" } else { "becomes empty" }.to_owned());
    }
    notes.extend(LineEnds::note(ends.0, ends.1));
    let has_mark = |content: &[u8]| content.starts_with(b"\xef\xbb\xbf");
    match (has_mark(before), has_mark(after)) {
        (true, false) if file.after.exists() => notes.push("byte order mark: removed".to_owned()),
        (false, true) if file.before.exists() => notes.push("byte order mark: added".to_owned()),
        (true, _) | (_, true) => notes.push("byte order mark: present".to_owned()),
        (false, false) => {}
    }
    notes
}

/// `1 byte`, `1,204 bytes`.
pub(super) fn bytes_of(size: u64) -> String {
    let plural = if size == 1 { "" } else { "s" };
    format!("{} byte{plural}", grouped(size))
}

/// `1 line`, `2,000 lines`.
pub(super) fn count_of(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_at_the_end_are_marked_where_they_come_in() {
        let pieces = |kind, text: &str| DiffLine::of(kind, &[(false, text.as_bytes())], false).0.pieces;
        assert_eq!(pieces(LineKind::Added, "a b \t\n"), [(false, "a b".to_owned()), (true, " \t".to_owned())]);
        assert_eq!(pieces(LineKind::Removed, "a b \n"), [(false, "a b ".to_owned())]);
        assert_eq!(pieces(LineKind::Added, "\n"), []);
    }

    #[test]
    fn a_line_end_cut_into_pieces_is_still_one() {
        let cut: [(bool, &[u8]); 3] = [(false, b"a"), (true, b"b\r"), (false, b"\n")];
        let (hidden, spelled) = DiffLine::of(LineKind::Context, &cut, true);
        assert_eq!(
            (hidden.pieces, hidden.unfinished, spelled),
            (vec![(false, "a".to_owned()), (true, "b".to_owned())], false, 0)
        );
        let (shown, spelled) = DiffLine::of(LineKind::Context, &cut, false);
        assert_eq!((shown.pieces, spelled), (vec![(false, "a".to_owned()), (true, "b␍".to_owned())], 1));
    }
}
