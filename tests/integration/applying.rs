//! An approved change becomes a file or a process, or says why not.
