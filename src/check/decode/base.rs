//! Base64 and hexadecimal: a run of characters, or lines of equal length, that say a text.

use std::sync::LazyLock;

use data_encoding::{BASE64, Encoding as Base, HEXLOWER_PERMISSIVE, Specification};

use super::readable::{is_readable, narrow};
use super::run::{MIN_RUN, is_stretched, padding, run_end, runs};
use super::way::{Ratio, Way};
use super::{Bounded, Code, Layer};
use crate::model::Span;

/// The shortest run of hexadecimal digits: they make 16 bytes.
const MIN_HEX: usize = 32;
/// How many characters at its start decide whether a run says a text.
const HEAD: usize = 88;
/// The shortest line of several, in characters.
const MIN_LINE: usize = 32;
/// How far apart two lines of one stretch stand, in bytes: quotes, a plus sign, and how far the next is indented.
const MAX_GAP: usize = 80;

/// Both alphabets, without padding. What is left of the last character is not looked at.
static BASE64_ANY: LazyLock<Base> = LazyLock::new(|| {
    let mut specification: Specification = BASE64.specification();
    specification.padding = None;
    specification.check_trailing_bits = false;
    specification.translate.from.push_str("-_");
    specification.translate.to.push_str("+/");
    specification.encoding().expect("because the alphabet is the standard's, and two more names for two of its characters")
});

/// Which six bits each character of either alphabet stands for.
static SEXTETS: [u8; 256] = {
    let alphabets: [&[u8; 64]; 2] = [
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    ];
    let mut sextets = [0; 256];
    let mut sextet = 0_u8;
    while sextet < 64 {
        sextets[alphabets[0][sextet as usize] as usize] = sextet;
        sextets[alphabets[1][sextet as usize] as usize] = sextet;
        sextet += 1;
    }
    sextets
};

/// Finds what is written in base64 or hexadecimal.
pub(super) fn find(text: &[u8], out: &mut Bounded<impl FnMut(Layer)>) {
    runs(text, |run| {
        if let Some(code) = code_of(run.of(text)) {
            return emit(text, run, code, out);
        }
        // A path, or words that are joined, and one of them may be what is looked for.
        let mut end = run.end;
        if !is_stretched(run.of(text), |byte| byte != b'/') {
            return end;
        }
        for part in split(text, run, |byte| byte == b'/') {
            // What is no path was asked about.
            if part != run
                && let Some(code) = code_of(part.of(text))
            {
                end = end.max(emit(text, part, code, out));
                continue;
            }
            let is_of_word = |byte: u8| byte.is_ascii_alphanumeric();
            if !is_stretched(part.of(text), is_of_word) {
                continue;
            }
            for word in split(text, part, |byte| !is_of_word(byte)) {
                if let Some(code) = code_of(word.of(text)) {
                    end = end.max(emit(text, word, code, out));
                }
            }
        }
        end
    });
}

/// Decodes the stretch that begins with `run`, and says where it ends.
fn emit(text: &[u8], run: Span, code: Code, out: &mut Bounded<impl FnMut(Layer)>) -> usize {
    let (base, ratio): (&Base, _) = match code {
        Code::Hex => (&HEXLOWER_PERMISSIVE, Ratio::PAIR),
        _ => (&BASE64_ANY, Ratio::BASE64),
    };
    let lines = lines(text, run);
    let end = lines.last().map_or(run.end, |last| last.end + padding(text, last.end));
    let span = Span { start: run.start, end };
    let length: usize = lines.iter().map(Span::len).sum();
    if !out.admits(length / ratio.text() * ratio.decoded()) {
        return end;
    }
    let mut way = Way::default();
    let mut bytes = Vec::with_capacity(length / ratio.text() * ratio.decoded() + ratio.decoded());
    for line in lines {
        way.step(bytes.len(), line.start, ratio);
        bytes.extend(decode(base, line.of(text)));
    }
    let (bytes, wide) = narrow(bytes);
    out.emit(Layer { span, code, bytes, ways: wide.into_iter().chain([way]).collect() });
    end
}

/// Decodes all but characters too few to make a byte. A run holds no other characters than those of its alphabet.
fn decode(base: &Base, characters: &[u8]) -> Vec<u8> {
    let whole = match characters.len() % 4 {
        1 => characters.len() - 1,
        _ => characters.len(),
    };
    base.decode(characters.get(..whole).unwrap_or_default()).unwrap_or_default()
}

/// In which code a run says a text, by its first characters.
fn code_of(run: &[u8]) -> Option<Code> {
    let head = run.get(..run.len().min(HEAD)).unwrap_or_default();
    // Bytes of text have their first bit clear; of a hash, half.
    if head.iter().step_by(2).take(MIN_HEX / 2).all(|digit| matches!(digit, b'0'..=b'7')) && run.iter().all(u8::is_ascii_hexdigit) {
        let is_text = run.len() >= MIN_HEX && run.len().is_multiple_of(2) && is_readable(&decode(&HEXLOWER_PERMISSIVE, head));
        return is_text.then_some(Code::Hex);
    }
    // This turns away nearly all names and paths before anything is decoded.
    let (groups, _) = head.as_chunks::<4>();
    let mut foreign = groups.iter().filter(|group| !is_ascii(**group));
    let is_text = foreign.nth(groups.len() / 4).is_none();
    (is_text && is_readable(&decode(&BASE64_ANY, head))).then_some(Code::Base64)
}

/// Whether four characters of base64 say three bytes of ASCII, whose first bits are clear.
fn is_ascii(group: [u8; 4]) -> bool {
    let [first, second, third, _] = group.map(|byte| SEXTETS.get(usize::from(byte)).copied().unwrap_or_default());
    (first & 0b10_0000) | (second & 0b1000) | (third & 0b10) == 0
}

/// The parts of a run between certain characters, those long enough to decode.
fn split(text: &[u8], run: Span, is_between: impl Fn(u8) -> bool) -> impl Iterator<Item = Span> {
    let mut next = run.start;
    run.of(text).split(move |&byte| is_between(byte)).filter_map(move |part| {
        let span = Span { start: next, end: next + part.len() };
        next = span.end + 1;
        let mark = if part.starts_with(b"0x") || part.starts_with(b"0X") { 2 } else { 0 };
        (part.len() + padding(text, span.end) >= MIN_RUN + mark).then_some(Span { start: span.start + mark, end: span.end })
    })
}

/// The lines of a stretch that is broken into lines of equal length; `first` alone where it is not.
fn lines(text: &[u8], first: Span) -> Vec<Span> {
    let mut lines = vec![first];
    let is_broken = first.len() >= MIN_LINE && first.len().is_multiple_of(4) && padding(text, first.end) == 0;
    let mut before = first;
    while is_broken && before.len() == first.len() && padding(text, before.end) == 0 {
        let Some(start) = next_line(text, before.end) else { break };
        let line = Span { start, end: run_end(text, start) };
        if line.is_empty() || line.len() > first.len() || !ends_a_line(text, line.end + padding(text, line.end)) {
            break;
        }
        lines.push(line);
        before = line;
    }
    lines
}

/// Where the next line of a stretch begins, if nothing but quotes, signs and one line end stand between.
fn next_line(text: &[u8], end: usize) -> Option<usize> {
    let mut is_next = false;
    let gap = text.get(end..end.saturating_add(MAX_GAP).min(text.len())).unwrap_or_default();
    for (at, &byte) in gap.iter().enumerate() {
        match byte {
            b'\n' if is_next => return None,
            b'\n' => is_next = true,
            b' ' | b'\t' | b'"' | b'\'' => {}
            b'\r' | b'\\' | b',' | b'.' if !is_next => {}
            b'+' if !is_next || gap.get(at + 1) == Some(&b' ') => {}
            b'#' | b'>' | b'*' | b'|' | b'.' if is_next => {}
            _ => return is_next.then_some(end + at),
        }
    }
    None
}

fn ends_a_line(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..at.saturating_add(MAX_GAP).min(text.len())).unwrap_or_default();
    let ends = rest.iter().find(|byte| !b" \t\r\"'`+\\,.;:)]}".contains(byte));
    ends.is_none_or(|byte| matches!(byte, b'\n' | b'<'))
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

    use super::super::tests::{all, only};
    use super::*;

    const SAYS: &str = "user = someone, word = ~~something?? else~~";

    #[test]
    fn base64_of_both_alphabets_is_decoded_with_and_without_padding() {
        for base in [BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD] {
            for cut in 0..3 {
                let says = &SAYS.as_bytes()[cut..];
                let text = format!("data: '{}' # end", base.encode(says));
                let layer = only(text.as_bytes());
                assert_eq!((layer.code, layer.bytes.as_slice()), (Code::Base64, says));
                assert_eq!(layer.span, Span { start: 7, end: text.len() - 7 }, "padding belongs to it");
            }
        }
    }

    #[test]
    fn hexadecimal_is_decoded_in_either_case_and_behind_its_mark() {
        for text in [HEXLOWER.encode(SAYS.as_bytes()), HEXUPPER.encode(SAYS.as_bytes()), format!("0x{}", HEXLOWER.encode(SAYS.as_bytes()))]
        {
            let layer = only(text.as_bytes());
            assert_eq!((layer.code, layer.bytes.as_slice()), (Code::Hex, SAYS.as_bytes()));
        }
    }

    #[test]
    fn lines_of_equal_length_are_one_stretch() {
        let says = SAYS.repeat(7);
        let encoded = BASE64.encode(says.as_bytes());
        for (width, between) in
            [(76, "\n"), (64, "\r\n"), (64, "\n      "), (40, "\" +\n    \""), (76, "\n> "), (60, "\\\n"), (64, "\n  + \"")]
        {
            let lines: Vec<&str> = encoded.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap()).collect();
            let text = format!("x: |\n  {}\nother: value\n", lines.join(between));
            let layer = only(text.as_bytes());
            assert_eq!(layer.bytes, says.as_bytes(), "{between:?}");
            let at = says.rfind("something").unwrap();
            let origin = layer.origin(Span { start: at, end: at + 9 });
            let place = at / 3 * 4;
            let expected = 7 + place + place / width * between.len();
            assert!(origin.start.abs_diff(expected) <= 3, "{origin:?} {expected}");
        }
    }

    #[test]
    fn what_follows_whole_lines_is_no_part_of_them() {
        let says = SAYS.repeat(2).into_bytes();
        let says = &says[..48];
        let encoded = BASE64.encode(says);
        for after in ["\n  other: value", "\n\nabcd\n", "\nname = abcd", &format!("\n{}x\n", "ab".repeat(40))] {
            assert_eq!(only(format!("a: {encoded}{after}").as_bytes()).bytes, says, "{after}");
        }
    }

    #[test]
    fn powershell_commands_are_read_as_utf16() {
        let command = "Write-Host 'naïve \u{1F601} and more'; exit";
        let wide: Vec<u8> = command.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for mark in [&[][..], &[0xFF, 0xFE]] {
            let encoded = BASE64.encode(&[mark, &wide].concat());
            let text = format!("powershell -EncodedCommand {encoded}");
            let layer = only(text.as_bytes());
            assert_eq!(layer.bytes, command.as_bytes());
            let (before, _) = command.split_once("more").unwrap();
            let at = before.len();
            let origin = layer.origin(Span { start: at, end: at + 4 });
            let before = mark.len() + before.encode_utf16().count() * 2;
            assert_eq!(origin, Span { start: 27 + before * 4 / 3, end: 27 + ((before + 8) * 4).div_ceil(3) });
        }
    }

    #[test]
    fn a_word_in_a_path_is_decoded_by_itself() {
        let says = &SAYS.as_bytes()[..30];
        let text = format!("https://example.com/hooks/{}/callback_url", BASE64URL_NOPAD.encode(says));
        let layer = only(text.as_bytes());
        assert_eq!(layer.bytes, says);
        assert_eq!(layer.span, Span { start: 26, end: 66 });
    }

    #[test]
    fn hashes_names_and_paths_say_nothing() {
        let digest = |length: u8| (0..length).map(|at| at.wrapping_mul(151).wrapping_add(77)).collect::<Vec<_>>();
        let texts = [
            HEXLOWER.encode(&digest(20)),
            HEXLOWER.encode(&digest(32)),
            "/usr/share/doc/something/examples/configuration/defaults.conf".to_owned(),
            "AbstractSingletonProxyFactoryBeanDefinitionRegistrar".to_owned(),
            "some_long_function_name_with_many_words_in_it".to_owned(),
            format!("sha512-{}", BASE64.encode(&digest(64))),
            "A".repeat(200),
            "0".repeat(200),
            "-".repeat(200),
        ];
        for text in texts {
            assert!(all(text.as_bytes()).is_empty(), "{text}");
        }
    }
}
