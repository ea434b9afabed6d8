//! Notations of programs that stand where a secret would: expressions that find text, formats for printing, bytes by their
//! numbers, paths of fields, options. A random value holds none of them.

use std::sync::LazyLock;

use bstr::ByteSlice as _;

use super::stand_in::StandIn;
use super::words::Pieces;

/// Pieces of expressions that find text; a random value holds none of them.
static PATTERN_PIECES: LazyLock<Pieces> = LazyLock::new(|| {
    Pieces::new([
        "[a-z", "[A-Z", "[0-9", "[a-f", "[A-F", "a-zA-Z", "A-Za-z", "a-z0-9", "A-Z0-9", "0-9a-f", "0-9A-F", "(?:", "(?=", "(?!", "(?i)",
        "(?<", "(?P<", "(P|p)", "[^\\", "[^/", "[^ ", "[^\"", "\\d+", "\\d{", "\\w+", "\\w*", "\\s+", "\\s*", "\\S+", ".*", "(.+)", "(.*)",
    ])
});

/// How formats of printing name what is put in later; percent encoding has none of them.
static FORMATS: LazyLock<Pieces> = LazyLock::new(|| {
    Pieces::new(["%s", "%v", "%i", "%q", "%u", "%x", "%r", "%w", "%@", "%.*", "%lu", "%ld", "%zu", "%02x", "%02X", "%1$s", "%2$s"])
});

/// What stands for a part of a date, behind a percent sign.
const DATE_PARTS: &[u8] = b"YymdHMSIDTPRijh";

/// Longer values hold a format by chance.
const MAX_FORMAT_BYTES: usize = 48;

/// Which notation a value is written in, if any.
pub(super) fn of(value: &[u8]) -> Option<StandIn> {
    if is_pattern(value) {
        return Some(StandIn::Expression);
    }
    if is_format(value) || is_place(value) || is_action(value) {
        return Some(StandIn::Reference);
    }
    if is_escaped(value) {
        return Some(StandIn::Structure);
    }
    (is_option(value) || is_field(value) || is_grammar(value)).then_some(StandIn::Expression)
}

/// An expression that finds text.
fn is_pattern(value: &[u8]) -> bool {
    value.first() == Some(&b'^') && value.last() == Some(&b'$') || PATTERN_PIECES.are_in(value)
}

/// `--name`, `-name=`, `java.base/java.net=ALL-UNNAMED`, and `" name="` between two values of markup.
fn is_option(value: &[u8]) -> bool {
    let is_flag = |name: &[u8]| name.iter().all(|&byte| byte.is_ascii_lowercase() || byte == b'-');
    let is_place =
        |name: &[u8]| name.contains(&b'/') && name.iter().all(|&byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'/' | b'-'));
    let is_word = |word: &[u8]| !word.is_empty() && word.iter().all(|&byte| byte.is_ascii_uppercase() || byte == b'-');
    value.strip_prefix(b"-").and_then(|rest| rest.strip_suffix(b"=")).is_some_and(is_flag)
        || value.strip_prefix(b"--").is_some_and(|flag| flag.first().is_some_and(u8::is_ascii_alphabetic))
        || value.split_once_str("=").is_some_and(|(place, word)| is_place(place) && is_word(word))
        || value.ends_with(b"=\"")
        || value.ends_with(b"='")
}

/// `passwords#new`, an action of a controller.
fn is_action(value: &[u8]) -> bool {
    let is_lower = |name: &[u8]| name.len() > 2 && name.iter().all(|&byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'/');
    value.split_once_str("#").is_some_and(|(controller, action)| is_lower(controller) && is_lower(action))
}

/// `disk.0.name` and `passwords.driver.argon2id`, paths of fields.
fn is_field(value: &[u8]) -> bool {
    let is_name = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_lowercase)
            && part.iter().all(|&byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let is_count = |part: &[u8]| (1..=2).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    let is_word = |part: &[u8]| part.iter().filter(|byte| byte.is_ascii_digit()).count() * 3 < part.len();
    let mut fields = value.split(|&byte| byte == b'.');
    let (count, are_words, has_count) = (fields.clone().count(), fields.clone().all(is_word), fields.clone().any(is_count));
    let is_path = count > 1 && (count > 2 && are_words || has_count);
    is_path && fields.next().is_some_and(is_name) && fields.all(|part| is_name(part) || is_count(part))
}

/// `1*SAFE`, of a grammar.
fn is_grammar(value: &[u8]) -> bool {
    value.split_once_str("*").is_some_and(|(count, rule)| {
        count.iter().all(u8::is_ascii_digit) && rule.len() > 2 && rule.iter().all(|&byte| byte.is_ascii_uppercase() || byte == b'-')
    })
}

/// A text for printing, with places for what is put in.
fn is_format(value: &[u8]) -> bool {
    let dates = value.windows(2).filter(|two| matches!(two, [b'%', part] if DATE_PARTS.contains(part))).count();
    // Of two digits in percent encoding none is a letter beyond `f`.
    let is_wide = |three: &[u8]| matches!(three, [b'%', width, kind] if width.is_ascii_digit() && kind.is_ascii_alphabetic() && !kind.is_ascii_hexdigit());
    // `%10.3A` has a width and a precision.
    let is_precise = |at: usize| {
        let rest = value.get(at + 1..).unwrap_or_default();
        let width = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        matches!(rest.get(width..), Some([b'.', digit, ..]) if width > 0 && digit.is_ascii_digit())
    };
    let percents = || value.iter().enumerate().filter(|&(_, &byte)| byte == b'%').map(|(at, _)| at);
    let is_precise = || percents().count() > 1 && percents().any(is_precise);
    let has_place = || is_precise() || value.windows(3).any(is_wide) || FORMATS.are_in(value);
    dates > 2 || value.len() < MAX_FORMAT_BYTES && has_place()
}

/// `@NAME@`, as configure scripts fill it in, or `setting=$NAME`.
fn is_place(value: &[u8]) -> bool {
    let is_name =
        |name: &[u8]| name.len() > 2 && name.iter().all(|&byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit());
    let is_variable =
        |four: &[u8]| four.first() == Some(&b'$') && four.iter().skip(1).all(|&byte| byte.is_ascii_uppercase() || byte == b'_');
    let is_setting =
        |name: &[u8]| !name.is_empty() && name.iter().all(|&byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_' | b'-'));
    value.split(|&byte| byte == b'@').skip(1).step_by(2).any(is_name) && value.first() == Some(&b'@')
        || value.contains_str("&#123;")
        || value.split_once_str("$").is_some_and(|(scheme, name)| (scheme.is_empty() || scheme.ends_with(b" ")) && is_camel(name))
        || value.windows(3).any(|three| matches!(three, [b'{', digit, b'}'] if digit.is_ascii_digit()))
        || value.windows(4).filter(|four| is_variable(four)).count() > 1
        || value
            .split_once_str("=$")
            .is_some_and(|(name, variable)| is_setting(name) && variable.first().is_some_and(u8::is_ascii_alphabetic))
}

/// A name of a variable, with a digit here and there: `base64AuthInfo`.
fn is_camel(name: &[u8]) -> bool {
    let letters = name.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    name.first().is_some_and(u8::is_ascii_lowercase)
        && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && letters >= (name.len() - letters) * 4
}

/// Bytes or characters by their numbers, for the greater part: `\x20\x65`, `\u0041`. They are read for themselves.
fn is_escaped(value: &[u8]) -> bool {
    let (mut at, mut escaped) = (0, 0);
    while let Some(rest) = value.get(at..).filter(|rest| !rest.is_empty()) {
        let slashes = rest.iter().take_while(|&&byte| byte == b'\\').count();
        let digits = match rest.get(slashes) {
            Some(b'x') => 2,
            Some(b'u') if rest.get(slashes + 1) == Some(&b'{') => rest.find_byte(b'}').map_or(0, |end| end - slashes),
            Some(b'u') => 4,
            _ => 0,
        };
        if slashes > 0 && digits > 0 {
            escaped += slashes + 1 + digits;
            at += slashes + 1 + digits;
        } else {
            at += slashes.max(1);
        }
    }
    escaped * 3 > value.len() * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_are_told_from_values() {
        for (value, notation) in [
            ("([A-Za-z0-9-_]+)", StandIn::Expression),
            ("java.base/java.net=ALL-UNNAMED", StandIn::Expression),
            ("Basic $base64AuthInfo", StandIn::Reference),
            ("passwords.driver.argon2id", StandIn::Expression),
            ("passwords#new", StandIn::Reference),
            ("changes.project.{0}.{1}", StandIn::Reference),
            ("\" newPassword=\"", StandIn::Expression),
            ("boot_disk.0.encryption_key_raw", StandIn::Expression),
            ("(N|n)ew.* (P|p)assword.*", StandIn::Expression),
            ("$&#123;env.VARIABLENAME}", StandIn::Reference),
            ("1*SAFE", StandIn::Expression),
            ("%04a/%10.10A", StandIn::Reference),
            (">$KEY1_1<>$KEY1}<", StandIn::Reference),
            ("/^#[0-9a-f]{6}$/iD", StandIn::Expression),
            ("%s4-HMAC-SHA256", StandIn::Reference),
            ("%rP%yY%mM%dDT%hH", StandIn::Reference),
            ("@LIB_FLAGS_PRIVATE@", StandIn::Reference),
            ("mysql.auth.password=$MYSQL_PASSWORD", StandIn::Reference),
            ("\\xA9\\xAE\\xE2\\xE3\\xF0", StandIn::Structure),
            ("\\u0300-\\u036F\\u{b7}", StandIn::Structure),
        ] {
            assert_eq!(of(value.as_bytes()), Some(notation), "{value}");
        }
        for value in ["kP9vXw2LqT7d", "pq/7Xw+2LqT7d9ZrW2mVx==", "tr0ub4dor&3", "k%40s%24m9Xw%2FqT", "a1b2c3.d4e5f6a7b8c9d0e1"] {
            assert_eq!(of(value.as_bytes()), None, "{value}");
        }
    }
}
