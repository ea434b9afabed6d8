//! The rules that the binary carries: one text, packed by `rules/build.rs` and cut into rules when they are first
//! asked for. Nothing of it is copied and no TOML is parsed.

use std::sync::LazyLock;

use super::{Kind, Rule, Shape};
use crate::model::{Confidence, Proof, RuleInfo, Severity, Text};

/// The packed text: rules parted by GS, their fields by RS, the items of lists by US (the separators of ASCII).
static PACK: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.pack"));

/// SHA-256 of the rules, in hexadecimal.
pub const BUILTIN_DIGEST: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.digest"));

/// The rules of `rules/*.toml`, sorted by id.
pub static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| PACK.split('\x1d').filter(|rule| !rule.is_empty()).filter_map(unpack).collect());

fn unpack(rule: &'static str) -> Option<Rule> {
    let mut fields = rule.split('\x1e');
    let mut text = || fields.next().map(Text::Borrowed);
    let info = RuleInfo {
        id: text()?,
        title: text()?,
        severity: Severity::parse(&text()?)?,
        confidence: Confidence::parse(&text()?)?,
        why: text()?,
        fix: text()?,
        rotate: text()?,
        references: list(fields.next()?),
    };
    let keywords = list(fields.next()?);
    let kind = if fields.next()? == "value" { Kind::Value } else { Kind::Pattern };
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
    fn every_packed_rule_unpacks_in_the_order_of_ids() {
        assert_eq!(RULES.len(), PACK.split('\x1d').count());
        assert!(RULES.is_sorted_by(|one, two| one.info.id < two.info.id));
    }
}
