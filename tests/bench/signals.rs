//! What tells a random value from a name: Shannon entropy, the cost of letter pairs, and how many tokens of a language
//! model's vocabulary (cl100k) a character takes. Each by itself and together, on the values that the value reader reads
//! from labelled texts, with what a value costs as a ratio to letter pairs in the same run.
//!
//! A positive is, of the values that share a byte with a labelled secret, the one that agrees with it best. A negative is
//! any value of a text without a secret. Stand-ins are left out of both, since the engine asks no signal about them.
//! What is learnt (how to add signals up) is learnt from the other sources, never from the one that is scored.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench reads a file, counts little and prints"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::Value;
use stanch::check::signal::{entropy, pairs, readings};
use tiktoken_rs::{CoreBPE, cl100k_base};

const ROUNDS: usize = 21;
/// A source with fewer values of either kind is left out of the mean of sources.
const LEAST: usize = 10;
const SIGNALS: usize = 3;
const SHARES: [f64; 3] = [0.01, 0.02, 0.05];
/// Steps of the descent that learns weights, and how far each goes.
const STEPS: usize = 2000;
const RATE: f64 = 0.5;

/// A value with what each signal says of it.
struct Sample {
    source: String,
    value: String,
    is_secret: bool,
    signals: [f64; SIGNALS],
}

fn main() {
    let file = std::env::args().skip(1).find(|word| word != "--bench").expect("give a corpus file");
    let started = Instant::now();
    let vocabulary = cl100k_base().unwrap();
    let loading = started.elapsed();
    let mut samples = read(&std::fs::read_to_string(file).unwrap());
    for sample in &mut samples {
        let value = sample.value.as_bytes();
        sample.signals = [f64::from(entropy(value)), f64::from(pairs(value)), tokens(&vocabulary, &sample.value)];
    }
    let secrets = samples.iter().filter(|sample| sample.is_secret).count();
    println!("{secrets} secrets, {} other values, without stand-ins", samples.len() - secrets);
    println!("{:<26} {:>7} {:>8} {:>7} {:>7} {:>7}", "signal", "AUC", "of srcs", "at 1 %", "at 2 %", "at 5 %");
    let used: [(&str, &[usize]); 7] = [
        ("entropy", &[0]),
        ("letter pairs", &[1]),
        ("tokens", &[2]),
        ("pairs + entropy", &[1, 0]),
        ("pairs + tokens", &[1, 2]),
        ("entropy + tokens", &[0, 2]),
        ("all three", &[0, 1, 2]),
    ];
    for (name, signals) in used {
        let scores = if let [signal] = signals { samples.iter().map(|s| s.signals[*signal]).collect() } else { joined(&samples, signals) };
        row(name, &samples, &scores);
    }
    println!("\nAUC by source (secrets, other values): entropy, pairs, tokens, pairs + tokens");
    let both = joined(&samples, &[1, 2]);
    for source in sources(&samples) {
        let within = |scores: &[f64]| split(&samples, scores, Some(source));
        let (secrets, others) = within(&both);
        if secrets.len() >= LEAST && others.len() >= LEAST {
            let own = |signal: usize| {
                let scores: Vec<f64> = samples.iter().map(|sample| sample.signals[signal]).collect();
                let (secrets, others) = within(&scores);
                area(&secrets, &others)
            };
            let counts = format!("({}, {})", secrets.len(), others.len());
            println!("{source:<20} {counts:>12} {:.3} {:.3} {:.3} {:.3}", own(0), own(1), own(2), area(&secrets, &others));
        }
    }
    costs(&samples, &vocabulary, loading);
}

/// Tokens a byte: few where a value is made of words that the vocabulary knows.
fn tokens(vocabulary: &CoreBPE, value: &str) -> f64 {
    vocabulary.encode_ordinary(value).len() as f64 / value.len().max(1) as f64
}

/// The values of the corpus, each once for each source and kind.
fn read(text: &str) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut seen = BTreeSet::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if !case["flags"].as_array().unwrap().is_empty() {
            continue;
        }
        let text = case["text"].as_str().unwrap();
        let is_secret = case["kind"] == "secret";
        let mut values: Vec<&str> = readings(text.as_bytes())
            .into_iter()
            .filter(|reading| !reading.is_stand_in)
            .filter_map(|reading| text.get(reading.span.start..reading.span.end))
            .collect();
        if is_secret {
            // Values are told apart by their text: where one stands twice, both are the same value.
            let Some(secret) = case["secret"].as_str().filter(|secret| !secret.is_empty()) else { continue };
            let agreement = |value: &&str| {
                let shared = if value.contains(secret) { secret.len() } else { usize::from(secret.contains(value)) * value.len() };
                1000 * shared / (value.len() + secret.len() - shared).max(1)
            };
            values = values.into_iter().max_by_key(agreement).filter(|value| agreement(value) > 0).into_iter().collect();
        }
        let source = case["source"].as_str().unwrap();
        for value in values {
            if seen.insert((source.to_owned(), is_secret, value.to_owned())) {
                samples.push(Sample { source: source.to_owned(), value: value.to_owned(), is_secret, signals: [0.0; SIGNALS] });
            }
        }
    }
    samples
}

fn sources(samples: &[Sample]) -> BTreeSet<&str> {
    samples.iter().map(|sample| sample.source.as_str()).collect()
}

/// The scores of the secrets and of the others, of one source or of all.
fn split(samples: &[Sample], scores: &[f64], source: Option<&str>) -> (Vec<f64>, Vec<f64>) {
    let of = |is_secret: bool| {
        let own = samples.iter().zip(scores).filter(|(sample, _)| sample.is_secret == is_secret);
        own.filter(|(sample, _)| source.is_none_or(|source| source == sample.source)).map(|(_, score)| *score).collect()
    };
    (of(true), of(false))
}

fn row(name: &str, samples: &[Sample], scores: &[f64]) {
    let (secrets, others) = split(samples, scores, None);
    let each: Vec<f64> = sources(samples)
        .into_iter()
        .map(|source| split(samples, scores, Some(source)))
        .filter(|(secrets, others)| secrets.len() >= LEAST && others.len() >= LEAST)
        .map(|(secrets, others)| area(&secrets, &others))
        .collect();
    let mean = each.iter().sum::<f64>() / each.len().max(1) as f64;
    let [one, two, five] = SHARES.map(|share| 100.0 * found(&secrets, &others, share));
    println!("{name:<26} {:>7.3} {mean:>8.3} {one:>6.1}% {two:>6.1}% {five:>6.1}%", area(&secrets, &others));
}

/// The chance that a secret scores higher than another value; ties count half.
fn area(secrets: &[f64], others: &[f64]) -> f64 {
    let mut sorted = others.to_vec();
    sorted.sort_by(f64::total_cmp);
    let wins = |score: &f64| {
        let below = sorted.partition_point(|other| other < score);
        let until = sorted.partition_point(|other| other <= score);
        (below + until) as f64 / 2.0
    };
    secrets.iter().map(wins).sum::<f64>() / (secrets.len() * others.len()).max(1) as f64
}

/// Which share of the secrets scores above the line that `share` of the others reach at most.
fn found(secrets: &[f64], others: &[f64], share: f64) -> f64 {
    let mut sorted = others.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small count")]
    let allowed = (share * others.len() as f64) as usize;
    let line = sorted.get(allowed).copied().unwrap_or(f64::NEG_INFINITY);
    secrets.iter().filter(|score| **score > line).count() as f64 / secrets.len().max(1) as f64
}

/// Signals added up, with weights learnt from the other sources by logistic regression.
fn joined(samples: &[Sample], used: &[usize]) -> Vec<f64> {
    let rows: Vec<Vec<f64>> = {
        let scales: Vec<(f64, f64)> = used.iter().map(|&signal| scale(samples.iter().map(|sample| sample.signals[signal]))).collect();
        let row =
            |sample: &Sample| used.iter().zip(&scales).map(|(&signal, (mean, width))| (sample.signals[signal] - mean) / width).collect();
        samples.iter().map(row).collect()
    };
    let weights: BTreeMap<&str, Vec<f64>> = sources(samples).into_iter().map(|source| (source, learn(samples, &rows, source))).collect();
    samples.iter().zip(&rows).map(|(sample, row)| sum(&weights[sample.source.as_str()], row)).collect()
}

/// Mean and standard deviation.
fn scale(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count().max(1) as f64;
    let mean = values.clone().sum::<f64>() / count;
    let width = (values.map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    (mean, width.max(1e-9))
}

/// Weights, and at the end what is added to every sum. Both kinds count the same in all, however many there are.
fn learn(samples: &[Sample], rows: &[Vec<f64>], without: &str) -> Vec<f64> {
    let known: Vec<(&Vec<f64>, bool)> =
        samples.iter().zip(rows).filter(|(sample, _)| sample.source != without).map(|(sample, row)| (row, sample.is_secret)).collect();
    let secrets = known.iter().filter(|(_, is_secret)| *is_secret).count() as f64;
    let others = known.len() as f64 - secrets;
    let width = rows.first().map_or(0, Vec::len);
    let mut weights = vec![0.0; width + 1];
    for _ in 0..STEPS {
        let mut slope = vec![0.0; width + 1];
        for (row, is_secret) in &known {
            let chance = 1.0 / (1.0 + (-sum(&weights, row)).exp());
            let off = (f64::from(u8::from(*is_secret)) - chance) / if *is_secret { secrets } else { others };
            for (part, value) in slope.iter_mut().zip(row.iter().chain([&1.0])) {
                *part += off * value;
            }
        }
        for (weight, part) in weights.iter_mut().zip(slope) {
            *weight += RATE * part;
        }
    }
    weights
}

fn sum(weights: &[f64], row: &[f64]) -> f64 {
    weights.iter().zip(row.iter().chain([&1.0])).map(|(weight, value)| weight * value).sum()
}

/// What a value costs by each signal, in turn, as ratios to letter pairs.
fn costs(samples: &[Sample], vocabulary: &CoreBPE, loading: Duration) {
    let time = |work: &dyn Fn(&str) -> f64| {
        let started = Instant::now();
        for sample in samples {
            black_box(work(black_box(&sample.value)));
        }
        started.elapsed()
    };
    let works: [&dyn Fn(&str) -> f64; SIGNALS] =
        [&|value| f64::from(entropy(value.as_bytes())), &|value| f64::from(pairs(value.as_bytes())), &|value| tokens(vocabulary, value)];
    let mut rounds: [Vec<Duration>; SIGNALS] = Default::default();
    for _ in 0..ROUNDS {
        for (round, work) in rounds.iter_mut().zip(works) {
            round.push(time(work));
        }
    }
    let [entropy, pairs, tokens] = rounds.map(|mut round| {
        round.sort_unstable();
        round[ROUNDS / 2].as_secs_f64()
    });
    println!("\ncost of a value, to letter pairs: entropy {:.1}, tokens {:.1}", entropy / pairs, tokens / pairs);
    println!("reading the vocabulary costs as much as letter pairs of {:.0} values", loading.as_secs_f64() / pairs * samples.len() as f64);
}
