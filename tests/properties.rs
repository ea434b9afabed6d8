//! What holds for every input.

use std::borrow::Cow;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use stanch::config::Settings;
use stanch::model::{Decoded, Encoding, Fingerprint, FingerprintKey, LineIndex, Secret, Span};
use stanch::output::sanitize;
use stanch::policy::{Baseline, allow_comment};
use stanch::rules::{Choice, RULES, fill};
use stanch::scan::Engine;
use stanch::source::Pushed;

use crate::rules::shapes::bare;
use crate::support::secret;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin(&[&Choice::default()], Vec::new()));

/// The same rules without anything that was read off their expressions.
static BARE: LazyLock<Engine> = LazyLock::new(|| Engine::new(RULES.iter().map(bare).map(Cow::Owned).collect()));

/// Pieces of text that rules look at: keywords, whole examples, and bytes of any kind between them.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let keywords: Vec<Vec<u8>> = RULES.iter().flat_map(|rule| rule.keywords.iter().map(|word| word.as_bytes().to_vec())).collect();
    let examples: Vec<Vec<u8>> =
        RULES.iter().flat_map(|rule| rule.matches.iter().chain(rule.misses.iter())).map(|text| fill(text).unwrap().into_bytes()).collect();
    // What joins keys and values, and what looks like either.
    let syntax: Vec<&str> = vec![
        "password",
        "api_key",
        "secret = ",
        "name",
        "value",
        "key",
        "=",
        ":",
        ":=",
        "=>",
        " - ",
        "\"",
        "'",
        "`",
        "\\\"",
        "<",
        "</",
        ">",
        "{{",
        "}}",
        "${",
        "\\",
        "(",
        ")",
        "[",
        "{",
        ",",
        ";",
        "\t",
        "\n",
        "&",
        "?",
        "://",
        "@",
        "kQ9zX7vT2rL8pB4m",
        "é",
    ];
    prop_oneof![
        4 => vec(proptest::sample::select(syntax), 0..24).prop_map(|parts| parts.concat().into_bytes()),
        3 => vec(any::<u8>(), 0..40),
        3 => proptest::sample::select(keywords),
        3 => proptest::sample::select(examples),
        2 => "[A-Za-z0-9_=:\"'. \\n\\r-]{0,60}".prop_map(String::into_bytes),
        1 => Just(b"\n".to_vec()),
    ]
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

fn names(text: &[u8]) -> Vec<Fingerprint> {
    let name = |(rule, found): &(&stanch::rules::Rule, stanch::model::Match)| {
        Fingerprint::new(&FingerprintKey::default(), &rule.info.id, &Secret::new(found.secret.of(text), 0))
    };
    let mut names: Vec<Fingerprint> = ENGINE.scan(b"", text).unwrap().matches.iter().map(name).collect();
    names.sort_unstable();
    names
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_engine_panic_and_what_it_finds_lies_in_the_text(text in text()) {
        let found = ENGINE.scan(b"", &text).unwrap().matches;
        let lines = LineIndex::new(&text);
        let mut end = 0;
        for (_, found) in &found {
            prop_assert!(found.span.start <= found.secret.start && found.secret.end <= found.span.end && found.span.end <= text.len());
            prop_assert!(!found.secret.is_empty() && found.prefix_bytes <= found.secret.len());
            prop_assert!(found.secret.start >= end, "findings stand apart and in order");
            end = found.secret.end;
            let place = lines.locate(found.secret);
            prop_assert!(place.line >= 1 && place.column >= 1 && place.column_utf16 <= place.column && place.end_line >= place.line);
            let (start, line) = lines.line_at(found.secret.start);
            prop_assert!(start <= found.secret.start && start + line.len() <= text.len());
        }
    }

    #[test]
    fn a_secret_that_moves_to_another_line_keeps_its_name(before in vec("[a-z ]{0,30}", 0..6), after in vec("[a-z ]{0,30}", 0..6), number in 0_usize..50) {
        let line = format!("NPM_TOKEN = \"{}\"", secret(number));
        let moved = [before, vec![line.clone()], after].concat().join("\n");
        prop_assert_eq!(names(line.as_bytes()), names(moved.as_bytes()));
        prop_assert_eq!(names(line.as_bytes()).len(), 1);
    }

    #[test]
    fn a_scan_says_the_same_twice(text in text()) {
        prop_assert_eq!(names(&text), names(&text));
    }

    #[test]
    fn what_is_read_off_expressions_changes_nothing(text in text()) {
        let told = |engine: &Engine| -> Vec<String> {
            engine.scan(b"", &text).unwrap().matches.iter().map(|(rule, found)| format!("{} {found:?}", rule.info.id)).collect()
        };
        prop_assert_eq!(told(&ENGINE), told(&BARE));
    }

    #[test]
    fn decoding_never_panics(mark in proptest::sample::select(vec![&b""[..], b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\xef\xbb\xbf"]), bytes in vec(any::<u8>(), 0..200)) {
        let bytes = [mark, &bytes].concat();
        let encoding = Encoding::of(&bytes);
        let decoded = Decoded::new(&bytes, encoding);
        prop_assert!(encoding == Encoding::Bytes || std::str::from_utf8(&decoded.text).is_ok());
        for encoding in [Encoding::Bytes, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Utf32Le, Encoding::Utf32Be] {
            prop_assert!(Decoded::new(&bytes, encoding).text.len() <= bytes.len() * 2);
        }
    }

    #[test]
    fn every_place_of_a_text_has_a_line_and_a_column(text in vec(proptest::sample::select(b"ab\n\r\xff\xc3\xa9".to_vec()), 0..60), start in 0_usize..80, length in 0_usize..20) {
        let place = LineIndex::new(&text).locate(Span { start, end: start + length });
        prop_assert!(place.line >= 1 && place.end_line >= place.line && place.column >= 1 && place.end_column >= 1);
    }

    #[test]
    fn no_lines_of_git_make_a_hook_panic(lines in prop_oneof![vec(any::<u8>(), 0..200), "([a-z/]{0,12} ?[0-9a-f]{0,66} ?){0,6}\n?".prop_map(String::into_bytes)]) {
        drop(Pushed::from_pre_push(&lines));
        drop(Pushed::from_pre_receive(&lines));
    }

    #[test]
    fn gits_own_lines_are_read_whatever_the_ref_is_called(name in "[^ \\n\\r\\x00]{1,40}", digit in "[1-9a-f]", long in any::<bool>()) {
        let length = if long { 64 } else { 40 };
        let (id, zeros) = (digit.repeat(length), "0".repeat(length));
        let pushed = Pushed::from_pre_push(format!("{name} {id} {name} {zeros}\n").as_bytes()).unwrap();
        prop_assert_eq!(pushed.updates.len(), 1);
        let update = &pushed.updates[0];
        prop_assert_eq!((update.name.to_string(), update.old, update.new.map(|id| id.to_string())), (name.clone(), None, Some(id.clone())));
        let received = Pushed::from_pre_receive(format!("{id} {zeros} {name}\n").as_bytes()).unwrap();
        prop_assert_eq!((received.updates[0].old.map(|id| id.to_string()), received.updates[0].new), (Some(id), None));
    }

    #[test]
    fn no_file_of_settings_makes_a_panic(text in prop_oneof!["\\PC{0,200}", "((key|block|exclude|disable|\\[\\[allow\\]\\]|\\[\\[rule\\]\\]|rule|reason|until|path)( = )?(\"[a-z*{\\[]{0,6}\"|\\[|\\]|1|\\{)?\n){0,12}"]) {
        drop(Settings::parse("stanch.toml", text.as_bytes()));
        drop(Baseline::parse(text.as_bytes()));
        drop(allow_comment("rule", text.as_bytes(), Some(text.as_bytes())));
    }

    #[test]
    fn no_bytes_reach_a_terminal_that_would_act_on_it(bytes in vec(any::<u8>(), 0..100)) {
        prop_assert!(!sanitize::bytes(&bytes).chars().any(char::is_control));
    }
}
