//! What the number of rules costs: the start of the engine and a scan, with ten rules, with those that look for a shape,
//! and with all, in turn in one run. `tests/bench/rules FOLDER` scans the text files below a folder.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::verbose_file_reads,
    reason = "a bench reads files and prints"
)]
#![allow(clippy::cast_precision_loss, reason = "sizes of texts are small")]

use std::borrow::Cow;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use stanch::rules::{Choice, Kind, RULES, Rule};
use stanch::scan::Engine;

/// How often each is measured.
const ROUNDS: usize = 9;
/// The most text that is scanned, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// Whether a rule, with its number, is of a set.
type Keeps = fn(&(usize, &'static Rule)) -> bool;

fn main() {
    let folder = std::env::args().skip(1).find(|word| word != "--bench").unwrap_or_else(|| ".".to_owned());
    let mut texts = Vec::new();
    gather(Path::new(&folder), &mut texts);
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();

    let sets: [(&str, Keeps); 3] = [
        ("ten rules", |(number, _)| number % (RULES.len() / 10) == 0),
        ("rules for shapes", |(_, rule)| rule.kind == Kind::Pattern),
        ("all rules", |_| true),
    ];
    // All are filed when the binary is built.
    let make = |number, keeps: Keeps| {
        if number == 2 {
            Engine::builtin(&[&Choice::default()], Vec::new())
        } else {
            Engine::new(RULES.iter().enumerate().filter(keeps).map(|(_, rule)| Cow::Borrowed(rule)).collect())
        }
    };
    let mut starts = [const { Vec::new() }; 3];
    let mut scans = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for (number, (_, keeps)) in sets.iter().enumerate() {
            let begin = Instant::now();
            let engine = black_box(make(number, *keeps));
            starts[number].push(begin.elapsed());
            let begin = Instant::now();
            for (path, text) in &texts {
                black_box(engine.scan(path, text).unwrap().matches.len());
            }
            scans[number].push(begin.elapsed());
        }
    }
    let (starts, scans) = (starts.map(median), scans.map(median));
    println!("{} texts, {:.1} MB, medians of {ROUNDS} rounds on one thread", texts.len(), bytes as f64 / 1e6);
    println!("{:<18} {:>16} {:>14} {:>10}", "", "start, more by", "scan, ratio", "MB/s");
    for (number, (name, _)) in sets.iter().enumerate() {
        let more = starts[number].saturating_sub(starts[0]).as_secs_f64() * 1e3;
        let ratio = scans[number].as_secs_f64() / scans[0].as_secs_f64();
        println!("{name:<18} {more:>13.2} ms {ratio:>14.2} {:>10.0}", bytes as f64 / 1e6 / scans[number].as_secs_f64());
    }
}

fn gather(folder: &Path, texts: &mut Vec<(Vec<u8>, Vec<u8>)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths.into_iter().filter(|path| !path.is_symlink()) {
        let held: usize = texts.iter().map(|(_, text)| text.len()).sum();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != ".git" && name != "target" {
            gather(&path, texts);
        } else if path.is_file()
            && held < MAX_BYTES
            && let Ok(text) = std::fs::read(&path)
        {
            texts.push((path.to_string_lossy().into_owned().into_bytes(), text));
        }
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
