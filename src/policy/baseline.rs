//! Findings that were there before: one sorted line each, with nothing in it that a rebase, a squash or a moved
//! line would change, so that two branches' files merge line by line.

use std::collections::BTreeSet;

use bstr::{BString, ByteSlice};

use crate::model::Fingerprint;

/// The first line of the file.
const HEADER: &str = "# stanch baseline 1: fingerprint, rule, label, path; sorted; read it with `stanch baseline audit`";

/// What a person said of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// Nobody has looked yet.
    Unaudited,
    /// No secret.
    False,
    /// A secret that was there before.
    Real,
}

impl Label {
    const ALL: [Self; 3] = [Self::Unaudited, Self::False, Self::Real];

    /// The word in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unaudited => "unaudited",
            Self::False => "false",
            Self::Real => "real",
        }
    }
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaselineEntry {
    /// The finding's lasting name; it alone decides.
    pub fingerprint: Fingerprint,
    /// What found it.
    pub rule: String,
    /// What a person said of it.
    pub label: Label,
    /// Where it stood when it was written down, as a hint for people.
    pub path: BString,
}

/// A line that does not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no baseline entry")]
pub struct BaselineFault {
    /// Counted from 1.
    pub line: usize,
}

/// Findings that were there before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeSet<BaselineEntry>,
    fingerprints: BTreeSet<Fingerprint>,
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// All lines that do not read, conflict markers among them.
    pub fn parse(text: &[u8]) -> Result<Self, Vec<BaselineFault>> {
        let mut entries = Vec::new();
        let mut faults = Vec::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#")) {
            match parse_line(line) {
                Some(entry) => entries.push(entry),
                None => faults.push(BaselineFault { line: number + 1 }),
            }
        }
        if faults.is_empty() { Ok(entries.into_iter().collect()) } else { Err(faults) }
    }

    /// Whether it knows a finding by its lasting name.
    pub fn holds(&self, fingerprint: Fingerprint) -> bool {
        self.fingerprints.contains(&fingerprint)
    }

    /// Its entries, sorted.
    pub fn entries(&self) -> impl Iterator<Item = &BaselineEntry> {
        self.entries.iter()
    }

    /// The file.
    pub fn to_text(&self) -> Vec<u8> {
        let mut text = format!("{HEADER}\n").into_bytes();
        for entry in &self.entries {
            text.extend_from_slice(format!("{} {} {} ", entry.fingerprint, entry.rule, entry.label.name()).as_bytes());
            // One entry is one line, whatever bytes a path holds.
            text.extend(entry.path.iter().map(|&byte| if byte.is_ascii_control() { b'?' } else { byte }));
            text.push(b'\n');
        }
        text
    }
}

impl FromIterator<BaselineEntry> for Baseline {
    fn from_iter<I: IntoIterator<Item = BaselineEntry>>(entries: I) -> Self {
        let entries: BTreeSet<BaselineEntry> = entries.into_iter().collect();
        let fingerprints = entries.iter().map(|entry| entry.fingerprint).collect();
        Self { entries, fingerprints }
    }
}

fn parse_line(line: &[u8]) -> Option<BaselineEntry> {
    let mut parts = line.splitn_str(4, " ");
    let mut word = || parts.next().and_then(|part| part.to_str().ok());
    let fingerprint = Fingerprint::parse(word()?)?;
    let rule = word()?.to_owned();
    let label = word()?;
    let label = Label::ALL.into_iter().find(|known| known.name() == label)?;
    Some(BaselineEntry { fingerprint, rule, label, path: parts.next()?.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_file_reads_back_and_is_sorted() {
        let entry = |hex: &str, path: &str| BaselineEntry {
            fingerprint: Fingerprint::parse(hex).unwrap(),
            rule: "rule".to_owned(),
            label: Label::Real,
            path: path.into(),
        };
        let baseline: Baseline = [entry("bbbbbbbbbbbb", "b c"), entry("aaaaaaaaaaaa", "a")].into_iter().collect();
        let text = baseline.to_text();
        assert_eq!(text.lines().skip(1).map(|line| line[0]).collect::<Vec<_>>(), b"ab");
        assert_eq!(Baseline::parse(&text).unwrap(), baseline);
        assert!(baseline.holds(Fingerprint::parse("bbbbbbbbbbbb").unwrap()));
        assert_eq!(Baseline::parse(b"# x\n<<<<<<< HEAD\n").unwrap_err(), [BaselineFault { line: 2 }]);
    }
}
