//! Which rules run.

use super::RULES;
use crate::model::Pack;

/// Which of the rules in the binary one version of a repository's settings wants to run: those of its packs and those that
/// it enables, without those that it disables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Packs of which all run.
    pub packs: Vec<Pack>,
    /// Ids of rules that run although their pack does not.
    pub enable: Vec<String>,
    /// Ids of rules that do not run.
    pub disable: Vec<String>,
}

/// What a part of a repository wants otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The packs of which all run there, where it says so.
    pub packs: Option<Vec<Pack>>,
    /// Ids of rules that run there.
    pub enable: Vec<String>,
    /// Ids of rules that do not run there.
    pub disable: Vec<String>,
}

impl Default for Choice {
    fn default() -> Self {
        Self { packs: vec![Pack::Secrets], enable: Vec::new(), disable: Vec::new() }
    }
}

impl Choice {
    /// Every rule there is.
    pub fn all() -> Self {
        Self { packs: Pack::ALL.to_vec(), ..Self::default() }
    }

    /// Whether each rule of the binary is wanted, by its number. No rule is unpacked.
    pub fn wants(&self) -> Vec<bool> {
        let mut wants: Vec<bool> = (0..RULES.len()).map(|number| self.packs.contains(&RULES.pack(number))).collect();
        for (ids, is_wanted) in [(&self.enable, true), (&self.disable, false)] {
            for number in ids.iter().filter_map(|id| RULES.find(id)) {
                if let Some(wants) = wants.get_mut(number) {
                    *wants = is_wanted;
                }
            }
        }
        wants
    }
}
