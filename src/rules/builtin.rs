//! The rules that the binary carries: one text, packed by `rules/build.rs`. A rule is unpacked when it is first asked for;
//! nothing of it is copied and no TOML is parsed.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::{Kind, Rule, Shape};
use crate::model::{Check, Confidence, Languages, Pack, Proof, RuleInfo, Severity, Text};

/// The packed text: the fields of a rule parted by RS, the items of lists by US (the separators of ASCII).
static PACK: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.pack"));
/// Where each rule begins in it, and where the last one ends.
#[allow(clippy::unreadable_literal, reason = "a program wrote it")]
static STARTS: &[u32] = &include!(concat!(env!("OUT_DIR"), "/rules.starts"));
static UNPACKED: [OnceLock<Option<Box<Rule>>>; STARTS.len() - 1] = [const { OnceLock::new() }; STARTS.len() - 1];

/// With which others each is switched on.
static PACKS: &[Pack] = &include!(concat!(env!("OUT_DIR"), "/rules.packs"));
/// The numbers of those whose finding is code.
static CHECKS: &[usize] = &include!(concat!(env!("OUT_DIR"), "/rules.checks"));

/// SHA-256 of the rules, in hexadecimal.
pub const BUILTIN_DIGEST: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.digest"));

/// The rules of `rules/*.toml`, sorted by id.
pub static RULES: Builtin = Builtin(());

/// The rules of the binary, each known by its number.
#[derive(Debug)]
pub struct Builtin(());

impl Builtin {
    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "there are always some")]
    pub fn len(&self) -> usize {
        UNPACKED.len()
    }

    /// The rule with this number.
    pub fn get(&self, number: usize) -> Option<&'static Rule> {
        UNPACKED.get(number)?.get_or_init(|| unpack(packed(number)?).map(Box::new)).as_deref()
    }

    /// With which others the rule with this number is switched on.
    pub fn pack(&self, number: usize) -> Pack {
        PACKS.get(number).copied().unwrap_or_default()
    }

    /// The numbers of the rules of kind [`Kind::Check`].
    pub fn checks(&self) -> &'static [usize] {
        CHECKS
    }

    /// All, unpacked.
    pub fn iter(&self) -> impl Iterator<Item = &'static Rule> {
        (0..self.len()).filter_map(|number| self.get(number))
    }

    /// The number of the rule with this id, told without unpacking any.
    pub fn find(&self, id: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match packed(middle)?.split('\x1e').next()?.cmp(id) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Some(middle),
                Ordering::Greater => high = middle,
            }
        }
        None
    }
}

fn packed(number: usize) -> Option<&'static str> {
    PACK.get(*STARTS.get(number)? as usize..*STARTS.get(number + 1)? as usize)
}

fn unpack(rule: &'static str) -> Option<Rule> {
    let mut fields = rule.split('\x1e');
    let mut text = || fields.next().map(Text::Borrowed);
    let info = RuleInfo {
        id: text()?,
        pack: Pack::parse(&text()?)?,
        title: text()?,
        severity: Severity::parse(&text()?)?,
        confidence: Confidence::parse(&text()?)?,
        why: text()?,
        fix: text()?,
        rotate: text()?,
        references: list(fields.next()?),
    };
    let keywords = list(fields.next()?);
    let kind = match fields.next()? {
        "pattern" => Kind::Pattern,
        "value" => Kind::Value,
        other => match other.strip_prefix("tree:") {
            Some(languages) => Kind::Tree(Languages::parse(languages)?),
            None => Kind::Check(Check::parse(other)?),
        },
    };
    let (paths, except) = (list(fields.next()?), list(fields.next()?));
    let pattern = Text::Borrowed(fields.next()?);
    let near = list(fields.next()?);
    let keys = list(fields.next()?);
    let proof = Proof::parse(fields.next()?);
    let companions = list(fields.next()?);
    let companion_lines = fields.next()?.parse().ok()?;
    let leads = fields.next()? == "true";
    let lengths = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let shape = Shape::unpack(fields.next()?);
    let before = fields.next()?.parse().ok()?;
    let after = fields.next()?.parse().ok()?;
    let entropy = fields.next()?.parse().ok()?;
    let score = fields.next()?.parse().ok()?;
    let (matches, misses) = (list(fields.next()?), list(fields.next()?));
    Some(Rule {
        info,
        keywords,
        kind,
        paths,
        except,
        pattern,
        near,
        keys,
        proof,
        companions,
        companion_lines,
        leads,
        lengths,
        shape,
        before,
        after,
        entropy,
        score,
        matches,
        misses,
    })
}

fn list(items: &'static str) -> std::borrow::Cow<'static, [Text]> {
    items.split('\x1f').filter(|item| !item.is_empty()).map(Text::Borrowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_unpacks_and_is_found_by_its_id() {
        for number in 0..RULES.len() {
            let rule = RULES.get(number).unwrap_or_else(|| panic!("rule {number} does not unpack"));
            assert_eq!(RULES.find(&rule.info.id), Some(number));
        }
        assert!(RULES.iter().is_sorted_by(|one, two| one.info.id < two.info.id));
        assert_eq!(RULES.find(""), None);
        assert_eq!(RULES.find("zz-no-such-rule"), None);
    }
}
