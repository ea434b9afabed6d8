//! The kind `value`: a value that only its surroundings betray.
//!
//! Keys and values of a line are read once, by [`pair`], and kept for all rules that ask. A rule then speaks of them: which
//! words stand near, which the key holds, which shape the whole value has. What it finds is scored.

mod around;
mod bytes;
mod cursor;
mod joined;
mod key;
mod lines;
mod pair;
mod score;
mod surprise;
mod whole;

use std::cell::OnceCell;

use bstr::ByteSlice as _;

pub use score::Score;
pub(super) use score::is_member;
pub(super) use surprise::surprise;

use self::around::{MAX_LINES_AROUND, is_naming};
use self::key::{Key, Promise};
use self::lines::{Lines, line_at};
use self::pair::{Join, Link, Value, values};
use self::score::{Place, score};
use self::whole::{Settings, hidden};
use super::pattern::{Pattern, PatternError};
use super::stand_in;
use super::words::{Words, words};
use crate::model::{ASIDE, Confidence, Ground, Match, Secret, Span};
use crate::rules::Rule;

/// How many lines below a provider's word its values may stand.
const LINES_BELOW: usize = 5;
/// How many lines below its key a value may stand.
const LINES_BELOW_KEY: usize = 1;
/// How far below, in bytes.
const MAX_BELOW_BYTES: usize = 1 << 10;
/// How far behind a provider's word, on its line, a value may stand whose key says nothing.
const MAX_BESIDE_BYTES: usize = 48;
/// Longer values are not compared with their keys.
const MAX_NAME_BYTES: usize = 80;
/// A file of more bytes is no file that holds a secret alone.
const MAX_SMALL_FILE_BYTES: usize = 2 << 10;
/// One of more lines is none either.
const MAX_SMALL_FILE_LINES: usize = 4;
/// The fewest bytes of a secret that has a line for itself.
const MIN_LONE_BYTES: usize = 16;
/// So many points below its line a value is still told, at low confidence.
const FAINT_POINTS: usize = 15;
/// How many lines above and below a UUID are looked at for more of them,
const LINES_OF_LIST: usize = 6;
/// and how many of them make a list: more than the ids that stand beside one client's secret.
const UUIDS_OF_LIST: usize = 6;
/// What says of a file that its values are encrypted for a cluster.
const SEALED: &str = "kind: SealedSecret";
/// How many bits a byte words cost at most.
const WORD_BITS: f32 = 4.7;

/// The fewest of them.
const MIN_DRAWN_BYTES: usize = 16;
/// How many bits a byte letters cost at least that no name is made of.
const DRAWN_BITS: f32 = 5.8;

/// Whether a value costs what words cost.
pub(super) fn reads_like_words(value: &[u8]) -> bool {
    surprise(value) < WORD_BITS
}

/// Whether a value that stands where a password does reaches a score.
pub(crate) fn is_password(value: &[u8], least: usize) -> bool {
    usize::from(score(value, Place::sure(Promise::Password)).points) >= least
}

/// Where the values of a text stand, in their order.
pub(super) fn all_values(text: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split(|&byte| byte == b'\n') {
        values(text, Span { start, end: start + line.len() }, Settings::None, &mut found);
        start += line.len() + 1;
    }
    found.into_iter().filter(|value| value.join(text).is_some()).map(|value| value.span).collect()
}

/// The values of one text, read where a rule asks for them.
#[derive(Debug)]
pub struct Values<'t> {
    path: &'t [u8],
    text: &'t [u8],
    lines: Lines,
    /// The stretches that were looked at for tokens, in order.
    seen: Vec<Seen>,
    /// Whether it is a secret that only a cluster can open.
    is_sealed: OnceCell<bool>,
    in_code: bool,
    aside: OnceCell<bool>,
    is_lock: bool,
}

/// Ends of names of program text, in which a bare word is a name.
static CODE_ENDS: Words = words!(
    "\
    py js jsx ts tsx mjs cjs go rs java kt kts scala rb php c h cc cpp hpp cs swift m mm lua pl pm ex exs erl hs clj dart phar \
    vue svelte html htm css scss sql r jl groovy gradle tf hcl md mdx rst adoc proto graphql \
"
);
/// Files in which programs write down versions and digests of packages.
static LOCKS: Words = words!(
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock cargo.lock go.sum go.mod go.work.sum \
     poetry.lock uv.lock pdm.lock pipfile.lock composer.lock gemfile.lock podfile.lock packages.lock.json flake.lock \
     mix.lock pubspec.lock gradle.lockfile deno.lock conan.lock stanch.toml .terraform.lock.hcl"
);
/// Parts of paths of tests, examples and documents.
static ASIDE_PARTS: Words = words!(
    "\
    test tests testing testdata test-data test_data spec specs fixture fixtures __tests__ __mocks__ mock mocks e2e example \
    examples sample samples doc docs demo demos documentation testutil testutils integration-test integration_test \
    benchmarks locale locales localization localisation lang langs l10n i18n translations node_modules vendor third_party cassettes cassette test-fixtures snapshots __snapshots__ storybook stories playground \
"
);

/// A test, an example or a document, and what it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// Settings, records of accounts, and the like: what programs read.
    Data,
    /// Program text and prose: what people read.
    Text,
}

impl Aside {
    /// What a file is by its path, where it is such a one.
    pub fn of(path: &[u8]) -> Option<Self> {
        is_aside(path).then(|| if has_code_end(&path.to_ascii_lowercase()) { Self::Text } else { Self::Data })
    }
}

/// Whether a path in lower case ends as program text or prose does; a dump of a database is neither.
fn has_code_end(path: &[u8]) -> bool {
    let end = path.rfind_byte(b'.').and_then(|at| path.get(at + 1..)).unwrap_or_default();
    end != b"sql" && CODE_ENDS.iter().any(|known| end == known.as_bytes())
}

/// Whether a file is a test, an example or a document by its path.
fn is_aside(path: &[u8]) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let end = name.rfind_byte(b'.').and_then(|at| name.get(at + 1..)).unwrap_or_default();
    let is_part = |part: &[u8]| ASIDE_PARTS.iter().any(|known| part == known.as_bytes());
    let mut folders: Vec<&[u8]> = lower.split(|&byte| byte == b'/').collect();
    folders.pop();
    let is_test =
        TEST_STARTS.iter().any(|start| name.starts_with(start.as_bytes())) || TEST_MARKS.iter().any(|mark| name.contains_str(mark));
    is_test || folders.into_iter().any(is_part) || matches!(end, b"md" | b"mdx" | b"rst" | b"adoc" | b"po" | b"snap" | b"lock")
}

/// Whether a value may stand behind a word of a key that ends at `at`: most words of prose and names of program text lead to
/// none, which is cheap to see. What this lets pass is read in full.
pub fn may_lead_to_value(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..text.len().min(at + MAX_LEAD_BYTES)).unwrap_or_default();
    // The rest of the key, what closes it, and what joins it to a value.
    let name = rest.iter().take_while(|&&byte| bytes::is_name(byte)).count();
    let rest = rest.get(name..).unwrap_or_default();
    let joint = rest.iter().take_while(|&&byte| !byte.is_ascii_alphanumeric() && byte != b'\n').count();
    let (joint, rest) = rest.split_at_checked(joint).unwrap_or_default();
    // What follows on the line has a digit or a sign that no plain name has, or the value stands on the next line.
    let line = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let is_telling = |byte: &u8| TELLING.get(usize::from(*byte)).is_some_and(|&is_telling| is_telling);
    let ends = line.len() < rest.len() && line.iter().all(|byte| !byte.is_ascii_alphanumeric());
    joint.iter().chain(line).any(is_telling)
        || ends
        || line.split(|byte| !byte.is_ascii_alphabetic()).any(is_drawn)
        // `word = <<EOF` above the value, and `name: WORD` behind it.
        || joint.find("<<").is_some()
        || is_naming(text, at)
}

/// Whether letters alone, too many for a word, are no name.
fn is_drawn(letters: &[u8]) -> bool {
    letters.len() >= MIN_DRAWN_BYTES && surprise(letters) > DRAWN_BITS
}

/// Where the first run without white space, quotes and brackets begins from `from` to `to` that is long, or less long and
/// holds a digit; or up to where none does.
fn next_token(text: &[u8], from: usize, to: usize) -> (usize, bool) {
    let part = |at: usize| text.get(at).and_then(|&byte| PARTS.get(usize::from(byte))).copied().unwrap_or(Part::Edge);
    let mut start = from;
    if from > 0 && part(from - 1) != Part::Edge {
        start = (from..=to).find(|&at| part(at) == Part::Edge).unwrap_or(to) + 1;
    }
    while start <= to {
        let (mut at, mut has_digit) = (start, false);
        loop {
            match part(at) {
                Part::Edge => break,
                Part::Digit => has_digit = true,
                Part::Inner => {}
            }
            at += 1;
            if at - start >= if has_digit { MIN_TOKEN_BYTES } else { MIN_LETTERS_BYTES } {
                return (start, true);
            }
        }
        start = at + 1;
    }
    (start, false)
}

/// What was seen of the tokens of a text: from `from` on none begins before `at`, where one may.
#[derive(Clone, Copy, Debug)]
struct Seen {
    from: usize,
    at: usize,
    is_token: bool,
}

/// What a byte is to a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Edge,
    Digit,
    Inner,
}

/// The part that each byte plays.
static PARTS: [Part; 256] = {
    let mut parts = [Part::Inner; 256];
    let mut byte = 0;
    while byte < 256 {
        if byte <= b'"' as usize {
            parts[byte] = Part::Edge;
        } else if byte >= b'0' as usize && byte <= b'9' as usize {
            parts[byte] = Part::Digit;
        }
        byte += 1;
    }
    let edges = b"'(),;<>[]`{}";
    let mut at = 0;
    while at < edges.len() {
        parts[edges[at] as usize] = Part::Edge;
        at += 1;
    }
    parts
};

/// Which bytes no plain name has.
static TELLING: [bool; 256] = {
    let mut telling = [false; 256];
    let signs = b"0123456789!#$%^&*@+/~?|";
    let mut at = 0;
    while at < signs.len() {
        telling[signs[at] as usize] = true;
        at += 1;
    }
    telling
};

/// The fewest bytes of such a run without a digit.
const MIN_LETTERS_BYTES: usize = 24;
/// The fewest bytes of such a run.
const MIN_TOKEN_BYTES: usize = 12;
/// How far before a word, on its line, a value of its may stand.
const MAX_KEY_LINE_BYTES: usize = 512;
/// How far behind a word of a key a value begins at most.
const MAX_LEAD_BYTES: usize = 120;

/// How names of tests begin.
const TEST_STARTS: &[&str] = &["test_", "test-", "mock_", "fake_"];
/// What names of tests hold.
const TEST_MARKS: &[&str] = &["_test.", ".test.", "_spec.", ".spec.", "-test.", "tests.", ".stories.", "_mock.", ".mock."];

impl<'t> Values<'t> {
    /// Reads nothing yet. `path` tells program text from settings, and tests from the rest.
    pub fn new(path: &'t [u8], text: &'t [u8]) -> Self {
        let lower = path.to_ascii_lowercase();
        let name = lower.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        let end = name.rfind_byte(b'.').and_then(|at| name.get(at + 1..)).unwrap_or_default();
        Self {
            path,
            text,
            lines: Lines::new(Settings::of(name)),
            seen: Vec::new(),
            is_sealed: OnceCell::new(),
            in_code: CODE_ENDS.iter().any(|known| end == known.as_bytes()),
            is_lock: LOCKS.iter().any(|lock| name == lock.as_bytes()),
            aside: OnceCell::new(),
        }
    }

    /// Whether a token stands near a provider's word that its values could be: one of some length, with a digit in it.
    fn has_token_near(&mut self, word: Span) -> bool {
        let from = word.start.saturating_sub(MAX_KEY_LINE_BYTES);
        let to = word.end.saturating_add(MAX_BELOW_BYTES + MAX_KEY_LINE_BYTES).min(self.text.len());
        let place = self.seen.partition_point(|seen| seen.from <= from);
        if let Some(seen) = place.checked_sub(1).and_then(|place| self.seen.get_mut(place)).filter(|seen| from <= seen.at) {
            if !seen.is_token && seen.at <= to {
                (seen.at, seen.is_token) = next_token(self.text, seen.at, to);
            }
            return seen.is_token && seen.at <= to;
        }
        let (at, is_token) = next_token(self.text, from, to);
        self.seen.insert(place, Seen { from, at, is_token });
        is_token
    }

    /// Finds the rule's values around its word at `word`.
    ///
    /// # Errors
    /// If the rule's expression does not compile.
    pub fn scan(&mut self, rule: &Rule, pattern: &Pattern, word: Span, found: &mut Vec<Match>) -> Result<(), PatternError> {
        if self.is_lock {
            return Ok(());
        }
        let is_own = rule.near.is_empty();
        if !is_own && rule.lengths.0 >= MIN_TOKEN_BYTES && !self.has_token_near(word) {
            return Ok(());
        }
        let mut line = self.lines.at(self.text, word.start);
        let below = match () {
            () if !is_own => LINES_BELOW,
            () if opens(self.text, Span { start: word.end, end: self.lines.span(line).end }) => MAX_LINES_AROUND,
            () => LINES_BELOW_KEY,
        };
        let first = self.lines.span(line).start;
        if first > 0 && is_naming(self.text, word.start) {
            let above = self.lines.at(self.text, first - 1);
            let relation = if is_own { Relation::Key } else { Relation::Named };
            found.extend(self.look_along(rule, pattern, above, |_, join| join.holds(word).then_some(relation))?);
        }
        for number in 0..=below {
            found.extend(self.look_along(rule, pattern, line, |value, join| relation((value.span, join), word, is_own, number))?);
            let end = self.lines.span(line).end;
            if end >= self.text.len() || end > word.start + MAX_BELOW_BYTES {
                break;
            }
            if number < below {
                line = self.lines.below(self.text, line);
            }
        }
        Ok(())
    }

    /// Looks at a small file whose own name says that it holds a secret: each line that is one value and no more.
    ///
    /// # Errors
    /// If the rule's expression does not compile.
    pub fn scan_whole(&mut self, rule: &Rule, pattern: &Pattern, name: &[u8], found: &mut Vec<Match>) -> Result<(), PatternError> {
        let lines = self.text.lines().count();
        let is_small = self.text.len() <= MAX_SMALL_FILE_BYTES && lines <= MAX_SMALL_FILE_LINES;
        if !is_small || self.in_code || Key::new(name).promise() < Promise::Secret {
            return Ok(());
        }
        let mut line = line_at(self.text, 0);
        loop {
            let bytes = line.of(self.text).trim_ascii();
            if !bytes.iter().any(u8::is_ascii_whitespace) && bytes.len() >= MIN_LONE_BYTES {
                let start = line.start + line.of(self.text).find(bytes).unwrap_or(0);
                let span = Span { start, end: start + bytes.len() };
                let score = score(bytes, Place::sure(Promise::Secret));
                if usize::from(score.points) >= rule.score && pattern.is_whole(rule, bytes)? {
                    found.push(self.tell(rule, Told { span, secret: span, hidden: span, score }));
                }
            }
            if line.end >= self.text.len() {
                return Ok(());
            }
            line = line_at(self.text, line.end + 1);
        }
    }

    /// Looks at one value by a rule that its file's name leads to.
    ///
    /// # Errors
    /// If the rule's expression does not compile.
    pub fn scan_named_by_file(&mut self, rule: &Rule, pattern: &Pattern, word: Span, found: &mut Vec<Match>) -> Result<(), PatternError> {
        let line = self.lines.at(self.text, word.start);
        found.extend(self.look_along(rule, pattern, line, |_, join| join.holds(word).then_some(Relation::Below))?);
        Ok(())
    }

    /// Looks at the values of a line that stand to the rule's word as `relation` says, if they do.
    fn look_along(
        &mut self,
        rule: &Rule,
        pattern: &Pattern,
        line: usize,
        relation: impl Fn(&Value, &Join) -> Option<Relation>,
    ) -> Result<Vec<Match>, PatternError> {
        let (least, most) = rule.lengths;
        self.lines.read(self.text, line, least);
        let mut found = Vec::new();
        for value in self.lines.values(line).iter().filter(|value| (least..=most).contains(&value.bytes(self.text).len())) {
            let Some(join) = value.join(self.text) else { continue };
            let Some(relation) = relation(value, join) else { continue };
            found.extend(self.look(rule, pattern, (value, join), relation)?);
        }
        Ok(found)
    }

    fn look(
        &self,
        rule: &Rule,
        pattern: &Pattern,
        (value, join): (&Value, &Join),
        relation: Relation,
    ) -> Result<Option<Match>, PatternError> {
        let bytes = value.bytes(self.text);
        let key = join.read_key(self.text);
        let (promise, compound) = (key.promise(), key.is_compound());
        let holds = rule.keys.is_empty() || rule.keys.iter().any(|word| key.holds(word));
        if !holds || relation == Relation::Key && promise <= Promise::Nothing {
            return Ok(None);
        }
        if !pattern.is_whole(rule, bytes)? || bytes.len() < MAX_NAME_BYTES && key.repeats(&Key::new(bytes)) {
            return Ok(None);
        }
        if self.is_of_program(value, join) || stand_in::is_uuid(bytes) && self.is_in_list_of_uuids(value.span) {
            return Ok(None);
        }
        let is_flag = join.key.is_some_and(|key| key.of(self.text).starts_with(b"-"));
        let in_ticks = value.span.start > 0 && self.text.get(value.span.start - 1) == Some(&b'`');
        let is_heading = join.link == Link::Heading;
        let loose = is_heading || join.link == Link::Beside && !is_flag && (!value.quoted || in_ticks);
        // What stands further off must itself be called a secret; a bare word after white space is rarely a value.
        let least = match relation {
            Relation::Below if rule.keys.is_empty() => Promise::Key,
            // What stands alone in program text is a statement.
            _ if is_heading && self.in_code => return Ok(None),
            Relation::Key if loose && !is_heading && promise == Promise::Password => return Ok(None),
            Relation::Key if loose => Promise::Key,
            Relation::Key if join.link == Link::Argument && !compound => return Ok(None),
            _ => Promise::Other,
        };
        if promise < least {
            return Ok(None);
        }
        let quoted = value.quoted || join.link == Link::Text;
        let named = matches!(relation, Relation::Named | Relation::Beside);
        let place = Place {
            promise,
            compound,
            named,
            quoted,
            whole: value.whole,
            in_code: self.in_code,
            beside: join.link == Link::Beside,
            argument: join.link == Link::Argument,
            loose,
        };
        let score = score(bytes, place);
        let points = usize::from(score.points);
        if points + FAINT_POINTS < rule.score || points == 0 || *self.is_sealed.get_or_init(|| self.text.contains_str(SEALED)) {
            return Ok(None);
        }
        let span = join.key.map_or(value.span, |key| key.cover(&value.span));
        let mut found = self.tell(rule, Told { span, secret: value.span, hidden: hidden(self.text, value, self.lines.settings), score });
        if let Some(bytes) = &value.joined {
            found.decoded = Some(Secret::new(bytes, 0));
            found.grounds.push(Ground { what: "written as several strings".into(), points: 0 });
        }
        Ok(Some(found))
    }

    /// Whether a value is a name or a call of program text, seen by what stands around it.
    fn is_of_program(&self, value: &Value, join: &Join) -> bool {
        let bytes = value.bytes(self.text);
        let is_word = bytes.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let is_path = bytes.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'));
        let is_argument = join.link == Link::Argument;
        let is_bare = self.in_code && !value.quoted && join.link != Link::Text;
        // `Password: b64Pwd` names another variable, `"npmPassword", "npm2FaToken"` are names in a row.
        let own = if is_word && bytes.len() < MAX_NAME_BYTES { Key::new(bytes).promise() } else { Promise::Nothing };
        if is_bare && own == Promise::Password || is_argument && own >= Promise::Secret {
            return true;
        }
        // `lookUp(passwordName)` and `password: hashOf(…)`.
        let is_variable = is_word && !bytes.first().is_some_and(u8::is_ascii_digit);
        let is_call = self.text.get(value.span.end) == Some(&b'(');
        if is_bare && is_argument && is_variable || !value.quoted && is_call && is_path {
            return true;
        }
        // `name: Key:name` says no more than its first word.
        let line = || line_at(self.text, value.span.start).of(self.text).trim_ascii_start();
        join.key.is_some() && !value.quoted && line().strip_prefix(bytes).is_some_and(|rest| rest.starts_with(b":"))
    }

    /// Whether nearly every line around a value holds a UUID: they number what the lines name, also where a name speaks of
    /// passwords.
    fn is_in_list_of_uuids(&self, value: Span) -> bool {
        let line = line_at(self.text, value.start);
        let is_end = |byte: &u8| *byte == b'\n';
        let above = self.text.get(..line.start).unwrap_or_default().rsplit(is_end).skip(1).take(LINES_OF_LIST);
        let below = self.text.get(line.end..).unwrap_or_default().split(is_end).skip(1).take(LINES_OF_LIST);
        let holds_uuid = |line: &&[u8]| line.split(|byte| !byte.is_ascii_hexdigit() && *byte != b'-').any(stand_in::is_uuid);
        above.filter(holds_uuid).count() + below.filter(holds_uuid).count() >= UUIDS_OF_LIST
    }

    fn tell(&self, rule: &Rule, told: Told) -> Match {
        let Told { span, secret, hidden, mut score } = told;
        let mut confidence = if usize::from(score.points) < rule.score { Confidence::Low } else { rule.info.confidence };
        if *self.aside.get_or_init(|| is_aside(self.path)) {
            // What tests and documents show is made up, nearly always; exact shapes still speak there.
            confidence = Confidence::Low;
            score.reasons.push((ASIDE, 0));
        }
        let grounds = score.reasons.into_iter().map(|(what, points)| Ground { what: what.into(), points }).collect();
        Match { span, secret, hidden, confidence, grounds, ..Match::default() }
    }
}

/// Whether nothing follows a key on its line but what opens a block of fields: `key:`, `"key": {`.
fn opens(text: &[u8], rest: Span) -> bool {
    let rest = rest.of(text).trim_start_with(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '"' | '\'')).trim_ascii();
    matches!(rest, b":" | b"{" | b": {" | b":{" | b"= {")
}

/// A value that a rule takes for a secret.
struct Told {
    span: Span,
    secret: Span,
    hidden: Span,
    score: Score,
}

/// How a value stands to the word that a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// The value's key holds the word that this rule looks for in keys.
    Key,
    /// The value's key holds the provider's word.
    Named,
    /// The provider's word stands before it on the same line.
    Beside,
    /// The provider's word stands further off.
    Below,
}

/// How a value at `span` stands to the word of a rule; its own key must hold it where the rule asks for no provider.
fn relation((span, join): (Span, &Join), word: Span, is_own: bool, lines_below: usize) -> Option<Relation> {
    let in_key = join.holds(word);
    if is_own {
        return in_key.then_some(Relation::Key);
    }
    if in_key {
        return Some(Relation::Named);
    }
    if lines_below > 0 {
        return Some(Relation::Below);
    }
    if span.start < word.end {
        // A value that stands before the word, on its line.
        return (span.end <= word.start).then_some(Relation::Below);
    }
    Some(if span.start - word.end <= MAX_BESIDE_BYTES { Relation::Beside } else { Relation::Below })
}
