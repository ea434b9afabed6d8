//! What looking for encoded stretches costs beside the keyword index, over the text of this repository's own files
//! and over texts made to be slow: medians of rounds taken in turn, as ratios.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops where it stands, and prints")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use stanch::check::{KEYWORDS, layers};

#[path = "../support/pieces.rs"]
mod pieces;

use pieces::PIECES;

const ROUNDS: usize = 21;
const BYTES: usize = 4 << 20;

fn main() {
    let folders = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let mut texts: Vec<(String, Vec<u8>)> = folders.map(|folder| (folder.clone(), sources(Path::new(&folder)))).collect();
    texts.push(("sources".to_owned(), sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))));
    let random: Vec<u8> = (0..BYTES as u64).map(|at| at.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()[2]).collect();
    texts.push(("base64 of bytes".to_owned(), data_encoding::BASE64.encode(&random).into_bytes()));
    texts.push(("base64 of text".to_owned(), data_encoding::BASE64.encode(&b"user = some, word\n".repeat(1000)).into_bytes()));
    texts.push(("bytes".to_owned(), random));
    let mut lines = "AbCd".repeat(16);
    lines.push('\n');
    texts.push(("lines of names".to_owned(), lines.into_bytes()));
    texts.extend(PIECES.iter().map(|piece| (format!("{piece:?}"), piece.as_bytes().to_vec())));
    println!("{:<44} {:>8} {:>8} {:>7} {:>7} {:>7}", "text", "keywords", "layers", "ratio", "layers", "decoded");
    for (name, text) in &mut texts {
        *text = text.repeat((BYTES / text.len().max(1)).max(1));
        let (mut count, mut bytes) = (0_usize, 0_usize);
        layers(text, usize::MAX, &mut |layer| {
            count += 1;
            bytes += layer.bytes.len();
        });
        let keywords = || {
            let mut hits = 0_usize;
            KEYWORDS.scan(text, |_, _, _| hits += 1);
            black_box(hits);
        };
        let (ours, theirs) = in_turn(|| _ = black_box(layers(black_box(text), usize::MAX, &mut |layer| drop(black_box(layer)))), keywords);
        let ns = |time: Duration| time.as_secs_f64() * 1e9 / text.len() as f64;
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        let share = bytes as f64 / text.len() as f64;
        println!("{name:<44} {:>5.2} ns {:>5.2} ns {ratio:>7.2} {count:>7} {share:>7.3}", ns(theirs), ns(ours));
    }
}

/// Medians of two pieces of work done in turn.
fn in_turn(ours: impl Fn(), theirs: impl Fn()) -> (Duration, Duration) {
    let time = |work: &dyn Fn()| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    let (mut left, mut right): (Vec<_>, Vec<_>) = (0..ROUNDS).map(|_| (time(&ours), time(&theirs))).unzip();
    left.sort_unstable();
    right.sort_unstable();
    (left[ROUNDS / 2], right[ROUNDS / 2])
}

/// All files below a folder, as text that was not made for this.
fn sources(folder: &Path) -> Vec<u8> {
    let mut text = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() || path.ends_with(".git") {
            } else if path.is_dir() {
                folders.push(path);
            } else {
                text.extend(std::fs::read(path).unwrap());
            }
        }
    }
    text
}
