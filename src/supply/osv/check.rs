//! Packages held against the database: what is known of them, and of what nothing can be said.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::advisory::Severity;
use super::marks::{Chance, List};
use super::matching::{Answer, judge};
use super::packages::{Found, Package};
use super::{Database, Error, Status};
use crate::model::Outcome;

/// When a check is made, and how old the database may be.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The day.
    pub today: Date,
    /// How many days the newest record of an ecosystem may be old.
    pub max_age_days: i32,
}

/// One vulnerability of one package, by whatever names it is known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The name by which most know it: of CVE, or else of GHSA, or else of the database.
    pub id: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// The package.
    pub package: Named,
    /// How bad it is, where that is known.
    pub severity: Option<Severity>,
    /// What it is, in a line.
    pub summary: String,
    /// The first version after this one that is without it.
    pub fixed: Option<String>,
    /// How likely an exploit is, where the database has EPSS.
    pub chance: Option<Chance>,
    /// The day since which an exploit is known to be used, where the database has KEV.
    pub exploited: Option<String>,
}

/// A package of a finding or of a gap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// What OSV calls its ecosystem.
    pub ecosystem: &'static str,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Where it was read.
    pub origins: Vec<String>,
}

/// What nothing can be said of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// A package, a file, or a database.
    pub place: String,
    /// Why.
    pub what: String,
}

/// What a check says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Vulnerabilities, by package and name.
    pub findings: Vec<Finding>,
    /// What nothing can be said of. With one of these, no check is clean.
    pub gaps: Vec<Gap>,
    /// What the database holds of the ecosystems that were asked for.
    pub databases: Vec<Status>,
    /// How many packages were held against it.
    pub packages: usize,
    /// How many advisories of them were passed over, because they were withdrawn.
    pub withdrawn: usize,
}

impl Report {
    /// The outcome. Blocked outranks incomplete, and incomplete outranks clean.
    pub fn outcome(&self) -> Outcome {
        if !self.findings.is_empty() {
            Outcome::Blocked
        } else if !self.gaps.is_empty() {
            Outcome::Incomplete
        } else {
            Outcome::Clean
        }
    }
}

/// Holds packages against a database.
///
/// # Errors
/// If the database does not read.
pub fn check(database: Option<&Database>, found: Found, how: Check) -> Result<Report, Error> {
    let mut report = Report { gaps: found.gaps, ..Report::default() };
    let packages = unite(found.packages);
    report.packages = packages.len();
    if packages.is_empty() {
        report.gaps.push(gap("packages", "there are none: nothing was held against the database"));
    }
    let held = match database {
        Some(database) => database.status()?,
        None => Vec::new(),
    };
    let asked: BTreeSet<&str> = packages.iter().map(|package| package.ecosystem.name).collect();
    for name in &asked {
        let has_plain_names = packages.iter().any(|package| package.ecosystem.name == *name && package.ecosystem.has_plain_names());
        let status = held.iter().find(|status| status.ecosystem == *name);
        if has_plain_names {
            report.gaps.extend(staleness(name, status, how));
        }
        report.databases.extend(status.cloned());
    }
    let is_list = |status: &&Status| [List::Epss, List::Kev].iter().any(|list| status.ecosystem == list.name());
    report.databases.extend(held.iter().filter(is_list).cloned());
    for package in &packages {
        let known = held.iter().any(|status| status.ecosystem == package.ecosystem.name);
        if !package.ecosystem.has_plain_names() {
            let order = package.ecosystem.order.name();
            report.gaps.push(gap(&package.shown(), &format!("packages of {order} are not compared yet")));
        } else if let Some(database) = database.filter(|_| known) {
            one(database, package, &mut report)?;
        }
    }
    report.findings.sort_by(|a, b| (&a.package, &a.id).cmp(&(&b.package, &b.id)));
    report.gaps.sort();
    report.gaps.dedup();
    Ok(report)
}

/// Why what the database holds of an ecosystem is not to be trusted for a clean outcome.
fn staleness(name: &str, status: Option<&Status>, how: Check) -> Option<Gap> {
    let place = format!("database of {name}");
    let Some(status) = status else { return Some(gap(&place, "it is not here: `stanch db import` brings it")) };
    let age = status.age(how.today);
    if age > how.max_age_days {
        let newest = status.newest;
        let limit = how.max_age_days;
        return Some(gap(&place, &format!("its newest record is of {newest}, {age} days ago; the limit is {limit}")));
    }
    (age < -1).then(|| gap(&place, &format!("its newest record is of {}, which is still to come: see the clock", status.newest)))
}

fn gap(place: &str, what: &str) -> Gap {
    Gap { place: place.to_owned(), what: what.to_owned() }
}

/// The same package in several places is one.
fn unite(packages: Vec<Package>) -> Vec<Package> {
    let mut united: BTreeMap<(&'static str, String, Option<String>), Package> = BTreeMap::new();
    for package in packages {
        let key = (package.ecosystem.name, package.ecosystem.spell(&package.name).into_owned(), package.version.clone());
        match united.get_mut(&key) {
            Some(known) => known.origins.extend(package.origins),
            None => {
                united.insert(key, package);
            }
        }
    }
    let mut packages: Vec<Package> = united.into_values().collect();
    for package in &mut packages {
        package.origins.sort();
        package.origins.dedup();
    }
    packages
}

/// Holds one package against what is said of it.
fn one(database: &Database, package: &Package, report: &mut Report) -> Result<(), Error> {
    let mut groups: Vec<(BTreeSet<String>, Finding)> = Vec::new();
    for advisory in database.advisories(package.ecosystem, &package.name)? {
        if advisory.is_withdrawn {
            report.withdrawn += 1;
            continue;
        }
        let answer = match &package.version {
            Some(version) => judge(&advisory, package.ecosystem, version),
            None => Answer::Unknown("its version is not known".to_owned()),
        };
        match answer {
            Answer::Clear => {}
            Answer::Unknown(why) => report.gaps.push(gap(&package.shown(), &format!("{}: {why}", advisory.id))),
            Answer::Affected(fixed) => {
                let names: BTreeSet<String> = advisory.aliases.into_iter().chain([advisory.id]).collect();
                let finding = Finding {
                    id: String::new(),
                    aliases: Vec::new(),
                    package: package.named(),
                    severity: advisory.severity,
                    summary: advisory.summary,
                    fixed,
                    chance: None,
                    exploited: None,
                };
                join(&mut groups, names, finding);
            }
        }
    }
    for (names, mut finding) in groups {
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort_by_key(|name| (rank(name), name.clone()));
        for name in names.iter().filter(|name| name.starts_with("CVE-")) {
            let (chance, exploited) = database.marks(name)?;
            finding.chance = likelier(finding.chance, chance);
            finding.exploited = finding.exploited.or(exploited);
        }
        let mut names = names.into_iter();
        finding.id = names.next().unwrap_or_default();
        finding.aliases = names.collect();
        report.findings.push(finding);
    }
    Ok(())
}

/// Adds an advisory to those that share a name with it; they are one finding.
fn join(groups: &mut Vec<(BTreeSet<String>, Finding)>, mut names: BTreeSet<String>, mut finding: Finding) {
    let (same, others): (Vec<_>, Vec<_>) = groups.drain(..).partition(|(known, _)| !known.is_disjoint(&names));
    *groups = others;
    for (known, other) in same {
        names.extend(known);
        finding.severity = worse(finding.severity, other.severity);
        finding.fixed = other.fixed.or(finding.fixed);
        if !other.summary.is_empty() {
            finding.summary = other.summary;
        }
    }
    groups.push((names, finding));
}

fn likelier(a: Option<Chance>, b: Option<Chance>) -> Option<Chance> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.epss > a.epss { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn worse(a: Option<Severity>, b: Option<Severity>) -> Option<Severity> {
    match (a, b) {
        (Some(a), Some(b)) => {
            let is_worse = (b.word, b.score.unwrap_or(0.0)) > (a.word, a.score.unwrap_or(0.0));
            Some(if is_worse { b } else { a })
        }
        (a, b) => a.or(b),
    }
}

/// Who gave a name, those that most know first.
fn rank(name: &str) -> u8 {
    match name.split('-').next() {
        Some("CVE") => 0,
        Some("GHSA") => 1,
        _ => 2,
    }
}
