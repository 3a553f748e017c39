//! What a file is made of survives: bytes, line ends, permission bits, links, names.
