//! The orders against the examples of the documents that define them.

use proptest::prelude::*;

use super::{Order, Version};

/// The suffixes of one release in their order (PEP 440, "Summary of permitted suffixes and relative ordering").
const PEP440: &[&str] = &[
    "1.dev0",
    "1.0.dev456",
    "1.0a1",
    "1.0a2.dev456",
    "1.0a12.dev456",
    "1.0a12",
    "1.0b1.dev456",
    "1.0b2",
    "1.0b2.post345.dev456",
    "1.0b2.post345",
    "1.0rc1.dev456",
    "1.0rc1",
    "1.0",
    "1.0.post456.dev34",
    "1.0.post456",
    "1.0.15",
    "1.1.dev1",
    "1!0.1",
];

/// Spellings that are one version (PEP 440, "Normalization").
const SAME: &[(&str, &str)] = &[
    ("1.0", "1"),
    ("1.1RC1", "1.1rc1"),
    ("00", "0"),
    ("09000", "9000"),
    ("1.1.a1", "1.1a1"),
    ("1.1-a1", "1.1a1"),
    ("1.1_a1", "1.1a1"),
    ("1.1alpha1", "1.1a1"),
    ("1.1beta2", "1.1b2"),
    ("1.1c3", "1.1rc3"),
    ("1.2a", "1.2a0"),
    ("1.2-post2", "1.2.post2"),
    ("1.2.post-2", "1.2.post2"),
    ("1.0-r4", "1.0.post4"),
    ("1.2.post", "1.2.post0"),
    ("1.0-1", "1.0.post1"),
    ("1.2-dev2", "1.2.dev2"),
    ("1.2.dev", "1.2.dev0"),
    ("v1.0", "1.0"),
    (" 1.0\n", "1.0"),
    ("1.0+ubuntu-1", "1.0"),
];

/// The order of one release and its beginnings (SemVer 2.0.0, clause 11).
const SEMVER: &[&str] = &[
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "2.0.0",
    "2.1.0",
    "2.1.1",
];

fn version(order: Order, text: &str) -> Version {
    order.parse(text).unwrap_or_else(|| panic!("`{text}` is a version"))
}

#[test]
fn versions_are_ordered_as_their_documents_say() {
    for (order, table) in [(Order::Pep440, PEP440), (Order::SemVer, SEMVER)] {
        for (at, low) in table.iter().enumerate() {
            for high in table.iter().skip(at + 1) {
                assert!(version(order, low) < version(order, high), "{low} < {high}");
            }
        }
    }
}

#[test]
fn spellings_of_one_version_are_equal() {
    for (left, right) in SAME {
        assert_eq!(version(Order::Pep440, left), version(Order::Pep440, right), "{left} = {right}");
    }
    for (left, right) in [("v1.2.3", "1.2.3"), ("1.2", "1.2.0"), ("1-rc.1", "1.0.0-rc.1"), ("1.0.0+a", "1.0.0+b"), ("1.0.0+a-b", "1.0.0")] {
        assert_eq!(version(Order::SemVer, left), version(Order::SemVer, right), "{left} = {right}");
    }
}

#[test]
fn what_is_no_version_is_none() {
    for text in ["", "french toast", "1.0+a+", "1.0a.b.c", "==1.0", "2004d"] {
        assert_eq!(Order::Pep440.parse(text), None, "{text}");
    }
    for text in ["", "1.2.3.4", "01.2.3", "1.2.x", "99999999999999999999.0.0", "1.0.0-"] {
        assert_eq!(Order::SemVer.parse(text), None, "{text}");
    }
    assert_eq!(Order::Foreign("dpkg").parse("1.0"), None);
}

/// Versions made of the parts that PEP 440 knows.
fn any_pep440() -> impl Strategy<Value = String> {
    let pre = prop_oneof![Just(String::new()), "(a|b|rc)[0-9]{1,2}"];
    let post = prop_oneof![Just(String::new()), "\\.post[0-9]{1,2}"];
    let dev = prop_oneof![Just(String::new()), "\\.dev[0-9]{1,2}"];
    ("([1-3]!)?[0-9]{1,3}(\\.[0-9]{1,3}){0,4}", pre, post, dev).prop_map(|(release, pre, post, dev)| format!("{release}{pre}{post}{dev}"))
}

proptest! {
    #[test]
    fn an_order_is_total_and_zeros_at_the_end_say_nothing(a in any_pep440(), b in any_pep440(), c in any_pep440()) {
        let [a, b, c] = [a, b, c].map(|text| version(Order::Pep440, &text));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert!(!(a <= b && b <= c) || a <= c);
    }

    #[test]
    fn a_beginning_is_before_its_release_and_a_mend_after(numbers in "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}", n in 0_u16..99) {
        let release = version(Order::Pep440, &numbers);
        for early in [format!("{numbers}.dev{n}"), format!("{numbers}a{n}"), format!("{numbers}b{n}.post{n}"), format!("{numbers}rc{n}")] {
            let early = version(Order::Pep440, &early);
            prop_assert!(early < release);
        }
        let later = version(Order::Pep440, &format!("{numbers}.post{n}"));
        prop_assert!(later > release);
        let padded = version(Order::Pep440, &format!("{numbers}.0.0"));
        prop_assert_eq!(&padded, &release);
        let local = version(Order::Pep440, &format!("{numbers}+local.{n}"));
        prop_assert_eq!(&local, &release);
    }

    #[test]
    fn no_text_stops_the_reader(text in ".{0,40}") {
        Order::Pep440.parse(&text);
        Order::SemVer.parse(&text);
    }
}
