//! Encoded stretches: what is written in any code is found, read and led back to its place, and no text takes more
//! work than its length allows.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use proptest::collection::vec;
use proptest::prelude::*;
use stanch::check::{Code, Layer, Reach, layers};
use stanch::model::Span;

use crate::support::PIECES;

/// How a test writes a text, and how it reads a part of it again.
struct Way {
    code: Code,
    write: fn(&str) -> String,
    read: fn(&str) -> Vec<u8>,
}

const WAYS: [Way; 19] = [
    Way { code: Code::Base64, write: |says| BASE64.encode(says.as_bytes()), read: base64 },
    Way { code: Code::Base64, write: |says| BASE64_NOPAD.encode(says.as_bytes()), read: base64 },
    Way { code: Code::Base64, write: |says| BASE64URL.encode(says.as_bytes()), read: base64 },
    Way { code: Code::Base64, write: |says| BASE64URL_NOPAD.encode(says.as_bytes()), read: base64 },
    Way { code: Code::Base64, write: |says| lines(&BASE64.encode(says.as_bytes()), 64, "\n"), read: base64 },
    Way { code: Code::Base64, write: |says| lines(&BASE64.encode(says.as_bytes()), 76, "\r\n    "), read: base64 },
    Way { code: Code::Base64, write: |says| BASE64.encode(&wide(says)), read: |part| narrow(&base64(part)) },
    Way { code: Code::Hex, write: |says| HEXLOWER.encode(says.as_bytes()), read: hex },
    Way { code: Code::Hex, write: |says| HEXUPPER.encode(says.as_bytes()), read: hex },
    Way { code: Code::Hex, write: |says| lines(&HEXLOWER.encode(says.as_bytes()), 64, "\n"), read: hex },
    Way { code: Code::ByteList, write: |says| each(says, |byte| format!("0x{byte:02x}, ")), read: |part| hex(&part.replace("0x", "")) },
    Way { code: Code::Percent, write: |says| each(says, |byte| format!("%{byte:02X}")), read: hex },
    Way { code: Code::Html, write: |says| each(says, |byte| format!("&#{byte};")), read: |part| numbers(part, 10) },
    Way { code: Code::Html, write: |says| each(says, |byte| format!("&#x{byte:x};")), read: |part| numbers(part, 16) },
    Way { code: Code::Backslash, write: |says| each(says, |byte| format!("\\x{byte:02x}")), read: |part| numbers(part, 16) },
    Way { code: Code::Backslash, write: |says| each(says, |byte| format!("\\u{byte:04x}")), read: |part| numbers(part, 16) },
    Way { code: Code::Backslash, write: |says| each(says, |byte| format!("\\U{byte:08X}")), read: |part| numbers(part, 16) },
    Way { code: Code::Backslash, write: |says| each(says, |byte| format!("\\{byte:03o}")), read: |part| numbers(part, 8) },
    Way { code: Code::Utf16, write: |says| String::from_utf8(wide(says)).unwrap(), read: |part| narrow(part.as_bytes()) },
];

fn each(says: &str, write: impl Fn(u8) -> String) -> String {
    says.bytes().map(write).collect()
}

fn lines(encoded: &str, width: usize, between: &str) -> String {
    encoded.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap()).collect::<Vec<_>>().join(between)
}

fn wide(says: &str) -> Vec<u8> {
    says.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn narrow(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|&byte| byte != 0).collect()
}

fn hex(part: &str) -> Vec<u8> {
    HEXLOWER.decode(part.to_lowercase().replace(|c: char| !c.is_ascii_hexdigit(), "").as_bytes()).unwrap()
}

fn numbers(part: &str, radix: u32) -> Vec<u8> {
    let digits = part.split(|c: char| !c.is_digit(radix)).filter(|digits| !digits.is_empty());
    digits.map(|digits| u8::from_str_radix(digits, radix).unwrap()).collect()
}

/// What a part of base64 says, wherever among four characters it begins.
fn base64(part: &str) -> Vec<u8> {
    let characters: Vec<u8> = part.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=').collect();
    let standard: Vec<u8> = characters
        .iter()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            _ => *byte,
        })
        .collect();
    let mut all = Vec::new();
    for missing in 0..4 {
        let mut shifted = [vec![b'A'; missing], standard.clone()].concat();
        shifted.extend(std::iter::repeat_n(b'A', (4 - shifted.len() % 4) % 4));
        all.extend(BASE64.decode(&shifted).unwrap());
        all.push(0);
    }
    all
}

fn holds(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// All layers of a text that is read without a bound, each of them in order.
fn all(text: &[u8]) -> Vec<Layer> {
    let mut all = Vec::new();
    assert_eq!(layers(text, usize::MAX, &mut |layer| all.push(layer)), Reach::Whole);
    all
}

/// Bytes of every kind, and of such as look encoded.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..40),
        "[A-Za-z0-9+/_=-]{0,90}".prop_map(String::into_bytes),
        "([A-Z]{64}\\r?\\n *){0,3}".prop_map(String::into_bytes),
        "[0-9a-f]{0,80}".prop_map(String::into_bytes),
        "([a-f0-9]{0,3}[%&#;x\\\\uU{}\"n/]){0,30}".prop_map(String::into_bytes),
        "(%[0-9a-f]{2}|&#[0-9]{1,4};|&#x[0-9a-f]{1,5};|&quot;|\\\\u[0-9a-fd]{4}|\\\\x[0-9a-f]{2}|\\\\\"|\\\\n|[ -~]){0,40}"
            .prop_map(String::into_bytes),
        "(0x[0-9a-f]{1,3}[, \\n]{0,3}){0,30}".prop_map(String::into_bytes),
        "([ -~]\\x00){0,40}".prop_map(String::into_bytes),
        "[ -~]{16,60}".prop_map(|says| BASE64.encode(says.as_bytes()).into_bytes()),
        "\\PC{16,60}".prop_map(|says| BASE64.encode(&wide(&says)).into_bytes()),
        Just(b"\n".to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_encoded_is_read_and_led_back_to_its_place(
        before in "[a-z =:]{0,30}", head in "[ -~]{16,300}", mark in "[A-Z]{12}", tail in "[ -~]{0,300}", number in 0..WAYS.len(),
    ) {
        let way = &WAYS[number];
        let says = format!("{head}{mark}{tail}");
        let written = (way.write)(&says);
        let text = format!("{before}\n\"{written}\"\n");
        let found = all(text.as_bytes());
        let layer = found.iter().find(|layer| layer.code == way.code && holds(&layer.bytes, mark.as_bytes()).is_some());
        prop_assert!(layer.is_some(), "{text:?} {found:?}");
        let layer = layer.unwrap();
        let start = holds(&layer.bytes, mark.as_bytes()).unwrap();
        let origin = layer.origin(Span { start, end: start + mark.len() });
        let part = str::from_utf8(origin.of(text.as_bytes())).unwrap();
        prop_assert!(holds(&(way.read)(part), mark.as_bytes()).is_some(), "{part:?} is no {mark}");
        // As long as the mark written by itself, but for a line end or a comma.
        prop_assert!(part.len() <= (way.write)(&mark).len() + 8, "{part:?} is more than {mark}");
    }

    #[test]
    fn no_text_makes_it_panic_and_all_spans_lie_in_the_text(pieces in vec(piece(), 0..8), spans in vec((0..400_usize, 0..400_usize), 4)) {
        let text = pieces.concat();
        for layer in all(&text) {
            prop_assert!(layer.span.start < layer.span.end && layer.span.end <= text.len());
            prop_assert!(!layer.bytes.is_empty() && layer.bytes != layer.span.of(&text));
            for &(start, end) in &spans {
                let origin = layer.origin(Span { start, end });
                prop_assert!(layer.span.start <= origin.start && origin.start <= origin.end && origin.end <= layer.span.end);
            }
            let whole = layer.origin(Span { start: 0, end: layer.bytes.len() });
            prop_assert!(whole.start <= layer.span.start + 8 && whole.end + 8 >= layer.span.end, "{whole:?} {layer:?}");
        }
    }

    #[test]
    fn the_bound_is_kept_and_told(pieces in vec(piece(), 0..8), max_bytes in 0..400_usize) {
        let text = pieces.concat();
        let total: usize = all(&text).iter().map(|layer| layer.bytes.len()).sum();
        let mut bytes = 0;
        let reach = layers(&text, max_bytes, &mut |layer| bytes += layer.bytes.len());
        prop_assert!(bytes <= max_bytes * 3 / 2 && (reach == Reach::Bounded || bytes == total));
    }
}

#[test]
fn no_text_is_decoded_more_than_its_length_allows() {
    let pairs = PIECES.iter().enumerate().map(|(number, piece)| format!("{piece}{}", PIECES[(number * 7 + 3) % PIECES.len()]));
    for piece in PIECES.iter().map(|piece| (*piece).to_owned()).chain(pairs) {
        let text = piece.repeat((1 << 20) / piece.len());
        let (mut bytes, mut spans) = (0, 0);
        assert_eq!(
            layers(text.as_bytes(), 3 * text.len(), &mut |layer| {
                bytes += layer.bytes.len();
                spans += layer.span.len();
            }),
            Reach::Whole,
            "{piece:?}"
        );
        assert!(bytes <= 3 * text.len() && spans <= 3 * text.len(), "{piece:?}: {bytes} decoded of {spans}");
    }
}
