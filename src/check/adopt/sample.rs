//! Texts that an expression matches, with fillers where the secret's characters are, so that none looks alive.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// The longest text that is made, in bytes.
const MAX_SAMPLE_BYTES: usize = 2048;
/// How long a secret without a bound is made.
const USUAL_SECRET: usize = 24;
/// How deep an expression is walked.
const MAX_DEPTH: usize = 200;
/// Characters that are taken for one of a class outside a secret, the first that is in it.
const PREFERRED: &[u8] = b"=:\"' _-/.,;>(){}[]|`\n\t";
/// Fillers and their alphabets, the richest first.
const FILLERS: [(&str, &str); 11] = [
    ("alnum", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
    ("base58", "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789"),
    ("alpha", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ("loweralnum", "abcdefghijklmnopqrstuvwxyz0123456789"),
    ("upperalnum", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    ("base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("lower", "abcdefghijklmnopqrstuvwxyz"),
    ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("hex", "0123456789abcdef"),
    ("HEX", "0123456789ABCDEF"),
    ("digit", "0123456789"),
];
/// How many characters of an alphabet without a filler stand together, in bytes.
const MAX_WHOLE: usize = 6;
/// A filler of nothing: it parts a value, so that no file holds it whole.
const PARTING: &str = "${digit:0}";

/// A text that an expression matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// What stands before the secret.
    pub before: String,
    /// The secret, with fillers.
    pub secret: String,
    /// What stands behind it.
    pub after: String,
    /// The secret, too short: nearest first.
    pub shorter: Vec<String>,
}

impl Sample {
    /// The whole text.
    pub fn text(&self) -> String {
        format!("{}{}{}", self.before, self.secret, self.after)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Filler(&'static str, usize),
}

/// Draws the text of a number: other branches are taken, and more or fewer of what may repeat.
pub(super) fn draw(hir: &Hir, number: usize) -> Option<Sample> {
    let grouped = hir.properties().explicit_captures_len() > 0;
    let mut drawing = Drawing { number, branch: number, in_secret: !grouped, pieces: Vec::new(), bytes: 0, secret: None };
    drawing.walk(hir, 0)?;
    let (start, end) = drawing.secret.unwrap_or((0, drawing.pieces.len()));
    let pieces = |from: usize, to: usize| drawing.pieces.get(from..to).unwrap_or_default();
    let secret = pieces(start, end);
    let parted = parted(secret);
    let secret = parted.as_deref().unwrap_or(secret);
    let shorter = shorter(secret);
    Some(Sample { before: render(pieces(0, start)), secret: render(secret), after: render(pieces(end, drawing.pieces.len())), shorter })
}

struct Drawing {
    number: usize,
    /// Which branch is taken next.
    branch: usize,
    in_secret: bool,
    pieces: Vec<Piece>,
    bytes: usize,
    secret: Option<(usize, usize)>,
}

impl Drawing {
    fn walk(&mut self, hir: &Hir, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Some(()),
            HirKind::Literal(literal) => self.push(Piece::Text(std::str::from_utf8(&literal.0).ok()?.to_owned())),
            HirKind::Class(class) => self.class(class, 1),
            HirKind::Repetition(repetition) => {
                if let HirKind::Class(class) = repetition.sub.kind() {
                    // What may be anything, or nothing, is no secret even where the whole match is one.
                    let was = self.in_secret;
                    self.in_secret = was && !(repetition.min == 0 && holds_space(class));
                    let done = self.class(class, self.count(repetition));
                    self.in_secret = was;
                    return done;
                }
                let least = repetition.min as usize;
                let once = usize::from(self.in_secret && repetition.max != Some(0));
                (0..self.count(repetition).min(least.max(once))).try_for_each(|_| self.walk(&repetition.sub, depth + 1))
            }
            HirKind::Capture(capture) => {
                let start = self.pieces.len();
                self.in_secret = true;
                self.walk(&capture.sub, depth + 1)?;
                self.in_secret = false;
                self.secret = Some((start, self.pieces.len()));
                Some(())
            }
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.walk(part, depth + 1)),
            HirKind::Alternation(branches) => {
                let taken = branches.get(self.branch % branches.len().max(1))?;
                self.branch /= 2;
                self.walk(taken, depth + 1)
            }
        }
    }

    fn count(&self, repetition: &Repetition) -> usize {
        let least = repetition.min as usize;
        let most = repetition.max.map_or(usize::MAX, |most| most as usize);
        let usual = if self.in_secret { USUAL_SECRET } else { usize::from(self.number % 2 == 1) };
        if self.number % 4 < 3 { least.max(usual.min(most)) } else { least }.min(MAX_SAMPLE_BYTES + 1)
    }

    fn push(&mut self, piece: Piece) -> Option<()> {
        self.bytes += match &piece {
            Piece::Text(text) => text.len(),
            Piece::Filler(_, count) => *count,
        };
        self.pieces.push(piece);
        (self.bytes <= MAX_SAMPLE_BYTES).then_some(())
    }

    fn class(&mut self, class: &Class, count: usize) -> Option<()> {
        let members = members(class);
        let has = |byte: u8| members.get(usize::from(byte)).copied().unwrap_or(false);
        let letters: Vec<u8> = (0..=127).filter(|&byte| has(byte)).collect();
        if count == 0 {
            return Some(());
        }
        // One letter in either case, or one character.
        if let [one] | [_, one] = letters.as_slice()
            && letters.iter().all(|byte| byte.eq_ignore_ascii_case(one))
        {
            return self.push(Piece::Text(char::from(*one).to_string().repeat(count)));
        }
        if !self.in_secret && count <= 2 {
            let one = PREFERRED.iter().copied().find(|&byte| has(byte)).or_else(|| letters.iter().copied().find(u8::is_ascii_graphic))?;
            return self.push(Piece::Text(char::from(one).to_string().repeat(count)));
        }
        if count <= MAX_SAMPLE_BYTES
            && let Some((word, _)) = FILLERS.iter().find(|(_, alphabet)| alphabet.bytes().all(has))
        {
            return self.push(Piece::Filler(word, count));
        }
        self.characters(&letters, count)
    }

    /// Characters of an alphabet that no filler has.
    fn characters(&mut self, letters: &[u8], count: usize) -> Option<()> {
        let shown: Vec<u8> = letters.iter().copied().filter(u8::is_ascii_graphic).collect();
        let shown = if shown.is_empty() { letters } else { &shown };
        if shown.is_empty() || count > MAX_SAMPLE_BYTES {
            return None;
        }
        // Marsaglia's xorshift64: the same text for the same number, and no pattern in it that looks like a stand-in.
        let mut dice = 0x9E37_79B9_7F4A_7C15_u64 ^ self.number as u64;
        let mut draw = || {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            shown.get((dice >> 33) as usize % shown.len()).map(|&byte| char::from(byte))
        };
        let text: String = (0..count).filter_map(|_| draw()).collect();
        if !self.in_secret || count <= 2 {
            return self.push(Piece::Text(text));
        }
        self.push(Piece::Filler("digit", 0))?;
        let mut rest = text.as_str();
        while let Some((head, tail)) = rest.split_at_checked(MAX_WHOLE) {
            self.push(Piece::Text(head.to_owned()))?;
            self.push(Piece::Filler("digit", 0))?;
            rest = tail;
        }
        self.push(Piece::Text(rest.to_owned()))
    }
}

fn members(class: &Class) -> [bool; 256] {
    let mut members = [false; 256];
    let mut note = |start: u32, end: u32| {
        for member in members.iter_mut().take(end as usize + 1).skip(start as usize) {
            *member = true;
        }
    };
    match class {
        Class::Bytes(class) => class.ranges().iter().for_each(|range| note(range.start().into(), range.end().into())),
        Class::Unicode(class) => {
            class
                .ranges()
                .iter()
                .filter(|range| range.start() <= '\u{7f}')
                .for_each(|range| note(range.start().into(), u32::from(range.end()).min(127)));
        }
    }
    members
}

fn holds_space(class: &Class) -> bool {
    members(class).get(usize::from(b' ')).copied().unwrap_or(false)
}

/// A secret that is one text, in two.
fn parted(secret: &[Piece]) -> Option<Vec<Piece>> {
    if secret.iter().any(|piece| matches!(piece, Piece::Filler(..))) {
        return None;
    }
    let text = render(secret);
    let (at, _) = text.char_indices().nth(text.chars().count() / 2)?;
    let (head, tail) = text.split_at_checked(at)?;
    Some(vec![Piece::Text(head.to_owned()), Piece::Filler("digit", 0), Piece::Text(tail.to_owned())])
}

/// Secrets that are shorter by one, by half, and by all of their last filler; of a secret without one, its beginning.
fn shorter(secret: &[Piece]) -> Vec<String> {
    let last = secret.iter().enumerate().rev().find_map(|(at, piece)| match piece {
        Piece::Filler(word, count) if *count > 1 => Some((at, *word, *count)),
        _ => None,
    });
    let Some((at, word, count)) = last else {
        return vec![format!("{}{PARTING}", render(secret.get(..secret.len() / 2).unwrap_or_default()))];
    };
    let cut = |count: usize| {
        let mut pieces = secret.to_vec();
        if let Some(piece) = pieces.get_mut(at) {
            *piece = Piece::Filler(word, count);
        }
        render(&pieces)
    };
    [count - 1, count / 2, 0].map(cut).into()
}

fn render(pieces: &[Piece]) -> String {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Filler(word, count)), Piece::Filler(next, more)) if word == next => *count += more,
            (Some(Piece::Text(text)), Piece::Text(more)) => text.push_str(more),
            _ => joined.push(piece.clone()),
        }
    }
    let show = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Filler(word, count) => format!("${{{word}:{count}}}"),
    };
    joined.iter().map(show).collect()
}
