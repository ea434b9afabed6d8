//! An OSV record as dumps have it, and what the database keeps of it for one package.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de};

/// How much of what a record says of itself is kept, in characters.
const SUMMARY: usize = 160;

/// A record of a dump (<https://ossf.github.io/osv-schema/>). What is not named here is not read.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    id: String,
    #[serde(deserialize_with = "moment")]
    pub(super) modified: Timestamp,
    withdrawn: Option<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    summary: Option<String>,
    details: Option<String>,
    severity: Option<Vec<Scored>>,
    affected: Option<Vec<Affected>>,
    database_specific: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Scored {
    score: String,
}

#[derive(Debug, Deserialize)]
struct Affected {
    package: Option<Package>,
    severity: Option<Vec<Scored>>,
    versions: Option<Vec<String>>,
    ranges: Option<Vec<Told>>,
    ecosystem_specific: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Package {
    ecosystem: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Told {
    r#type: String,
    #[serde(default)]
    events: Vec<Happened>,
}

#[derive(Debug, Deserialize)]
struct Happened {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

/// What a record says of one package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Advisory {
    pub(super) id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) aliases: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_withdrawn: bool,
    pub(super) summary: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) severity: Option<Severity>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) versions: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ranges: Vec<Range>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Severity {
    /// The word: `none`, `low`, `medium`, `high` or `critical`.
    pub word: Word,
    /// The score of CVSS, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

/// The words of a severity, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// Scored as no harm.
    None,
    /// Below 4.
    Low,
    /// Below 7.
    Medium,
    /// Below 9.
    High,
    /// From 9 on.
    Critical,
}

impl Word {
    /// As reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "low" => Some(Self::Low),
            "medium" | "moderate" => Some(Self::Medium),
            "high" => Some(Self::High),
            "critical" => Some(Self::Critical),
            _ => None,
        }
    }
}

/// A stretch of versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Range {
    pub(super) kind: Kind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) events: Vec<Event>,
}

/// What the versions of a range are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    SemVer,
    Ecosystem,
    /// Commits, of which a version says nothing.
    Git,
    /// Of a form that is not known here.
    Unknown,
}

/// What happened at a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Event {
    Introduced(String),
    Fixed(String),
    LastAffected(String),
    Limit(String),
}

/// An advisory, and the package it is for.
pub(super) struct Entry {
    /// Without what stands behind a colon: `Debian`, not `Debian:12`.
    pub(super) ecosystem: String,
    pub(super) name: String,
    pub(super) advisory: Advisory,
}

impl Record {
    pub(super) fn is_withdrawn(&self) -> bool {
        self.withdrawn.is_some()
    }

    /// What it says, package by package.
    pub(super) fn entries(self) -> Vec<Entry> {
        let is_withdrawn = self.is_withdrawn();
        let text = self.summary.filter(|summary| !summary.trim().is_empty()).or(self.details).unwrap_or_default();
        let summary = first_line(&text);
        let general = severity(self.severity.as_deref(), self.database_specific.as_ref());
        let aliases = self.aliases.unwrap_or_default();
        let mut entries = Vec::new();
        for affected in self.affected.into_iter().flatten() {
            let Some(package) = affected.package else { continue };
            let own = severity(affected.severity.as_deref(), affected.ecosystem_specific.as_ref());
            let (mut versions, mut ranges) = (Vec::new(), Vec::new());
            if !is_withdrawn {
                versions = affected.versions.unwrap_or_default();
                ranges = affected.ranges.into_iter().flatten().map(Range::from).collect();
            }
            let ecosystem = package.ecosystem.split(':').next().unwrap_or_default().to_owned();
            let advisory = Advisory {
                id: self.id.clone(),
                aliases: aliases.clone(),
                is_withdrawn,
                summary: summary.clone(),
                severity: own.or(general),
                versions,
                ranges,
            };
            entries.push(Entry { ecosystem, name: package.name, advisory });
        }
        entries
    }
}

impl From<Told> for Range {
    fn from(told: Told) -> Self {
        let kind = match told.r#type.as_str() {
            "SEMVER" => Kind::SemVer,
            "ECOSYSTEM" => Kind::Ecosystem,
            "GIT" => return Self { kind: Kind::Git, events: Vec::new() },
            _ => Kind::Unknown,
        };
        let events: Option<Vec<Event>> = told.events.into_iter().map(Happened::event).collect();
        match events {
            Some(events) if !events.is_empty() => Self { kind, events },
            _ => Self { kind: Kind::Unknown, events: Vec::new() },
        }
    }
}

impl Happened {
    fn event(self) -> Option<Event> {
        match self {
            Self { introduced: Some(at), fixed: None, last_affected: None, limit: None } => Some(Event::Introduced(at)),
            Self { introduced: None, fixed: Some(at), last_affected: None, limit: None } => Some(Event::Fixed(at)),
            Self { introduced: None, fixed: None, last_affected: Some(at), limit: None } => Some(Event::LastAffected(at)),
            Self { introduced: None, fixed: None, last_affected: None, limit: Some(at) } => Some(Event::Limit(at)),
            _ => None,
        }
    }
}

fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    String::deserialize(from)?.parse().map_err(de::Error::custom)
}

/// The highest score of the vectors, or else the word that the database gives.
fn severity(scored: Option<&[Scored]>, specific: Option<&serde_json::Value>) -> Option<Severity> {
    let vectors = scored.unwrap_or_default().iter().filter_map(|scored| scored.score.parse::<cvss::Cvss>().ok());
    let highest = vectors.map(|vector| (vector.score(), vector.severity())).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((score, severity)) = highest {
        let word = match severity {
            cvss::Severity::None => Word::None,
            cvss::Severity::Low => Word::Low,
            cvss::Severity::Medium => Word::Medium,
            cvss::Severity::High => Word::High,
            cvss::Severity::Critical => Word::Critical,
        };
        return Some(Severity { word, score: Some(score) });
    }
    let word = specific?.get("severity")?.as_str().and_then(Word::parse)?;
    Some(Severity { word, score: None })
}

/// The first line that says something, cut at a length.
fn first_line(text: &str) -> String {
    let line = text.lines().map(|line| line.trim_start_matches(['#', ' '])).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut cut: String = line.chars().take(SUMMARY).collect();
    if line.chars().nth(SUMMARY).is_some() {
        cut.push('…');
    }
    cut
}
