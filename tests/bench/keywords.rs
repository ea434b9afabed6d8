//! The keyword index beside Aho-Corasick automata of the same keywords, over the text of this repository's own files:
//! medians of rounds taken in turn, as ratios.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops where it stands, and prints")]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use stanch::check::{Ask, KeywordIndex, Place};
use stanch::model::Text;
use stanch::rules::RULES;

const ROUNDS: usize = 21;

fn main() {
    let keywords: BTreeSet<Text> = RULES.iter().flat_map(|rule| rule.keywords.iter().cloned()).collect();
    let keywords: Vec<Text> = keywords.into_iter().collect();
    let text = sources().repeat(8);
    println!("{} keywords, {} kB of text; ratios to the keyword index", keywords.len(), text.len() / 1000);

    let automaton = |kind| {
        let words = keywords.iter().map(|word| word.as_bytes());
        AhoCorasick::builder().kind(Some(kind)).ascii_case_insensitive(true).build(words).unwrap()
    };
    let kinds =
        [("NFA", AhoCorasickKind::NoncontiguousNFA), ("contiguous NFA", AhoCorasickKind::ContiguousNFA), ("DFA", AhoCorasickKind::DFA)];
    let ask = |number: usize| Ask { rule: number.try_into().unwrap(), place: Place::Here };
    let index = || KeywordIndex::new(keywords.iter().enumerate().map(|(number, word)| (word.as_ref(), ask(number))));
    let ready = index();
    let search = || {
        let mut hits = 0;
        ready.scan(&text, |_, _, _| hits += 1);
        hits
    };
    for (name, kind) in kinds {
        let (ours, theirs) = in_turn(|| black_box(index()), || black_box(automaton(kind)));
        println!("build   {name:<15} {:>6.1}", theirs.as_secs_f64() / ours.as_secs_f64());
        let other = automaton(kind);
        assert_eq!(search(), other.find_overlapping_iter(&text).count(), "both find the same");
        let (ours, theirs) = in_turn(|| black_box(search()), || black_box(other.find_overlapping_iter(&text).count()));
        println!("search  {name:<15} {:>6.1}", theirs.as_secs_f64() / ours.as_secs_f64());
    }
}

/// Medians of two pieces of work done in turn.
fn in_turn<A, B>(ours: impl Fn() -> A, theirs: impl Fn() -> B) -> (Duration, Duration) {
    let time = |work: &dyn Fn()| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    let (ours, theirs) = (|| drop(ours()), || drop(theirs()));
    let (mut left, mut right): (Vec<_>, Vec<_>) = (0..ROUNDS).map(|_| (time(&ours), time(&theirs))).unzip();
    left.sort_unstable();
    right.sort_unstable();
    (left[ROUNDS / 2], right[ROUNDS / 2])
}

/// All of `src`, as text that was not made for this.
fn sources() -> Vec<u8> {
    let mut text = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { text.extend(std::fs::read(path).unwrap()) }
        }
    }
    text
}
