//! How long the contents of closed plans are kept.

use std::io;

use super::own;

/// How long contents are kept that only closed plans need: those of a plan go when either bound is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// So many days after the plan last changed.
    pub days: u32,
    /// As long as the contents of it and of those that changed later have no more MiB than these, together.
    pub megabytes: u32,
    /// Whether they go by themselves whenever changes were applied, not only when the person says so.
    pub automatic: bool,
}

impl Default for Keep {
    fn default() -> Self {
        Self { days: 30, megabytes: 1024, automatic: false }
    }
}

/// What the person's own file says (`days = 30`, `megabytes = 1024` and `automatic = false` in `[keep]`); what it does not say
/// is as by default.
///
/// # Errors
/// The file is there and cannot be read, or `[keep]` holds anything but these three: two numbers that are not negative, and
/// whether. A table that nobody reads is an error as well: it may be this one, misspelt.
pub fn keep() -> io::Result<Keep> {
    own::refuse_unknown()?;
    own::table("keep")?.map_or_else(|| Ok(Keep::default()), |table| parsed(&table))
}

fn parsed(table: &toml::Table) -> io::Result<Keep> {
    let mut keep = Keep::default();
    for (name, value) in table {
        let setting = match name.as_str() {
            "days" => &mut keep.days,
            "megabytes" => &mut keep.megabytes,
            "automatic" => {
                keep.automatic = value
                    .as_bool()
                    .ok_or_else(|| io::Error::other("`automatic` in `[keep]` must be `true` or `false`"))?;
                continue;
            }
            _ => return Err(io::Error::other(format!("`[keep]` has no setting `{name}`"))),
        };
        *setting = value
            .as_integer()
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| io::Error::other(format!("`{name}` in `[keep]` must be a number from 0 to {}", u32::MAX)))?;
    }
    Ok(keep)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<Keep, &str>) {
        let table = text.parse().expect("the example is TOML");
        assert_eq!(parsed(&table).map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn what_is_not_said_is_as_by_default() {
        let usual = Keep::default();
        check("", Ok(Keep { days: 30, megabytes: 1024, automatic: false }));
        check("days = 7", Ok(Keep { days: 7, ..usual }));
        check("megabytes = 0", Ok(Keep { megabytes: 0, ..usual }));
        check("automatic = true", Ok(Keep { automatic: true, ..usual }));
    }

    #[test]
    fn what_is_no_sensible_number_or_no_setting_is_an_error() {
        let told = "`days` in `[keep]` must be a number from 0 to 4294967295";
        check("days = -1", Err(told));
        check("days = \"7\"", Err(told));
        check("days = 4294967296", Err(told));
        check("automatic = 1", Err("`automatic` in `[keep]` must be `true` or `false`"));
        check("weeks = 2", Err("`[keep]` has no setting `weeks`"));
    }
}
