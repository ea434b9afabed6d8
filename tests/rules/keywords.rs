//! How often the keywords of rules occur in text that is no secret: each costs a look at the text around.

use std::collections::BTreeMap;
use std::path::Path;

use stanch::check::{Ask, KeywordIndex, Place};
use stanch::config::{Error, Settings};
use stanch::model::Text;
use stanch::rules::{Kind, RULES, Rule};

/// How often a keyword may occur in a million bytes.
const MOST_HITS: usize = 80;

/// Everything of ours that is written by hand and is about something else than the rules' own words; the labels of real code
/// name a rule on each line.
fn own_text() -> Vec<u8> {
    let mut text = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && !name.starts_with('.') && !["target", "rules"].contains(&&*name) {
                folders.push(path);
            } else if name != "real.toml" && [".rs", ".md", ".toml", ".sh"].iter().any(|end| name.ends_with(end)) {
                text.extend(std::fs::read(path).unwrap());
            }
        }
    }
    text
}

/// Words of prose and of programs, the common ones.
const WORDS: &str = "the of and to in is for that with as this on by from are an be or it not when which can if will all has use one \
    file name value data type string int number list index error return function class method object field table row column user \
    id key map set get put add remove update delete create read write open close start stop run test build load save send receive \
    request response server client host port path url query body header status code message event time date size length count \
    default config option param result state item node parent child root text line page view model form input output image \
    public private static const let var new true false null none self import export module package version license author \
    password token secret session cookie auth login email account access service client provider version region bucket project";

/// Program text and prose made up of common words, the same each time.
fn made_up(bytes: usize) -> Vec<u8> {
    let words: Vec<&str> = WORDS.split_ascii_whitespace().collect();
    let mut dice = 0x9E37_79B9_7F4A_7C15_u64;
    let mut below = |bound: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        (dice >> 33) as usize % bound
    };
    let mut text = String::new();
    while text.len() < bytes {
        let mut word = || words[below(words.len())];
        let (one, two, three, four) = (word(), word(), word(), word());
        text.push_str(&match below(6) {
            0 => format!("    let {one}_{two} = {three}.{four}()?;\n"),
            1 => format!("{one} {two} {three} {four}, {two} {one}.\n"),
            2 => format!("  \"{one}\": \"{two} {three}\",\n"),
            3 => format!("{one}-{two}: {three}\n"),
            4 => format!("{}_{}={four}\n", one.to_ascii_uppercase(), three.to_ascii_uppercase()),
            _ => format!("def {one}_{two}({three}, {four}=None):\n    return {three}['{one}']\n"),
        });
    }
    text.into_bytes()
}

/// What is wrong with the keywords of `rules`, as seen in `text`: one that occurs too often, and how often.
///
/// Rules for values without a provider's word are let off: they look under every password and every key, and their words are
/// those.
fn faults<'r>(rules: impl IntoIterator<Item = &'r Rule>, text: &[u8]) -> Vec<String> {
    let mut owners: BTreeMap<Text, Vec<&str>> = BTreeMap::new();
    for rule in rules.into_iter().filter(|rule| rule.kind == Kind::Pattern || !rule.near.is_empty()) {
        rule.keywords.iter().for_each(|word| owners.entry(word.clone()).or_default().push(&rule.info.id));
    }
    let mut counts = vec![0_usize; owners.len()];
    let words =
        owners.keys().enumerate().map(|(number, word)| (word.as_ref(), Ask { rule: number.try_into().unwrap(), place: Place::Here }));
    KeywordIndex::new(words).scan(text, |asks, _, _| counts[asks[0].rule as usize] += 1);
    let rates = owners.into_iter().zip(counts).map(|((word, ids), count)| (word, ids, count * 1_000_000 / text.len()));
    let common = rates.filter(|(_, _, rate)| *rate > MOST_HITS);
    common
        .map(|(word, ids, rate)| {
            format!("{}: `{word}` occurs {rate} times in a million bytes, and {MOST_HITS} are the most", ids.join(", "))
        })
        .collect()
}

#[test]
fn no_keyword_occurs_often_in_text_that_is_no_secret() {
    for text in [own_text(), made_up(1_000_000)] {
        assert!(text.len() > 500_000, "{}", text.len());
        let faults = faults(RULES.iter(), &text);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[test]
fn a_keyword_of_common_letters_is_refused_with_the_rate_that_was_measured() {
    let mut rule = RULES.iter().find(|rule| rule.info.id == "github-pat").unwrap().clone();
    let text = made_up(1_000_000);
    assert_eq!(faults([&rule], &text), [""; 0]);
    rule.keywords.to_mut().push("name".into());
    let faults = faults([&rule], &text);
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    let rate = fault.strip_prefix("github-pat: `name` occurs ").and_then(|rest| rest.split(' ').next()).unwrap();
    assert!(rate.parse::<usize>().unwrap() > MOST_HITS, "{fault}");
}

#[test]
fn a_keyword_that_is_too_short_is_refused() {
    let table = "[[rule]]\nid = \"acme-key\"\nkeywords = [\"ac_\"]\nnear = [\"ac\"]\n";
    let Err(Error::Faults { faults }) = Settings::parse("stanch.toml", table.as_bytes()) else { panic!("it is read") };
    for key in ["keywords", "near"] {
        assert!(faults.iter().any(|fault| fault.what.starts_with(&format!("`{key}` cannot hold `ac"))), "{key}: {faults:?}");
    }
}
