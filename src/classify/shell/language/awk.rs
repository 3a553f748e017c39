//! `awk` programs: everything but output into files and commands, input from commands, and loaded code.

use memchr::memmem;

/// Functions and words that reach outside.
const REFUSED: &[&str] = &["system", "fflushall", "extension", "load", "include", "namespace", "SYMTAB", "FUNCTAB"];
/// Words after which a slash starts a regular expression although they look like names.
const OPERATORS: &[&str] = &["in", "return", "print", "printf", "do", "else", "if", "while", "for", "delete", "exit"];

/// Refuses a program that does more than compute and print.
pub(in crate::classify::shell) fn judge(program: &str) -> Result<(), &'static str> {
    Reader { bytes: program.as_bytes(), at: 0, before: Before::Operator, depth: 0, printing: None, continues: false }
        .program()
}

/// What the last token was, as far as a slash after it depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Operator,
    Operand,
    /// Either, depending on what the parser is in: `)`, `++`, a function's bare name.
    Unclear,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    before: Before,
    depth: usize,
    /// The depth of the `print` at hand.
    printing: Option<usize>,
    /// Whether a newline would not end the statement.
    continues: bool,
}

type Read = Result<(), &'static str>;

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn program(&mut self) -> Read {
        while self.at < self.bytes.len() {
            self.token()?;
        }
        Ok(())
    }

    fn token(&mut self) -> Read {
        let byte = self.peek(0);
        match byte {
            b' ' | b'\t' => {
                self.at += 1;
                return Ok(());
            }
            b'\\' if self.peek(1) == b'\n' => {
                self.at += 2;
                return Ok(());
            }
            b'#' => {
                while self.at < self.bytes.len() && self.peek(0) != b'\n' {
                    self.at += 1;
                }
                return Ok(());
            }
            b'"' => self.string()?,
            b'0'..=b'9' => self.number()?,
            b if b.is_ascii_alphabetic() || b == b'_' => return self.word(),
            b'/' => return self.slash(),
            b'|' if self.peek(1) == b'|' => {
                self.at += 2;
                self.before = Before::Operator;
                self.continues = true;
                return Ok(());
            }
            b'|' => return self.pipe(),
            b'@' => return Err("the program loads code or calls a function by a computed name"),
            b'>' => return self.greater(),
            _ => return self.punctuation(byte),
        }
        self.continues = false;
        Ok(())
    }

    fn string(&mut self) -> Read {
        self.at += 1;
        loop {
            match self.peek(0) {
                0 | b'\n' => return Err("a string of the program is not closed"),
                b'\\' => self.at += 2,
                byte => {
                    self.at += 1;
                    if byte == b'"' {
                        self.before = Before::Operand;
                        return Ok(());
                    }
                }
            }
        }
    }

    /// A number ends where the first letter stands that can be none of it, and a word may begin there.
    fn number(&mut self) -> Read {
        let digits = |reader: &mut Self| {
            while reader.peek(0).is_ascii_digit() || reader.peek(0) == b'.' {
                reader.at += 1;
            }
        };
        digits(self);
        let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
        if matches!(self.peek(0), b'e' | b'E') && self.peek(1 + sign).is_ascii_digit() {
            self.at += 1 + sign;
            digits(self);
        }
        if self.peek(0).is_ascii_alphabetic() || self.peek(0) == b'_' {
            return Err("a number of the program is followed by a word");
        }
        self.before = Before::Operand;
        Ok(())
    }

    fn word(&mut self) -> Read {
        let start = self.at;
        while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_' {
            self.at += 1;
        }
        let word = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        self.continues = matches!(word, "do" | "else");
        if REFUSED.contains(&word) {
            return Err("the program runs a command");
        }
        let compared = self.bytes[..start].trim_ascii_end().ends_with(b"==") && is_only_read(&self.bytes[self.at..]);
        if matches!(word, "ARGV" | "ARGC") && !compared {
            return Err("the program may choose its files itself");
        }
        if matches!(word, "print" | "printf") {
            self.printing = Some(self.depth);
        }
        if word == "getline" {
            return self.getline();
        }
        self.before = match word {
            _ if OPERATORS.contains(&word) => Before::Operator,
            // A keyword of some versions, and a name in the others.
            "case" | "length" | "next" | "nextfile" | "break" | "continue" | "BEGIN" | "END" | "getline" => {
                Before::Unclear
            }
            _ => Before::Operand,
        };
        Ok(())
    }

    /// `getline` may read the next record, or a file whose name is a plain literal.
    fn getline(&mut self) -> Read {
        self.before = Before::Unclear;
        let mut ahead = 0;
        while self.peek(ahead).is_ascii_alphanumeric() || matches!(self.peek(ahead), b' ' | b'_' | b'\t') {
            ahead += 1;
        }
        if !matches!(self.peek(ahead), 0 | b';' | b'}' | b')' | b'\n' | b'>' | b'=' | b'!' | b'&' | b',') {
            return Err("the program reads a file or a connection by `getline`");
        }
        Ok(())
    }

    /// A division or a regular expression; where both can be, nothing that a wrong guess could hide may follow.
    fn slash(&mut self) -> Read {
        match self.before {
            Before::Operand => {
                self.at += 1;
                self.before = Before::Operator;
                Ok(())
            }
            Before::Unclear => {
                self.at += 1;
                self.before = Before::Operator;
                if self.bytes[self.at..].iter().any(|b| matches!(b, b'/' | b'"' | b'#')) {
                    return Err("a slash of the program may be read in two ways");
                }
                Ok(())
            }
            Before::Operator => self.regex(),
        }
    }

    fn regex(&mut self) -> Read {
        self.at += 1;
        let mut bracket = false;
        loop {
            match self.peek(0) {
                0 | b'\n' => return Err("a regular expression of the program is not closed"),
                b'\\' => self.at += 2,
                b'[' if bracket || self.peek(1) == b']' || self.peek(1) == b'^' && self.peek(2) == b']' => {
                    self.class(bracket)?;
                }
                b'[' => {
                    bracket = true;
                    self.at += 1;
                }
                b']' => {
                    bracket = false;
                    self.at += 1;
                }
                b'/' if bracket => return Err("a slash of the program may be read in two ways"),
                b'/' => {
                    self.at += 1;
                    self.before = Before::Operand;
                    self.continues = false;
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
    }

    /// `[:alpha:]` between brackets; a bracket that closes nothing yet is read in two ways.
    fn class(&mut self, inside: bool) -> Read {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().skip(2).take_while(|b| b.is_ascii_lowercase()).count();
        if !inside || !rest.starts_with(b"[:") || !rest[2 + len..].starts_with(b":]") {
            return Err("a bracket of the program may be read in two ways");
        }
        self.at += len + 4;
        Ok(())
    }

    /// A comparison, unless it stands in a `print` outside of parentheses.
    fn greater(&mut self) -> Read {
        if self.printing.is_some_and(|depth| self.depth <= depth) {
            return self.output();
        }
        self.at += 1;
        if self.peek(0) == b'>' {
            return Err("the program writes a file");
        }
        self.before = Before::Operator;
        self.continues = false;
        Ok(())
    }

    /// `> "/dev/stderr"` and `> "/dev/stdout"`, as a whole statement.
    fn output(&mut self) -> Read {
        while matches!(self.peek(0), b'>' | b' ') {
            self.at += 1;
        }
        let rest = &self.bytes[self.at..];
        let Some(target) =
            [&b"\"/dev/stderr\""[..], b"\"/dev/stdout\""].into_iter().find(|target| rest.starts_with(target))
        else {
            return Err("the program writes a file");
        };
        self.at += target.len();
        while matches!(self.peek(0), b' ' | b'\t') {
            self.at += 1;
        }
        match self.peek(0) {
            0 | b';' | b'}' | b'\n' => {
                self.before = Before::Operand;
                Ok(())
            }
            _ => Err("the program writes a file"),
        }
    }

    /// `| "sort -rn"`, as the end of a statement: only into a filter that prints.
    fn pipe(&mut self) -> Read {
        const REFUSED: Read = Err("the program reads from a command or writes into one");
        self.at += 1;
        while self.peek(0) == b' ' {
            self.at += 1;
        }
        // Some hand a changed environment on to what they start, which is looked up in its `PATH`.
        if memmem::find(self.bytes, b"ENVIRON").is_some() {
            return REFUSED;
        }
        let Some(rest) = self.bytes[self.at..].strip_prefix(b"\"") else { return REFUSED };
        let len = rest.iter().take_while(|byte| **byte != b'"').count();
        if len == rest.len() || !std::str::from_utf8(&rest[..len]).is_ok_and(|line| line.split('|').all(is_filter)) {
            return REFUSED;
        }
        self.at += len + 2;
        self.before = Before::Operand;
        while matches!(self.peek(0), b' ' | b'\t') {
            self.at += 1;
        }
        if matches!(self.peek(0), 0 | b';' | b'}' | b'\n') { Ok(()) } else { REFUSED }
    }

    fn punctuation(&mut self, byte: u8) -> Read {
        if !(byte.is_ascii_punctuation() || byte == b'\n') || byte == b'\'' || byte == b'`' || byte == b'\\' {
            return Err("this part of the program is not read");
        }
        self.at += 1;
        let double = matches!(byte, b'+' | b'-' | b'&') && self.peek(0) == byte;
        self.at += usize::from(double);
        match byte {
            b'(' | b'[' => self.depth += 1,
            b')' | b']' => self.depth = self.depth.saturating_sub(1),
            b';' | b'}' | b'{' => self.printing = None,
            // Where an operand is missing some go on in the next line.
            b'\n' if !self.continues && self.before != Before::Operator => self.printing = None,
            _ => {}
        }
        self.before = match byte {
            b')' => Before::Unclear,
            b']' => Before::Operand,
            b'+' | b'-' if double => Before::Unclear,
            _ => Before::Operator,
        };
        if byte != b'\n' {
            self.continues = matches!(byte, b',' | b'{') || byte == b'&' && double;
        }
        Ok(())
    }
}

/// Whether a command with its options prints what it makes of its input.
fn is_filter(command: &str) -> bool {
    let mut words = command.split_ascii_whitespace();
    let letters = match words.next() {
        Some("sort") => "nrukVhbdfgM,.",
        Some("uniq") => "cdui",
        Some("head" | "tail") => "n",
        Some("column") => "t",
        Some("wc") => "lwc",
        _ => return false,
    };
    words.all(|word| {
        let option = word
            .strip_prefix('-')
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || letters.contains(c)));
        option || letters != "cdui" && word.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Whether what stands behind an array's name is a number in brackets after which nothing assigns.
fn is_only_read(rest: &[u8]) -> bool {
    let Some(inside) = rest.strip_prefix(b"[") else { return false };
    let digits = inside.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let Some(after) = inside[digits..].strip_prefix(b"]") else { return false };
    let next = after.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
    next.is_none_or(|byte| b"{)};&\n".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn computing_programs_are_read() {
        for program in [
            "{print $1}",
            "$3 > 100",
            "{ if ($1 > \"b\") print }",
            "/start/,/end/",
            "{gsub(/a/,\"b\"); print}",
            "{print ($1 > 2)}",
            "!seen[$0]++",
            "{s+=$1} END {print s/NR}",
            "NR>1 && NR<=10",
            "{print (a+b)/2}",
            "BEGIN{print length(\"x > y | z\")}",
            "{print \"e\" > \"/dev/stderr\"}",
            "$1 ~ /^[a-z]+$/ {n++} END{print n}",
            "{print; x = 1 > 0}",
            "{x = 1e3 + 2.5E-1 + .5; print x}",
            "FILENAME==ARGV[1]{n++}",
            "{while ((getline line) > 0) n++}",
            "{c[$5]++} END{for(k in c) printf \"%5d %s\\n\", c[k], k | \"sort -rn\"}",
            "{print $1 | \"sort -k2,2nr | uniq -c | head -n 5\"}",
        ] {
            assert_eq!(judge(program), Ok(()), "{program}");
        }
    }

    #[test]
    fn programs_that_write_or_run_are_refused() {
        for program in [
            "{print > \"f\"}",
            "{print>$1}",
            "{print >> \"f\"}",
            "{printf(\"x\") > \"f\"}",
            "{print $1,\n$2 > \"f\"}",
            "BEGIN{system(\"x\")}",
            "BEGIN { system (\"x\") }",
            "{print | \"sh\"}",
            "{print | \"sort -o f\"}",
            "{print | \"sort -no f\"}",
            "{print | \"sort\" \" -o f\"}",
            "{print | \"sort > f\"}",
            "{print | \"sort;id\"}",
            "{print | \"sort | sh\"}",
            "{print | \"uniq 1 2\"}",
            "{print | \"sort -T x\"}",
            "{print |& \"sort\"}",
            "{print | x}",
            "{\"sort\" | getline}",
            "BEGIN{\"x\" | getline}",
            "BEGIN{while ((getline l < \"f\") > 0) print l}",
            "@load \"x\"",
            "BEGIN{f=\"system\"; @f(\"x\")}",
            "{if (x) /\"/; system(\"y\"); /\"/}",
            "{print > \"/dev/stderr\" \"x\"}",
            "{ print (1)(2) > \"f\" }",
            "{print 1 ? 2 :\n 3 > \"f\"}",
            "{print 1 +\n 3 > \"f\"}",
            "BEGIN{x=1system(\"x\")}",
            "BEGIN{x=0xsystem(\"x\")}",
            "BEGIN{x=1e5getline < \"f\"}",
            "BEGIN{getline l\\\n< \"f\"}",
            "BEGIN{getline l < \"f\"}",
            "BEGIN{ENVIRON[\"PATH\"]=\".\"} {print | \"sort\"}",
            "BEGIN{SYMTAB[\"ARGV\"][1]=\"f\"} 1",
            "x==ARGV[1]=\"f\"",
            "x==ARGV[1]++",
            "BEGIN{ARGV[1]=\"/inet/tcp/0/h/80\";ARGC=2} 1",
            "{print |& \"x\"}",
            "{print a\\\n> \"f\"}",
        ] {
            assert!(judge(program).is_err(), "{program}");
        }
    }
}
