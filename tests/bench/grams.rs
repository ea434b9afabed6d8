//! The most common grams of source text, counted over repositories: what `src/check/grams.txt` holds.
//!
//! Of each repository the text files of `HEAD` are read in the order of their ids, which is as good as drawn, up to a bound;
//! so a large one weighs no more than another.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops where it stands, and prints")]

use git2::{ObjectType, Repository, TreeWalkMode, TreeWalkResult};

/// How many grams are printed, and on one line.
const GRAMS: usize = 16_384;
const LINE: usize = 32;
/// How much of a repository is read, and of a file, in bytes.
const REPOSITORY_BYTES: usize = 8 << 20;
const FILE_BYTES: usize = 64 << 10;
/// A file with a zero byte among so many first ones is no text.
const HEAD_BYTES: usize = 8000;
/// A folded byte has so many bits that differ: all but the highest and the fifth.
const BITS: u32 = 6;

fn main() {
    let mut counts = vec![0_u32; 1 << (4 * BITS)];
    for folder in std::env::args().skip(1).filter(|word| word != "--bench") {
        count(&Repository::open(&folder).unwrap(), &mut counts);
    }
    let mut grams: Vec<usize> = (0..counts.len()).filter(|&gram| counts[gram] > 0).collect();
    grams.sort_by_key(|&gram| std::cmp::Reverse(counts[gram]));
    for line in grams.chunks(LINE).take(GRAMS / LINE) {
        println!("{}", line.iter().map(|&gram| written(gram)).collect::<String>());
    }
}

fn count(repository: &Repository, counts: &mut [u32]) {
    let mut blobs = Vec::new();
    let tree = repository.head().unwrap().peel_to_tree().unwrap();
    tree.walk(TreeWalkMode::PreOrder, |_, entry| {
        blobs.extend((entry.kind() == Some(ObjectType::Blob)).then(|| entry.id()));
        TreeWalkResult::Ok
    })
    .unwrap();
    blobs.sort_unstable();
    let mut left = REPOSITORY_BYTES;
    for id in blobs {
        // A clone may lack some.
        let Ok(blob) = repository.find_blob(id) else { continue };
        let text = &blob.content()[..blob.size().min(FILE_BYTES)];
        if text[..text.len().min(HEAD_BYTES)].contains(&0) {
            continue;
        }
        for gram in text.windows(4).filter(|gram| gram.is_ascii()) {
            counts[gram.iter().fold(0, |number, &byte| number << BITS | folded(byte))] += 1;
        }
        left = left.saturating_sub(text.len());
        if left == 0 {
            break;
        }
    }
}

/// A byte without the bits in which upper and lower case differ, or that ASCII has not.
fn folded(byte: u8) -> usize {
    usize::from(byte & 0x1F | (byte & 0x40) >> 1)
}

/// A gram as it stands in the list.
fn written(gram: usize) -> String {
    let byte = |place: u32| (gram >> (place * BITS)) & ((1 << BITS) - 1);
    let letter = |byte: usize| char::from(u8::try_from(byte & 0x1F | (byte & 0x20) << 1 | 0x20).unwrap());
    (0..4).rev().map(|place| letter(byte(place))).map(|letter| if letter == '\x7f' { '_' } else { letter }).collect()
}
