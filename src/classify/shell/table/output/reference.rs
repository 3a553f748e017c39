//! Whole names of references, and hashes, that git lists one to a line, none of which starts with a dash.
//!
//! A short name may: a clone brings the branch `--output=x`, and a mirror's server chooses the names of remotes too.

/// Whether `git for-each-ref` of these words prints those.
pub(super) fn lists_each(words: &[&str]) -> bool {
    let (options, patterns): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.starts_with("--"));
    patterns.iter().all(|pattern| pattern.starts_with("refs/")) && has_one_format(&options)
}

/// The same for `git branch` of remotes: a rebase that is under way is told of among the others.
pub(super) fn lists_branches(words: &[&str]) -> bool {
    let remote = |word: &&&str| matches!(**word, "-r" | "--remotes");
    let options: Vec<&str> = words.iter().filter(|word| !remote(word)).copied().collect();
    options.len() < words.len() && has_one_format(&options)
}

/// Whether exactly one of these options is a format, of a whole name or a hash, and the others choose and sort.
fn has_one_format(options: &[&str]) -> bool {
    const CHOOSING: [&str; 6] = ["--sort=", "--count=", "--points-at=", "--merged=", "--no-merged=", "--contains="];
    let (formats, others): (Vec<&str>, Vec<&str>) = options.iter().partition(|word| word.starts_with("--format"));
    let chooses = |word: &&str| {
        CHOOSING.iter().any(|own| word.starts_with(own)) || matches!(*word, "--merged" | "--no-merged" | "--list")
    };
    let whole = |word: &&str| {
        matches!(*word, "--format=%(refname)" | "--format=%(objectname)" | "--format=%(objectname:short)")
    };
    matches!(formats.as_slice(), [only] if whole(only)) && others.iter().all(chooses)
}
