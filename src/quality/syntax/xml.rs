//! XML.

use std::borrow::Cow;

use xml::common::Position as _;
use xml::reader::{ParserConfig, XmlEvent};

use super::{ascii, defect, place_of_char, text, too_deep};
use crate::model::Span;
use crate::quality::{Defect, File};

/// How much of a file may tell its encoding.
const MAX_DECLARATION_BYTES: usize = 256;

/// Where XML 1.0 is not well formed, or has a prefix that no namespace is bound to. The first fault alone: what comes after
/// it is a guess.
///
/// Nothing outside the file is read: an entity that stands elsewhere is known by its name alone. What entities stand for is
/// bounded. A file in UTF-16 has no defects here; of other encodings that the file names, the letters beyond ASCII are not looked at.
pub(in crate::quality) fn find(file: &File<'_>) -> Vec<Defect> {
    if file.bytes.iter().take(2).any(|byte| *byte == 0) || file.bytes.starts_with(b"\xff\xfe") || file.bytes.starts_with(b"\xfe\xff") {
        return Vec::new();
    }
    let text = match text(file) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if names_an_encoding(file.bytes) => Cow::Owned(ascii(file.bytes)),
        Err(defect) => return vec![defect],
    };
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let found = first(text.get(start..).unwrap_or_default());
    found
        .map(|Defect { span, detail }| Defect { span: Span { start: span.start + start, end: span.end + start }, detail })
        .into_iter()
        .collect()
}

fn first(text: &str) -> Option<Defect> {
    let config = ParserConfig::new()
        .allow_multiple_root_elements(false)
        .override_encoding(Some(xml::Encoding::Utf8))
        .ignore_invalid_encoding_declarations(true);
    let mut reader = config.create_reader(text.as_bytes());
    let mut depth = 0;
    loop {
        match reader.next() {
            Ok(XmlEvent::StartElement { .. }) if depth == super::MAX_DEPTH => {
                let start = byte_at(text, reader.position());
                return Some(too_deep(start, place_of_char(text, start).end));
            }
            Ok(XmlEvent::StartElement { .. }) => depth += 1,
            Ok(XmlEvent::EndElement { .. }) => depth -= 1,
            Ok(XmlEvent::EndDocument) => return None,
            Ok(_) => {}
            Err(error) => {
                let span = place_of_char(text, byte_at(text, error.position()));
                return Some(defect(span.start, span.end, without_place(&error.msg())));
            }
        }
    }
}

/// A message without the line and column that some begin with.
fn without_place(message: &str) -> &str {
    let is_place = |place: &str| place.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    message.split_once(' ').filter(|(place, _)| is_place(place)).map_or(message, |(_, rest)| rest)
}

/// The byte of a place in lines and characters.
fn byte_at(text: &str, place: xml::common::TextPosition) -> usize {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let mut start = 0;
    for line in text.split_inclusive('\n').take(number(place.row())) {
        start += line.len();
    }
    let rest = text.get(start..).unwrap_or_default();
    rest.char_indices().nth(number(place.column())).map_or(text.len(), |(at, _)| start + at)
}

/// Whether a file says that it is in another encoding than UTF-8.
fn names_an_encoding(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(MAX_DECLARATION_BYTES)).unwrap_or_default();
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let declaration = start.split("?>").next().unwrap_or_default();
    declaration.starts_with("<?xml") && declaration.contains("encoding") && !declaration.contains("utf-8")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, of};
    use super::*;

    #[test]
    fn good_xml_has_no_defects() {
        for good in [
            "<a/>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- é -->\n<a b='1' c=\"2\"><![CDATA[<&]]>&amp;&#233;&lt;</a>\n",
            "\u{feff}<a xmlns:x='urn:x'><x:b x:c='1'/></a>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
            "<!DOCTYPE a SYSTEM 'file:///no'><a/>",
        ] {
            check(find, good, &[]);
        }
        assert_eq!(of(find, b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"), []);
        assert_eq!(of(find, b"\xff\xfe<\0a\0/\0>\0"), []);
        assert_eq!(of(find, b"<a>\xe9</a>"), [defect(3, 4, "not UTF-8")]);
    }

    #[test]
    fn a_fault_of_xml_is_told_on_its_line() {
        for (text, line, told) in [
            ("", 1, "nexpected end"),
            ("<a>\n<b>\n</a>", 3, "closing"),
            ("<a>\n<b>\n", 3, "nexpected end"),
            ("<a/>\n<b/>", 2, "nexpected token: <"),
            ("<a>\n&nbsp;</a>", 2, "nbsp"),
            ("<a>\né & b</a>", 2, "ntity"),
            ("<a b='1'\nb='2'/>", 2, "b"),
            ("<a\nb=1/>", 2, ""),
            ("<a>\n<x:b/></a>", 2, "x"),
            ("<a b='<'/>", 1, ""),
            ("<a>\n<!-- -- --></a>", 2, ""),
            ("<a>\n]]></a>", 2, ""),
            ("text", 1, ""),
        ] {
            let defects = of(find, text.as_bytes());
            let lines: Vec<usize> = defects.iter().map(|defect| super::super::line_of(text.as_bytes(), defect.span.start)).collect();
            assert_eq!(lines, [line], "{text}: {defects:?}");
            assert!(
                defects.iter().all(|defect| defect.detail.as_deref().is_some_and(|detail| detail.contains(told))),
                "{text}: {defects:?}"
            );
        }
    }

    #[test]
    fn a_place_is_told_in_bytes() {
        check(find, "<a>\n<!-- é --><b/></c«>»</a>", &["Unexpected closing tag: c != a"]);
        check(find, "\u{feff}<a/>\r\n«<»b/>", &["Unexpected token: <"]);
    }

    #[test]
    fn entities_are_bounded_and_none_is_fetched() {
        let mut laughs = "<!DOCTYPE a [<!ENTITY a0 'lol'>".to_owned();
        for n in 1..12 {
            laughs.push_str(&format!("<!ENTITY a{n} '{}'>", format!("&a{};", n - 1).repeat(10)));
        }
        laughs.push_str("]><a>&a11;</a>");
        assert_eq!(of(find, laughs.as_bytes()).len(), 1);
        assert_eq!(of(find, b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>"), []);
        assert_eq!(of(find, b"<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>").len(), 1);
    }

    #[test]
    fn what_nests_too_deep_is_a_defect() {
        assert_eq!(of(find, format!("{}{}", "<a>".repeat(128), "</a>".repeat(128)).as_bytes()), []);
        assert_eq!(of(find, format!("<a>{}</a>", "<b></b>".repeat(1000)).as_bytes()), []);
        let defects = of(find, "<a>".repeat(100_000).as_bytes());
        assert_eq!(defects.first().and_then(|defect| defect.detail.as_deref()), Some("nests more deeply than 128"));
    }
}
