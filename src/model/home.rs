//! What lies in the data folder beside the store, where more than one room has to know of it.

/// Where old files go that are no longer needed.
pub(crate) const ATTIC: &str = "attic";

/// Where the locks of workspaces are.
pub(crate) const LOCKS: &str = "locks";
