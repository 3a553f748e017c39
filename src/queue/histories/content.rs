//! Texts of a history: some lines between fixed ones, so that anybody can say what two changes of one come to.

use super::Content;

/// In so many places a text can differ from another.
pub(super) const PLACES: usize = 3;

/// The line after each place, which every text has.
const ENDS: [&str; PLACES] = ["-- first\n", "-- second\n", "-- third\n"];

/// The text with these lines in its places.
pub(super) fn of(places: [String; PLACES]) -> String {
    places.into_iter().zip(ENDS).flat_map(|(lines, end)| [lines, end.to_owned()]).collect()
}

/// The text with other lines in one place.
pub(super) fn with(text: &str, place: usize, lines: &str) -> String {
    let mut places = places(text);
    lines.clone_into(&mut places[place]);
    of(places)
}

/// Both changes of `base`; `None` where they are in one place and not the same.
pub(super) fn merged(base: &str, one: &str, other: &str) -> Content {
    let [base, one, other] = [base, one, other].map(places);
    let merged: Vec<String> = (0..PLACES)
        .filter_map(|place| {
            let [base, one, other] = [&base[place], &one[place], &other[place]];
            if one == base || one == other { Some(other.clone()) } else { (other == base).then(|| one.clone()) }
        })
        .collect();
    merged.try_into().ok().map(of)
}

fn places(text: &str) -> [String; PLACES] {
    let mut rest = text;
    ENDS.map(|end| {
        let (lines, after) = rest.split_once(end).expect("every text has the fixed lines");
        rest = after;
        lines.to_owned()
    })
}
