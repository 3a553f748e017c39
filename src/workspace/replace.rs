//! One file alone is checked and replaced.

use super::WorkspaceError;
use super::image::found;
use super::stage::{Contents, Deed, StageName, Staged};
use super::yard::{SyncBy, Yard};
use crate::model::FileEffect;

/// Refuses with [`WorkspaceError::Drift`] unless the file is exactly what `effect` starts from.
pub fn check(effect: &FileEffect) -> Result<(), WorkspaceError> {
    let found = found(&effect.path)?;
    if found.is(&effect.before) { Ok(()) } else { Err(found.drift(effect.path.as_path(), &effect.before)) }
}

/// Makes the file what `effect` says, durably, or leaves it as it is.
///
/// `content` is the new file's content or the new link's target; it is not looked at when the file shall be absent.
pub fn replace(effect: &FileEffect, content: &[u8], stage: &StageName) -> Result<(), WorkspaceError> {
    replace_with(&Deed::new(stage.clone(), effect.clone()), &mut |_, to| Ok(to.write_all(content)?))
}

/// The same with a content that is read only when it is needed.
pub fn replace_with(deed: &Deed, contents: &mut Contents<'_>) -> Result<(), WorkspaceError> {
    let effect = &deed.effect;
    check(effect)?;
    if effect.before == effect.after {
        return Ok(());
    }
    let yard = Yard::new(SyncBy::File, None);
    let exchanged = Staged::prepare(deed, contents, &yard)?.exchange()?;
    if let Err(drift) = exchanged.confirm() {
        exchanged.revert()?;
        return Err(drift);
    }
    exchanged.settle(&yard)?;
    yard.sync_changed()
}
