//! Findings of many commits made one each, with where in history they live.

use std::collections::BTreeMap;

use super::Error;
use crate::model::{Finding, Fingerprint, ObjectId, Origin, Pack, Trail};
use crate::source::Reader;

/// A finding and the number of the candidate that held it; commits are numbered parents first.
pub(super) struct Occurrence {
    pub(super) number: usize,
    pub(super) finding: Finding,
}

/// By what two findings are told to be one: value, path, the kind of place, and the commit where each is to be mended.
type Name = (Fingerprint, Vec<u8>, &'static str, Option<ObjectId>);

/// Keeps of each value in each path the occurrence that brought it in, and tells its trail.
pub(super) fn follow(mut found: Vec<Occurrence>, tips: &[ObjectId], reader: &Reader<'_>) -> Result<Vec<Occurrence>, Error> {
    found.sort_by_key(|occurrence| occurrence.number);
    let trails = trails(&found, tips, reader)?;
    let mut kept: BTreeMap<Name, Occurrence> = BTreeMap::new();
    for mut occurrence in found {
        let finding = &mut occurrence.finding;
        finding.trail = trails.get(&finding.fingerprint).filter(|_| matches!(finding.origin, Origin::Commit(_))).cloned();
        // What is wrong with a message is to be mended in each commit.
        let commit = finding.origin.commit().filter(|_| finding.rule.pack == Pack::Message);
        let name = (finding.fingerprint, finding.path.to_vec(), finding.origin.name(), commit);
        match kept.get(&name) {
            Some(before) if before.finding.is_new || !occurrence.finding.is_new => {}
            _ => drop(kept.insert(name, occurrence)),
        }
    }
    Ok(kept.into_values().collect())
}

fn trails(found: &[Occurrence], tips: &[ObjectId], reader: &Reader<'_>) -> Result<BTreeMap<Fingerprint, Trail>, Error> {
    let mut trails: BTreeMap<Fingerprint, Trail> = BTreeMap::new();
    for Occurrence { finding, .. } in found {
        let (Origin::Commit(commit), Some(blob)) = (finding.origin, finding.blob) else { continue };
        let trail = trails.entry(finding.fingerprint).or_insert(Trail { first: commit, last: commit, in_tree: false, first_parents: 1 });
        if trail.first == commit {
            trail.first_parents = reader.parents_of(commit)?;
        }
        trail.last = commit;
        for &tip in tips {
            trail.in_tree = trail.in_tree || reader.tree_holds(tip, &finding.path, blob)?;
        }
    }
    Ok(trails)
}
