//! Paths in Rust source, for the wall. Source is read as tokens, not as text, so comments and strings count for nothing
//! and a grouped import counts for each of its names. What a macro writes is not seen.

/// A path in code, one for each name of a grouped import.
pub(super) struct Named {
    /// Its parts; a macro's last part ends with `!`.
    pub(super) names: Vec<String>,
    /// The module it is written in.
    pub(super) module: Vec<String>,
    pub(super) in_use: bool,
    pub(super) renamed: bool,
    /// Counted from 1.
    pub(super) line: usize,
}

/// A word or a mark; an empty text for a literal.
pub(super) struct Token {
    pub(super) text: String,
    /// Counted from 1.
    pub(super) line: usize,
}

/// A path from the root of the crate; none for a path that leads elsewhere.
pub(super) fn absolute(names: &[String], module: &[String]) -> Option<Vec<String>> {
    let mut from: Vec<String> = module.to_vec();
    let mut rest = names;
    match names.first()?.as_str() {
        "crate" => {
            from.clear();
            rest = names.get(1..)?;
        }
        "self" => rest = names.get(1..)?,
        "super" => {
            while rest.first().is_some_and(|name| name == "super") {
                from.pop();
                rest = rest.get(1..)?;
            }
        }
        _ => return None,
    }
    from.extend(rest.iter().cloned());
    Some(from)
}

/// Every path of a file that is the module `module`. `extern crate` and `#[path =` are told as paths of two words.
pub(super) fn named(tokens: &[Token], module: &[String]) -> Vec<Named> {
    let mut reader = Reader { tokens, at: 0, module: module.to_vec(), found: Vec::new() };
    reader.read();
    reader.found
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    /// The module that the current token stands in.
    module: Vec<String>,
    found: Vec<Named>,
}

impl Reader<'_> {
    /// The token so many after the current one; empty past the end.
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |token| token.text.as_str())
    }

    fn before(&self) -> &str {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or("", |token| token.text.as_str())
    }

    fn read(&mut self) {
        let (mut depth, mut opened) = (0_usize, Vec::new());
        while self.at < self.tokens.len() {
            match (self.text(0), self.text(1)) {
                ("mod", name) if self.text(2) == "{" => {
                    let name = name.to_owned();
                    self.module.push(name);
                    opened.push(depth);
                    depth += 1;
                    self.at += 3;
                }
                ("{", _) => {
                    depth += 1;
                    self.at += 1;
                }
                ("}", _) => {
                    depth = depth.saturating_sub(1);
                    if opened.last() == Some(&depth) {
                        opened.pop();
                        self.module.pop();
                    }
                    self.at += 1;
                }
                ("extern", "crate") => self.other_way(),
                ("path", "=") if self.before() == "[" => self.other_way(),
                ("use", next) if next == "{" || next == "::" || is_word(next) => {
                    self.at += 1;
                    self.branch(&[], true);
                }
                (word, _) if is_word(word) && self.before() != "." => self.branch(&[], false),
                _ => self.at += 1,
            }
        }
    }

    /// A module by another way than its place: told, and passed.
    fn other_way(&mut self) {
        let names = vec![self.text(0).to_owned(), self.text(1).to_owned()];
        self.tell(names, false, false, self.at);
        while !matches!(self.text(0), ";" | "]" | "") {
            self.at += 1;
        }
    }

    /// Reads a path that begins with `stem`, with all branches of its groups.
    fn branch(&mut self, stem: &[String], in_use: bool) {
        let start = self.at;
        let mut names = stem.to_vec();
        if self.text(0) == "::" {
            self.at += 1;
        }
        loop {
            match self.text(0) {
                "{" if in_use => return self.group(&names),
                "self" if !names.is_empty() => {}
                word if is_word(word) || in_use && word == "*" => names.push(word.to_owned()),
                // What no path holds is passed, so that reading ends.
                _ => {
                    self.at += 1;
                    return;
                }
            }
            self.at += 1;
            let goes_on = is_word(self.text(1)) || in_use && matches!(self.text(1), "{" | "*");
            if self.text(0) != "::" || !goes_on {
                break;
            }
            self.at += 1;
        }
        if self.text(0) == "!"
            && matches!(self.text(1), "(" | "[" | "{")
            && let Some(name) = names.last_mut()
        {
            name.push('!');
        }
        let renamed = in_use && self.text(0) == "as";
        if renamed {
            self.at += 2;
        }
        self.tell(names, in_use, renamed, start);
    }

    fn group(&mut self, stem: &[String]) {
        self.at += 1;
        while !matches!(self.text(0), "}" | "") {
            self.branch(stem, true);
            if self.text(0) == "," {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    fn tell(&mut self, names: Vec<String>, in_use: bool, renamed: bool, at: usize) {
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        self.found.push(Named { names, module: self.module.clone(), in_use, renamed, line });
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The tokens of Rust source, without comments.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let (token, after) = rest.split_at(token_length(rest));
        let is_comment = token.starts_with("//") || token.starts_with("/*");
        if !first.is_whitespace() && !is_comment {
            let is_quoted = token.contains('"') || token.starts_with('\'') || token.starts_with("b'");
            tokens.push(Token { text: if is_quoted { String::new() } else { token.trim_start_matches("r#").to_owned() }, line });
        }
        line += token.matches('\n').count();
        rest = after;
    }
    tokens
}

/// How many bytes the first token of `rest` has; white space and comments are tokens here.
fn token_length(rest: &str) -> usize {
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (prefix, after) = rest.split_at(word);
    let unhashed = after.trim_start_matches('#');
    let hashes = after.len() - unhashed.len();
    if matches!(prefix, "r" | "br" | "cr")
        && let Some(raw) = unhashed.strip_prefix('"')
    {
        let end = format!("\"{}", "#".repeat(hashes));
        return word + hashes + 1 + raw.find(&end).map_or(raw.len(), |at| at + end.len());
    }
    if matches!(prefix, "" | "b" | "c") && after.starts_with('"') {
        return word + quoted(after, '"');
    }
    if prefix == "r" && hashes == 1 {
        return word + 1 + token_length(unhashed);
    }
    if matches!(prefix, "" | "b") && after.starts_with('\'') {
        let mut inside = after.chars().skip(1);
        let (one, two) = (inside.next(), inside.next());
        let is_character = one == Some('\\') || two == Some('\'');
        return word + if is_character { quoted(after, '\'') } else { 1 };
    }
    if word > 0 {
        return word;
    }
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    let marks = ["..=", "...", "..", "::", "!=", "==", "=>"];
    marks.iter().find(|mark| rest.starts_with(**mark)).map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |mark| mark.len())
}

/// The bytes from a quote to its end, both counted.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The bytes of a block comment; Rust's nest.
fn block_comment(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}
