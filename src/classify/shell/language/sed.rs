//! `sed` scripts: every command but those that write, execute or read a script.
//!
//! Where versions read a script differently (labels, brackets around a delimiter) the reading that finds more
//! commands is taken, or all, or none.

/// Refuses a script that does more than print.
pub(in crate::classify::shell) fn judge(script: &str) -> Result<(), &'static str> {
    let read = |brackets| Reader { bytes: script.as_bytes(), at: 0, open: 0, brackets }.script();
    match (read(Brackets::Protect), read(Brackets::Plain)) {
        (Ok(()), Ok(()) | Err(MALFORMED)) => Ok(()),
        (Err(why), _) | (_, Err(why)) => Err(why),
    }
}

type Read = Result<(), &'static str>;

/// Whoever reads a script so refuses it as a whole before any of it runs.
const MALFORMED: &str = "a bracket of this regular expression is not closed";

/// What a delimiter is between the brackets of a regular expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brackets {
    /// A character like any other: `s/[^/]*$//`.
    Protect,
    /// The end of the expression, of which the bracket is left open then.
    Plain,
}

struct Reader<'a> {
    brackets: Brackets,
    bytes: &'a [u8],
    at: usize,
    open: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn script(&mut self) -> Read {
        loop {
            self.skip(b" \t\n;");
            if self.at >= self.bytes.len() {
                return if self.open == 0 { Ok(()) } else { Err("a brace of the script is not closed") };
            }
            let start = self.at;
            self.address()?;
            self.skip(b" \t");
            // An address without a command: every version refuses the whole script before it runs any of it.
            if self.at > start && self.peek() == b'\n' {
                return Ok(());
            }
            if self.peek() == b',' {
                self.at += 1;
                self.skip(b" \t");
                if matches!(self.peek(), b'+' | b'~') {
                    self.at += 1;
                }
                self.address()?;
            }
            self.skip(b" \t!");
            self.command()?;
        }
    }

    fn skip(&mut self, bytes: &[u8]) {
        while self.at < self.bytes.len() && bytes.contains(&self.peek()) {
            self.at += 1;
        }
    }

    fn address(&mut self) -> Read {
        // A negative number is an error everywhere, so that nothing runs; computed ones may be.
        if self.peek() == b'-' && self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        match self.peek() {
            b'0'..=b'9' => {
                self.skip(b"0123456789");
                self.skip(b" ");
                if self.peek() == b'~' {
                    self.at += 1;
                    self.skip(b"0123456789");
                }
            }
            b'$' => self.at += 1,
            b'/' => {
                self.at += 1;
                self.pattern(b'/')?;
                self.skip(b"IM");
            }
            b'\\' => {
                self.at += 1;
                let delimiter = self.delimiter()?;
                self.pattern(delimiter)?;
                self.skip(b"IM");
            }
            _ => {}
        }
        Ok(())
    }

    fn delimiter(&mut self) -> Result<u8, &'static str> {
        let delimiter = self.peek();
        self.at += 1;
        if delimiter.is_ascii_punctuation() && delimiter != b'\\' && delimiter != b'[' && delimiter != b']' {
            Ok(delimiter)
        } else {
            Err("this delimiter is not read")
        }
    }

    /// A regular expression up to `delimiter`.
    fn pattern(&mut self, delimiter: u8) -> Read {
        let start = self.at;
        match self.brackets {
            Brackets::Protect => self.protected_section(delimiter)?,
            Brackets::Plain => self.section(delimiter)?,
        }
        let text = &self.bytes[start..self.at - 1];
        let mut bracket = false;
        let mut escaped = false;
        let odd = |pair: &[u8]| matches!(pair, b"[]" | b"[^" | b"[:" | b"[." | b"[=");
        let classes = text.windows(2).filter(|pair| odd(pair)).count();
        if classes > 0 && self.bytes[self.at..].contains(&b'w') {
            return Err("this regular expression may be read in two ways");
        }
        for byte in text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if !bracket => escaped = true,
                b'[' => bracket = true,
                b']' => bracket = false,
                _ => {}
            }
        }
        match bracket {
            true => Err(MALFORMED),
            false if text.contains(&b'\n') => Err("this regular expression may be read in two ways"),
            false => Ok(()),
        }
    }

    /// Anything up to a `delimiter` that stands between no brackets.
    fn protected_section(&mut self, delimiter: u8) -> Read {
        let mut bracket = false;
        loop {
            match self.peek() {
                0 => return Err("a part of the script is not closed"),
                // Some take it for itself there, others for the sign of an escape.
                b'\\' if bracket && self.bytes.get(self.at + 1) == Some(&b']') => {
                    return Err("this regular expression may be read in two ways");
                }
                b'\\' if !bracket => {
                    self.at += 2;
                    continue;
                }
                b'[' if !bracket => {
                    bracket = true;
                    self.at += 1;
                    // Directly behind the opening one it is a member.
                    self.at += usize::from(self.peek() == b'^');
                    self.at += usize::from(self.peek() == b']');
                    continue;
                }
                b'[' if matches!(self.bytes.get(self.at + 1), Some(b':' | b'.' | b'=')) => {
                    let class = self.bytes[self.at + 1];
                    let end = self.bytes[self.at + 2..].windows(2).position(|pair| pair == [class, b']']);
                    self.at += 4 + end.ok_or("a part of the script is not closed")?;
                    continue;
                }
                b']' if bracket => bracket = false,
                byte if byte == delimiter && !bracket => {
                    self.at += 1;
                    return Ok(());
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Anything up to `delimiter`, which is passed.
    fn section(&mut self, delimiter: u8) -> Read {
        loop {
            match self.peek() {
                0 => return Err("a part of the script is not closed"),
                b'\\' => self.at += 2,
                byte => {
                    self.at += 1;
                    if byte == delimiter {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn command(&mut self) -> Read {
        let command = self.peek();
        self.at += 1;
        match command {
            b'{' => {
                self.open += 1;
                return Ok(());
            }
            b'}' => {
                self.open = self.open.checked_sub(1).ok_or("a brace of the script is not opened")?;
            }
            b'=' | b'd' | b'D' | b'g' | b'G' | b'h' | b'H' | b'n' | b'N' | b'p' | b'P' | b'x' | b'z' | b'F' => {}
            b'q' | b'Q' | b'l' | b'L' => {
                self.skip(b" ");
                self.skip(b"0123456789");
            }
            b's' => return self.substitute(),
            b'y' => {
                let delimiter = self.delimiter()?;
                self.section(delimiter)?;
                self.section(delimiter)?;
            }
            b'#' => {
                self.line();
                return Ok(());
            }
            b'a' | b'i' | b'c' => {
                self.text();
                return Ok(());
            }
            b':' | b'b' | b't' | b'T' => {
                self.skip(b" ");
                while self.peek().is_ascii_alphanumeric() || self.peek() == b'_' {
                    self.at += 1;
                }
            }
            b'w' | b'W' => return Err("the script writes a file"),
            b'e' => return Err("the script runs a command"),
            _ => return Err("this part of the script is not read"),
        }
        self.end()
    }

    /// What may follow a command.
    fn end(&mut self) -> Read {
        self.skip(b" \t");
        match self.peek() {
            0 | b';' | b'\n' | b'}' | b'#' => Ok(()),
            _ => Err("this part of the script is not read"),
        }
    }

    fn substitute(&mut self) -> Read {
        let delimiter = self.delimiter()?;
        self.pattern(delimiter)?;
        self.section(delimiter)?;
        loop {
            match self.peek() {
                b'g' | b'p' | b'i' | b'I' | b'm' | b'M' | b'0'..=b'9' => self.at += 1,
                b'w' => return Err("the script writes a file"),
                b'e' => return Err("the script runs a command"),
                _ => return self.end(),
            }
        }
    }

    fn line(&mut self) {
        while self.at < self.bytes.len() && self.peek() != b'\n' {
            self.at += 1;
        }
    }

    /// The text of `a`, `i` and `c`: the rest of the line, and the next ones after a backslash.
    fn text(&mut self) {
        while self.at < self.bytes.len() && self.peek() != b'\n' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn printing_scripts_are_read() {
        for script in [
            "1,40p",
            "$!d",
            "/^#/d; /^$/d",
            "s/a\\/b/c/gp",
            "s|a|b|",
            "y/abc/xyz/",
            "1~2p",
            "0,/x/d",
            "/a/,+3p",
            ":a;N;$!ba;s/\\n/ /g",
            "/x/{n;p}",
            "a\\\ntext",
            "$=",
            "5q",
            "1!G;h;$!d",
            "1\n1,+20p",
            "s/[^/]*$//",
            "s|[^|]*|x|g",
            "s/.*\\.\\([^./]*\\)$/\\1/",
            "s/[./]/_/g; s/[[:space:]/]//",
            "/[/]/p",
            "s/[\\/]/_/",
            "s/[/]x/w out/",
        ] {
            assert_eq!(judge(script), Ok(()), "{script}");
        }
    }

    #[test]
    fn scripts_that_write_or_run_are_refused() {
        for script in [
            "w out",
            "1w out",
            "s/a/b/w out",
            "s/a/b/gw out",
            "s/a/b/e",
            "e",
            "1e touch x",
            "$!{w out\n}",
            "p;w out",
            "s/[/]/x/w out",
            "s/[^/]*$/x/e",
            "s/[/]/x/;w out",
            "/[/]/w out",
            "s/a]/b/w out",
            "s/\\[/]/w out",
            "s/[\\]/]/x/w out",
            "s/[a/b/w out",
            "s/[[:a/]/x/w out/",
            "/x/{n;w out\n}",
            "s/a/b/;w x",
            "y/a/b/;e",
            "r",
            "v",
            "a\\\ntext\nw out",
            "}",
            "{p",
            "a1\n1w out",
            "#1\n1w out",
            "w out\n1\n1p",
        ] {
            assert!(judge(script).is_err(), "{script}");
        }
    }
}
