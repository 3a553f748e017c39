//! What a person and a script are shown.
