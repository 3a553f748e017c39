//! Plans outlive processes.
