//! What single bytes are to keys and values.

/// Which quote a byte is, by its number.
pub(super) fn quote_kind(byte: u8) -> Option<usize> {
    match byte {
        b'"' => Some(0),
        b'\'' => Some(1),
        b'`' => Some(2),
        _ => None,
    }
}

/// Whether a byte parts values that are not in quotes.
const fn is_edge(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0 || matches!(byte, b',' | b';' | b'(' | b')' | b'{' | b'}' | b'[' | b']' | b'<' | b'>')
}

/// A byte at which a run ends that is not in quotes: an edge or a quote.
pub(super) const ENDS: u8 = 1;
/// A byte of a plain word.
pub(super) const PLAIN: u8 = 2;
/// A byte of a name.
const NAME: u8 = 4;
/// A byte between the parts of an address.
pub(super) const SLASH: u8 = 8;
/// A byte between the fields of a query.
pub(super) const QUERY: u8 = 16;
/// Any byte within a run that no plain word has.
pub(super) const SIGN: u8 = 32;
/// What each byte is.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut at = 0;
    while at < classes.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 256")]
        let byte = at as u8;
        if is_edge(byte) || matches!(byte, b'"' | b'\'' | b'`') {
            classes[at] |= ENDS;
        }
        if byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.' | b' ') {
            classes[at] |= PLAIN;
        } else if classes[at] & ENDS == 0 {
            classes[at] |= SIGN;
        }
        if byte == b'/' {
            classes[at] |= SLASH;
        }
        if matches!(byte, b'&' | b'?' | b'#') {
            classes[at] |= QUERY;
        }
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'%' | b'@') || byte >= 0x80 {
            classes[at] |= NAME;
        }
        at += 1;
    }
    classes
};

/// The classes of a byte.
#[inline]
pub(super) fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// A byte of a name: of a variable, a flag, a header, a path of keys.
pub(super) fn is_name(byte: u8) -> bool {
    class(byte) & NAME != 0
}
