//! Room to be.
