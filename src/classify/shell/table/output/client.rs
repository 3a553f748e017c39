//! What clients of engines, clusters and services list: identifiers, names and numbers alone.

/// Whether these words of a container engine list identifiers, or names, which begin with a letter or digit too, and nothing
/// else.
pub(super) fn lists_identifiers(words: &[&str]) -> bool {
    // The name of a service comes from the folder's file.
    if let ["compose", "ps", "-q" | "--quiet", service @ ..] = words {
        return service.len() <= 1 && service.iter().all(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric()));
    }
    let (["ps" | "images", rest @ ..] | ["container" | "image" | "network", "ls" | "list", rest @ ..]) = words else {
        return false;
    };
    let images = words.first() == Some(&"images");
    let containers = matches!(words.first(), Some(&("ps" | "container")));
    let names = |format: &str| containers && matches!(format, "{{.Names}}" | "{{.ID}}" | "{{ .Names }}" | "{{ .ID }}");
    let mut quiet = false;
    let mut rest = rest.iter().peekable();
    while let Some(word) = rest.next() {
        if *word == "--format" && rest.next_if(|format| names(format)).is_some()
            || word.strip_prefix("--format=").is_some_and(names)
        {
            quiet = true;
            continue;
        }
        let cluster = word.strip_prefix('-').filter(|letters| !letters.starts_with('-')).unwrap_or_default();
        let letters = cluster.strip_suffix(['f', 'n']).unwrap_or(cluster);
        let short = !cluster.is_empty() && letters.chars().all(|c| "aql".contains(c));
        quiet |= *word == "--quiet" || short && letters.contains('q');
        let valued = matches!(*word, "--filter" | "--last") || short && letters != cluster;
        if valued && rest.next().is_none_or(|value| value.starts_with('-')) {
            return false;
        }
        let known = matches!(*word, "--quiet" | "--all" | "--latest" | "--no-trunc") || word.starts_with("--filter=");
        // A name of an image chooses; elsewhere there are no operands.
        let image = images && word.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !(valued || known || short || image) {
            return false;
        }
    }
    quiet
}

/// Whether these words of `gh` choose and print numbers alone.
pub(super) fn lists_numbers(words: &[&str]) -> bool {
    let (mut field, mut filter) = (None, None);
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let kept = match *word {
            "--json" => &mut field,
            "-q" | "--jq" => &mut filter,
            "-L" | "--limit" | "-s" | "--state" | "-b" | "--branch" | "--author" | "-w" | "--workflow" | "-S"
            | "--search" | "--label" | "-l" | "--status" | "--head" | "-H" | "--base" | "-B" => {
                if rest.next().is_none_or(|value| value.starts_with('-')) {
                    return false;
                }
                continue;
            }
            word if word.strip_prefix("-L").is_some_and(|count| count.bytes().all(|b| b.is_ascii_digit())) => continue,
            word if word.bytes().all(|b| b.is_ascii_digit()) => continue,
            _ => return false,
        };
        if kept.replace(rest.next().copied().unwrap_or_default()).is_some() {
            return false;
        }
    }
    let (Some(field @ ("number" | "databaseId")), Some(filter)) = (field, filter) else { return false };
    let path = filter.strip_suffix(field).and_then(|path| path.strip_suffix('.'));
    let index = |path: &str| path.strip_prefix(".[").and_then(|path| path.strip_suffix(']')).map(str::to_owned);
    path.is_some_and(|path| {
        path.is_empty() || index(path).is_some_and(|inner| inner.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Kinds of objects whose names hold nothing but small letters, digits, dots and dashes.
const KINDS: &str = "pod pods po deployment deployments deploy service services svc node nodes no namespace namespaces ns ingress \
    ingresses ing job jobs cronjob cronjobs cj configmap configmaps cm secret secrets statefulset statefulsets sts daemonset \
    daemonsets ds replicaset replicasets rs pvc pv persistentvolumeclaims persistentvolumes endpoints ep hpa";

/// Whether these words of `kubectl get` print the names of such objects.
pub(super) fn lists_objects(words: &[&str]) -> bool {
    let known = |word: &str| word.split(',').all(|kind| KINDS.split_ascii_whitespace().any(|own| own == kind));
    let mut named = false;
    let mut rest = words.iter();
    if !rest.next().is_some_and(|word| known(word)) {
        return false;
    }
    while let Some(word) = rest.next() {
        match *word {
            "-o" | "--output" => match rest.next() {
                Some(&("name" | "jsonpath={.items[0].metadata.name}" | "jsonpath={.items[*].metadata.name}")) => {
                    named = true;
                }
                _ => return false,
            },
            "-oname" | "-o=name" | "--output=name" | "-o=jsonpath={.items[0].metadata.name}" => named = true,
            "-n" | "--namespace" | "-l" | "--selector" | "--field-selector" | "--context" => {
                if rest.next().is_none_or(|value| value.starts_with('-')) {
                    return false;
                }
            }
            "-A" | "--all-namespaces" | "--no-headers" => {}
            word if ["--selector=", "--namespace=", "--field-selector="].iter().any(|own| word.starts_with(own)) => {}
            _ => return false,
        }
    }
    named
}
