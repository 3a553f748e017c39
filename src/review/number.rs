//! Numbers and spans of time as people read them.

use std::time::Duration;

/// Digits in groups of three: `1,204,000`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `90 s` is `1 min 30 s`; below a second in `ms`.
pub(super) fn span(time: Duration) -> String {
    let (seconds, rest_ms) = (time.as_secs(), u64::from(time.subsec_millis()));
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"), (rest_ms, "ms")];
    let words: Vec<_> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{} {unit}", grouped(*n))).collect();
    if words.is_empty() { "0 ms".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn spans_name_only_the_units_they_need() {
        for (ms, expected) in [(0, "0 ms"), (120_000, "2 min"), (1_500, "1 s 500 ms"), (5_400_000, "1 h 30 min")] {
            assert_eq!(span(Duration::from_millis(ms)), expected);
        }
    }
}
