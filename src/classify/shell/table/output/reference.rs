//! Names of references and objects that git lists one to a line, none of which starts with a dash.

/// Whether `git for-each-ref` of these words prints whole names, hashes, or short names of what remotes have.
pub(super) fn lists_each(words: &[&str]) -> bool {
    let (options, patterns): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.starts_with("--"));
    let of_remotes = |pattern: &&str| *pattern == "refs/remotes" || pattern.starts_with("refs/remotes/");
    let short = !patterns.is_empty() && patterns.iter().all(of_remotes);
    patterns.iter().all(|pattern| pattern.starts_with("refs/")) && has_one_format(&options, short)
}

/// The same for `git branch` of remotes. A clone brings any name for a branch of its own, `--output=x` as well, and a rebase
/// that is under way is told of among those; one of a remote's begins with the remote's name.
pub(super) fn lists_branches(words: &[&str]) -> bool {
    let remote = |word: &&&str| matches!(**word, "-r" | "--remotes");
    let options: Vec<&str> = words.iter().filter(|word| !remote(word)).copied().collect();
    options.len() < words.len() && has_one_format(&options, true)
}

/// Whether exactly one of these options is a format, of a whole name or a hash or, where that is enough, of a `short` name,
/// and the others choose and sort.
fn has_one_format(options: &[&str], short: bool) -> bool {
    let (formats, others): (Vec<&str>, Vec<&str>) = options.iter().partition(|word| word.starts_with("--format"));
    let chooses = |word: &&str| {
        ["--sort=", "--count=", "--points-at=", "--merged=", "--no-merged=", "--contains="]
            .iter()
            .any(|own| word.starts_with(own))
            || matches!(*word, "--merged" | "--no-merged" | "--list")
    };
    let format = match formats.as_slice() {
        [only] => only.strip_prefix("--format="),
        _ => None,
    };
    let fits = match format {
        Some("%(refname)" | "%(objectname)" | "%(objectname:short)") => true,
        Some("%(refname:short)") => short,
        _ => false,
    };
    fits && others.iter().all(chooses)
}
