//! How much a value looks like a secret: one number, and the reasons for it.

use super::key::Promise;
use super::surprise::surprise;
use crate::check::stand_in::{self, StandIn};

/// The score of a value of which nothing speaks for or against.
const START: i32 = 50;
/// Bits a byte between what words cost and what random values cost.
const MIDDLE_BITS: f32 = 5.5;
/// Points for each bit beyond the middle.
const POINTS_PER_BIT: f32 = 20.0;
/// The most points that surprise gives or takes.
const MOST_SURPRISE: f32 = 36.0;
/// A password of letters alone that costs fewer bits a byte is a word or a name.
const PLAIN_BITS: f32 = 6.5;
/// A value of this many bytes or more is as telling as it can be.
const TELLING_BYTES: f32 = 16.0;
/// A bare name in program text that costs fewer bits a byte is one; a value that is drawn costs more.
const NAME_BITS: f32 = 6.8;
/// The fewest bytes of the name of a test.
const MIN_TITLE_BYTES: usize = 16;

/// Where a value stands, as far as the score asks.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Place {
    /// What its key promises.
    pub(super) promise: Promise,
    /// Whether its key has several words.
    pub(super) compound: bool,
    /// Whether its key or what stands before it names the provider a rule is about.
    pub(super) named: bool,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
    /// Whether it goes to the end of its line or its element, whatever it holds.
    pub(super) whole: bool,
    /// Whether the file is program text, in which a bare word is a name and no value.
    pub(super) in_code: bool,
    /// Whether nothing but white space joins it to its key.
    pub(super) beside: bool,
    /// Whether it is the argument of a call.
    pub(super) argument: bool,
    /// Whether it stands there without quotes.
    pub(super) loose: bool,
}

impl Place {
    /// Where nothing speaks against a secret: in quotes, right behind a key that promises it.
    pub(super) fn sure(promise: Promise) -> Self {
        Self {
            promise,
            compound: true,
            named: true,
            quoted: true,
            whole: false,
            in_code: false,
            beside: false,
            argument: false,
            loose: false,
        }
    }
}

/// A score and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// 0 to 100.
    pub points: u8,
    /// What spoke for it and against it, with the points that each gave or took.
    pub reasons: Vec<(&'static str, i8)>,
}

/// Scores a value. One that stands for another, or is something else by its form, gets 0.
pub(super) fn score(value: &[u8], place: Place) -> Score {
    let is_one = |stand_in: &StandIn| !(place.whole && *stand_in == StandIn::Expression && is_drawn_call(value));
    if let Some(stand_in) = stand_in::of(value).filter(is_one).or_else(|| form(value, place)) {
        return Score { points: 0, reasons: vec![(stand_in.name(), -100)] };
    }
    let mut reasons: Vec<(&'static str, i8)> = Vec::new();
    let mut give = |reason: &'static str, points: f32| {
        #[expect(clippy::cast_possible_truncation, reason = "points lie between -100 and 100")]
        let points = points.round().clamp(-100.0, 100.0) as i8;
        if points != 0 {
            reasons.push((reason, points));
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "a length that is off by one in sixteen million changes nothing")]
    let length = value.len() as f32;
    let bits = surprise(value);
    let telling = (length / TELLING_BYTES).min(1.0);
    let (reason, weight) = if bits >= MIDDLE_BITS { ("reads like no words", telling) } else { ("reads like words", 1.0) };
    give(reason, ((bits - MIDDLE_BITS) * POINTS_PER_BIT * weight).clamp(-MOST_SURPRISE, MOST_SURPRISE));
    let kinds = Kinds::of(value);
    match kinds.count() {
        0 | 1 => give("one kind of characters", -18.0),
        2 => give("two kinds of characters", 4.0),
        _ => give("several kinds of characters", 10.0),
    }
    if !kinds.digit && length < 24.0 {
        give("no digit", -10.0);
    }
    match value.len() {
        0..=5 => give("very short", -30.0),
        6..=7 => give("short", -12.0),
        8..=11 => give("rather short", -4.0),
        _ => {}
    }
    match place.promise {
        Promise::Password => give("key of a password", 24.0),
        Promise::Secret => give("key of a secret", 14.0),
        Promise::Key => give("called a key", 0.0),
        Promise::Nothing => give("key says nothing", -14.0),
        Promise::Other => give("key of something else", -40.0),
    }
    if place.named {
        give("provider's name beside it", 10.0);
    }
    match value.len() {
        16.. => {}
        12..=15 if place.promise != Promise::Password => give("short for a token", -20.0),
        _ if place.promise != Promise::Password => give("too short for a token", -40.0),
        _ => {}
    }
    if !place.quoted && place.in_code {
        give("bare in program text", -20.0);
    }
    if place.promise == Promise::Password && !kinds.digit && !kinds.other && bits < PLAIN_BITS {
        give("letters alone", -12.0);
    }
    if place.loose {
        give("joined by white space alone", -20.0);
    }
    let sum: i32 = START + reasons.iter().map(|(_, points)| i32::from(*points)).sum::<i32>();
    Score { points: u8::try_from(sum.clamp(0, 100)).unwrap_or(0), reasons }
}

/// What a value is by its form, where that is something other than a secret.
fn form(value: &[u8], place: Place) -> Option<StandIn> {
    // A name beside a key, or one of something that is called a token: `run_pass "proxy_e2e"`, `clusterToken: "etcd-k8s"`.
    if place.beside && is_name(value) || place.promise == Promise::Secret && is_label(value) {
        return Some(StandIn::Reference);
    }
    let strong = place.promise >= Promise::Secret || place.named || place.compound && place.promise == Promise::Key;
    let is_argument = |value: &[u8]| {
        value.iter().position(|&byte| byte == b'=').is_some_and(|at| at > 0 && value.get(at + 1).is_some_and(u8::is_ascii_alphabetic))
    };
    if !place.quoted
        && place.in_code
        && (is_member(value)
            || is_variable(value)
            || is_identifier(value) && surprise(value) < NAME_BITS
            || is_argument(value) && value.iter().take_while(|&&byte| byte != b'=').all(|&byte| byte.is_ascii_lowercase() || byte == b'_'))
    {
        return Some(StandIn::Expression);
    }
    let is_hex = value.iter().all(u8::is_ascii_hexdigit);
    // Program text numbers its own things in this way.
    let is_key = place.promise >= Promise::Secret || place.named;
    if stand_in::is_uuid(value) && !(strong && (is_key || !place.in_code)) {
        return Some(StandIn::Uuid);
    }
    if is_hex && matches!(value.len(), 32 | 40 | 56 | 64 | 96 | 128) && place.promise < Promise::Key && !place.named {
        return Some(StandIn::Digest);
    }
    if place.argument && is_label_path(value) {
        return Some(StandIn::Path);
    }
    // `353.14s`, `30ms`, and the name of what was timed.
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let is_time = digits > 0 && matches!(value.get(digits..), Some(b"s" | b"ms" | b"us" | b"ns" | b"m" | b"h" | b"MB" | b"GB" | b"kB"));
    if is_time || is_network(value) {
        return Some(StandIn::Number);
    }
    if is_title(value) {
        return Some(StandIn::Reference);
    }
    let is_small_hex = value.strip_prefix(b"0x").is_some_and(|digits| digits.len() <= 16 && digits.iter().all(u8::is_ascii_hexdigit));
    if is_small_hex
        || is_moment(value)
        || value.iter().all(|&byte| is_of_number(byte)) && (place.promise != Promise::Password || value.contains(&b'.'))
    {
        return Some(StandIn::Number);
    }
    None
}

/// Whether what looks like a call has a name that is none: a value with a bracket in it.
fn is_drawn_call(value: &[u8]) -> bool {
    let name = value.split(|&byte| byte == b'(').next().unwrap_or_default();
    name.iter().any(u8::is_ascii_digit) && surprise(name) >= MIDDLE_BITS
}

/// Names joined by slashes, each of words with a short number behind: `prod/db-1/password2`.
fn is_label_path(value: &[u8]) -> bool {
    let is_word = |word: &[u8]| {
        let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (letters, digits) = word.split_at_checked(letters).unwrap_or_default();
        let is_even = letters.iter().skip(1).all(u8::is_ascii_lowercase) || letters.iter().all(u8::is_ascii_uppercase);
        !word.is_empty() && is_even && digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit)
    };
    value.contains(&b'/') && value.split(|byte| b"/-_.:".contains(byte)).all(is_word)
}

/// Whether a byte may stand in a number, a date or a range of versions.
fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b".,-_:+ /^~<>=|vx*".contains(&byte)
}

/// A date with a time, as `2006-01-02T15:04:05Z`.
fn is_moment(value: &[u8]) -> bool {
    let is_date =
        |date: &[u8]| date.iter().enumerate().all(|(at, &byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    let split = value.split_at_checked(10).filter(|(date, _)| is_date(date));
    split.is_some_and(|(_, time)| time.iter().all(|&byte| byte.is_ascii_digit() || b"T:.,Z+- ".contains(&byte)))
}

/// One name, as of a type: `Uint8Array`.
fn is_identifier(value: &[u8]) -> bool {
    value.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_')
        && value.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Addresses of networks: `10.0.0.0/8, fd00::/8`.
fn is_network(value: &[u8]) -> bool {
    let parts = value.split(|&byte| byte == b'.').count();
    (parts > 3 || value.windows(2).any(|two| two == b"::"))
        && value.iter().all(|&byte| byte.is_ascii_hexdigit() || b".:/, ".contains(&byte))
}

/// The name of a test or a type: words in letters alone, some with a capital, joined by underscores or behind
/// `Test`.
fn is_title(value: &[u8]) -> bool {
    let capitals = value.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    value.len() >= MIN_TITLE_BYTES
        && (value.contains(&b'_') || value.starts_with(b"Test"))
        && capitals > 1
        && value.iter().all(|&byte| byte.is_ascii_alphabetic() || byte == b'_')
        && surprise(value) < MIDDLE_BITS
}

/// `$name`, `&place` and `*pointer` of program text.
fn is_variable(value: &[u8]) -> bool {
    let name = value.split_first().filter(|(sigil, _)| matches!(sigil, b'$' | b'&' | b'*')).map(|(_, name)| name);
    name.is_some_and(|name| {
        name.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_')
            && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    })
}

/// Small letters and digits joined by underscores, each part beginning with a letter.
fn is_name(value: &[u8]) -> bool {
    let is_part = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_lowercase) && part.iter().all(|&byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let mut parts = value.split(|&byte| byte == b'_');
    parts.clone().any(|part| part.len() > 2 && part.iter().all(u8::is_ascii_lowercase)) && parts.clone().count() > 1 && parts.all(is_part)
}

/// Words in small letters joined by hyphens or underscores, with short ones that hold a digit between, as `etcd-cluster-k8s`.
fn is_label(value: &[u8]) -> bool {
    let is_word = |part: &[u8]| part.len() > 2 && part.iter().all(u8::is_ascii_lowercase) && surprise(part) < MIDDLE_BITS;
    let is_short = |part: &[u8]| part.len() <= 4 && part.iter().all(|&byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let mut parts = value.split(|byte| matches!(byte, b'-' | b'_'));
    let words = parts.clone().filter(|part| is_word(part)).count();
    words > 0 && parts.clone().count() > 1 && parts.all(|part| is_word(part) || is_short(part))
}

/// Names joined by dots, as `module.CONSTANT1`.
pub(in crate::check) fn is_member(value: &[u8]) -> bool {
    let is_name = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_alphabetic) && part.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    value.contains(&b'.') && value.split(|&byte| byte == b'.').all(is_name)
}

/// Which kinds of characters a value has.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each kind is there or not")]
struct Kinds {
    lower: bool,
    upper: bool,
    digit: bool,
    other: bool,
}

impl Kinds {
    fn of(value: &[u8]) -> Self {
        value.iter().fold(Self::default(), |kinds, byte| Self {
            lower: kinds.lower || byte.is_ascii_lowercase(),
            upper: kinds.upper || byte.is_ascii_uppercase(),
            digit: kinds.digit || byte.is_ascii_digit(),
            other: kinds.other || !byte.is_ascii_alphanumeric(),
        })
    }

    fn count(&self) -> usize {
        usize::from(self.lower) + usize::from(self.upper) + usize::from(self.digit) + usize::from(self.other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_dropped_only_where_its_key_does_not_call_it_a_secret() {
        let uuid = ["3f8a1c9e", "b27d", "4e61", "9a05", "c4d7e8f1a2b6"].join("-");
        for (promise, is_found) in [(Promise::Password, true), (Promise::Secret, true), (Promise::Key, false), (Promise::Nothing, false)] {
            let place = Place { named: false, in_code: true, ..Place::sure(promise) };
            assert_eq!(score(uuid.as_bytes(), place).points >= 50, is_found, "{promise:?}");
        }
    }

    #[test]
    fn the_place_of_a_secret_is_no_secret() {
        let place = Place { argument: true, ..Place::sure(Promise::Password) };
        for value in ["prod/db-1/password2", "db/Main-1/Prod2"] {
            assert_eq!(score(value.as_bytes(), place).points, 0, "{value}");
        }
        assert!(score(&b"k9/Xw2Lq/T7dPz4".map(|byte| byte), place).points > 0);
    }

    #[test]
    fn a_bracket_makes_no_call_of_a_value_that_is_drawn() {
        let place = Place { whole: true, quoted: false, ..Place::sure(Promise::Password) };
        let value = ["kP9vXw2LqT", "7dPz4mR8sY"].join("(");
        assert!(score(value.as_bytes(), place).points >= 50);
        assert_eq!(score(b"getSecret2(prod)", place).points, 0);
    }
}
