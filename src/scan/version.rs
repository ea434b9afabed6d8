//! Which rules run where, by each version of a repository's settings.

use std::borrow::Cow;

use crate::model::Pack;
use crate::policy::{PathGlob, Wanted};
use crate::rules::{Choice, RULES, Rule, Turn};

/// Which rules one version of the settings wants to run.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'s> {
    /// In the whole repository.
    pub choice: &'s Choice,
    /// In parts of it; later ones win.
    pub parts: &'s [(PathGlob, Turn)],
    /// Rules of its own.
    pub own: &'s [Rule],
}

/// What was made of the selections of all versions.
#[derive(Debug, Default)]
pub(super) struct Versions(Vec<Version>);

/// One version. Rules have their numbers: those of the binary, then the repository's own.
#[derive(Debug)]
struct Version {
    /// What runs where no part has its own way.
    root: Vec<bool>,
    /// What the settings say of single rules.
    said: Vec<Option<bool>>,
    /// The packs that run.
    packs: Vec<Pack>,
    /// Which of the repository's own rules this version has.
    own: Vec<bool>,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    glob: PathGlob,
    packs: Option<Vec<Pack>>,
    said: Vec<(usize, bool)>,
}

impl Versions {
    /// Files the selections, and tells which rules any of them may run anywhere.
    pub(super) fn new(selections: &[Selection<'_>], own: &[Cow<'static, Rule>]) -> (Self, Vec<bool>) {
        let mut wants = vec![false; RULES.len()];
        let mut versions: Vec<Version> = selections.iter().map(|selection| Version::new(selection, own)).collect();
        for version in &versions {
            version.add_wants(&mut wants);
        }
        // One version without parts is what runs.
        if let [only] = versions.as_slice()
            && only.parts.is_empty()
        {
            versions.clear();
        }
        (Self(versions), wants)
    }

    /// Whether any part of the repository has its own way.
    pub(super) fn has_parts(&self) -> bool {
        self.0.iter().any(|version| !version.parts.is_empty())
    }

    /// Which rules run for the file `path`, by their numbers; `everywhere` is what runs where no part has its own way.
    pub(super) fn at<'v>(&'v self, everywhere: &'v [bool], path: &[u8]) -> Cow<'v, [bool]> {
        if !self.has_parts() {
            return Cow::Borrowed(everywhere);
        }
        let mut versions = self.0.iter().map(|version| version.at(path));
        let first = versions.next().unwrap_or_default();
        versions.fold(first, |mut one, other| {
            one.to_mut().iter_mut().zip(other.iter()).for_each(|(one, other)| *one |= other);
            one
        })
    }

    /// Which versions would look for what the rule with one of these numbers finds in the file `path`. What no rule of ours has
    /// found, another program has: all of them.
    pub(super) fn wanted(&self, numbers: &[usize], path: &[u8]) -> Wanted {
        if numbers.is_empty() {
            return Wanted { accepted: true, proposed: true };
        }
        let by = |version: &Version| {
            let wants = version.at(path);
            // What another program says has no rule here that a version could switch off.
            numbers.is_empty() || numbers.iter().any(|&number| wants.get(number) == Some(&true))
        };
        let mut versions = self.0.iter().map(by);
        Wanted { accepted: versions.next().unwrap_or(true), proposed: versions.next().unwrap_or(true) }
    }
}

impl Version {
    fn new(selection: &Selection<'_>, own: &[Cow<'static, Rule>]) -> Self {
        let Selection { choice, parts, own: has } = selection;
        let mut said = vec![None; RULES.len() + own.len()];
        for (number, is_wanted) in numbers(&choice.enable, &choice.disable, own) {
            said.get_mut(number).into_iter().for_each(|said| *said = Some(is_wanted));
        }
        let parts = parts.iter().map(|(glob, turn)| Part {
            glob: glob.clone(),
            packs: turn.packs.clone(),
            said: numbers(&turn.enable, &turn.disable, own),
        });
        let (parts, packs) = (parts.collect(), choice.packs.clone());
        let own = own.iter().map(|rule| has.contains(rule.as_ref())).collect();
        let mut version = Self { root: Vec::new(), said, packs, own, parts };
        version.root = version.wants(&version.packs, &version.said);
        version
    }

    fn wants(&self, packs: &[Pack], said: &[Option<bool>]) -> Vec<bool> {
        let usual = |number: usize| match number.checked_sub(RULES.len()) {
            None => packs.contains(&RULES.pack(number)),
            Some(own) => self.own.get(own) == Some(&true),
        };
        said.iter().enumerate().map(|(number, said)| said.unwrap_or_else(|| usual(number))).collect()
    }

    fn at(&self, path: &[u8]) -> Cow<'_, [bool]> {
        let mut here = self.parts.iter().filter(|part| part.glob.matches(path)).peekable();
        if here.peek().is_none() {
            return Cow::Borrowed(&self.root);
        }
        let (mut packs, mut said) = (&self.packs, self.said.clone());
        for part in here {
            packs = part.packs.as_ref().unwrap_or(packs);
            for &(number, is_wanted) in &part.said {
                said.get_mut(number).into_iter().for_each(|said| *said = Some(is_wanted));
            }
        }
        Cow::Owned(self.wants(packs, &said))
    }

    /// Notes which rules of the binary it may run anywhere.
    fn add_wants(&self, wants: &mut [bool]) {
        let packs: Vec<Pack> = self.parts.iter().filter_map(|part| part.packs.as_ref()).flatten().copied().collect();
        for (number, wants) in wants.iter_mut().enumerate() {
            *wants |= self.root.get(number) == Some(&true)
                || (packs.contains(&RULES.pack(number)) && self.said.get(number) != Some(&Some(false)));
        }
        for &(number, _) in self.parts.iter().flat_map(|part| &part.said).filter(|(_, is_wanted)| *is_wanted) {
            wants.get_mut(number).into_iter().for_each(|wants| *wants = true);
        }
    }
}

/// The numbers of the rules that have these ids, each with whether it is wanted; what is disabled is not.
fn numbers(enable: &[String], disable: &[String], own: &[Cow<'static, Rule>]) -> Vec<(usize, bool)> {
    let of = |id: &String| {
        let mine = own.iter().enumerate().filter(move |(_, rule)| rule.info.id == id.as_str());
        let mine = mine.map(|(number, _)| RULES.len() + number);
        RULES.find(id).into_iter().chain(mine).collect::<Vec<_>>()
    };
    let said = [(enable, true), (disable, false)];
    said.into_iter().flat_map(|(ids, is_wanted)| ids.iter().flat_map(of).map(move |number| (number, is_wanted))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_speaks_of_the_rules_that_it_runs_at_a_path() {
        let (secrets, quality) = (Choice::default(), Choice { packs: vec![Pack::Quality], ..Choice::default() });
        let turn = Turn { packs: Some(Vec::new()), enable: vec!["conflict-marker".to_owned()], ..Turn::default() };
        let parts = [(PathGlob::parse("lib").unwrap(), turn)];
        let of = |choice, parts| Selection { choice, parts, own: &[] };
        let (versions, wants) = Versions::new(&[of(&secrets, &parts), of(&quality, &[])], &[]);
        let number = |id: &str| RULES.find(id).unwrap();
        let (marker, json) = (number("conflict-marker"), number("json-syntax"));
        let wanted = |numbers: &[usize], path: &str| {
            let Wanted { accepted, proposed } = versions.wanted(numbers, path.as_bytes());
            (accepted, proposed)
        };
        assert_eq!(wanted(&[marker], "lib/a.txt"), (true, true));
        assert_eq!(wanted(&[marker], "a.txt"), (false, true));
        assert_eq!(wanted(&[json], "lib/a.json"), (false, true));
        assert_eq!(wanted(&[number("jwt")], "lib/a.py"), (false, false));
        assert_eq!(wanted(&[number("jwt")], "a.py"), (true, false));
        assert_eq!(wanted(&[], "a.py"), (true, true), "another program found it");
        assert!(wants[marker] && wants[json] && wants[number("jwt")], "what runs anywhere is ready");
        assert!(!versions.at(&wants, b"lib/a.py")[number("jwt")]);
    }
}
