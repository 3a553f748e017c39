//! The real binary, a real store, real processes.
