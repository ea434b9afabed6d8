//! Whether a version is one that an advisory is about.

use super::advisory::{Advisory, Event, Kind, Range};
use super::ecosystem::Ecosystem;
use crate::supply::version::{Order, Version};

/// What an advisory says of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is affected, and this version, if any, is the first without the fault.
    Affected(Option<String>),
    /// It is not.
    Clear,
    /// It cannot be told, and why.
    Unknown(String),
}

/// Holds a version against an advisory: a version that is listed is affected, and so is one in a range.
pub(super) fn judge(advisory: &Advisory, ecosystem: &Ecosystem, version: &str) -> Answer {
    let is_listed = is_listed(&advisory.versions, ecosystem.order, version);
    let mut unknown = None;
    let (mut is_inside, mut fixed) = (false, None);
    let mut has_range = false;
    for range in &advisory.ranges {
        if range.kind == Kind::Git {
            continue;
        }
        has_range = true;
        match Stretch::new(range, ecosystem, version) {
            Ok(stretch) => {
                is_inside |= stretch.holds();
                fixed = least(fixed, stretch.fix());
            }
            Err(why) => unknown = Some(why),
        }
    }
    let fixed = fixed.map(|(_, text)| text);
    match unknown {
        _ if is_listed || is_inside => Answer::Affected(fixed),
        Some(why) => Answer::Unknown(why),
        None if !has_range && advisory.versions.is_empty() => Answer::Unknown("the advisory names commits and no versions".to_owned()),
        None => Answer::Clear,
    }
}

fn least(a: Option<(Version, String)>, b: Option<(Version, String)>) -> Option<(Version, String)> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.0 < a.0 { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn is_listed(versions: &[String], order: Order, version: &str) -> bool {
    if versions.iter().any(|listed| listed == version) {
        return true;
    }
    let Some(parsed) = order.parse(version) else { return false };
    versions.iter().any(|listed| order.parse(listed).is_some_and(|listed| listed == parsed))
}

/// A range with its versions read, and the version that is held against it.
struct Stretch<'a> {
    version: Version,
    /// None is the beginning of all versions.
    events: Vec<(Option<Version>, &'a Event)>,
}

impl<'a> Stretch<'a> {
    fn new(range: &'a Range, ecosystem: &Ecosystem, version: &str) -> Result<Self, String> {
        let order = match range.kind {
            Kind::SemVer => Order::SemVer,
            Kind::Ecosystem => ecosystem.order,
            Kind::Git | Kind::Unknown => return Err("the advisory has a range of a form that is not known".to_owned()),
        };
        if let Order::Foreign(name) = order {
            return Err(format!("versions in the order of {name} are not compared yet"));
        }
        let read = |text: &str| order.parse(text).ok_or_else(|| format!("`{text}` is no version of {}", order.name()));
        let version = read(version)?;
        let mut events = Vec::new();
        for event in &range.events {
            let at = match event {
                Event::Introduced(text) if text == "0" => None,
                Event::Limit(text) if text == "*" => continue,
                Event::Introduced(text) | Event::Fixed(text) | Event::LastAffected(text) | Event::Limit(text) => Some(read(text)?),
            };
            events.push((at, event));
        }
        events.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(Self { version, events })
    }

    /// Whether the version lies in the range.
    fn holds(&self) -> bool {
        let mut limits = self.events.iter().filter(|(_, event)| matches!(event, Event::Limit(_))).peekable();
        if limits.peek().is_some() && !limits.any(|(at, _)| at.as_ref().is_some_and(|at| self.version < *at)) {
            return false;
        }
        let mut is_inside = false;
        for (at, event) in &self.events {
            let is_reached = at.as_ref().is_none_or(|at| *at <= self.version);
            let is_passed = at.as_ref().is_none_or(|at| *at < self.version);
            match event {
                Event::Introduced(_) if is_reached => is_inside = true,
                Event::Fixed(_) if is_reached => is_inside = false,
                Event::LastAffected(_) if is_passed => is_inside = false,
                _ => {}
            }
        }
        is_inside
    }

    /// The first version after this one that is without the fault.
    fn fix(&self) -> Option<(Version, String)> {
        self.events.iter().find_map(|(at, event)| match (at, event) {
            (Some(at), Event::Fixed(text)) if *at > self.version => Some((at.clone(), text.clone())),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::advisory::{Advisory, Event, Kind, Range};
    use super::super::ecosystem::Ecosystem;
    use super::{Answer, judge};

    fn advisory(versions: &[&str], ranges: Vec<(Kind, Vec<Event>)>) -> Advisory {
        Advisory {
            id: "X-1".to_owned(),
            aliases: Vec::new(),
            is_withdrawn: false,
            summary: String::new(),
            severity: None,
            versions: versions.iter().map(|&version| version.to_owned()).collect(),
            ranges: ranges.into_iter().map(|(kind, events)| Range { kind, events }).collect(),
        }
    }

    fn since(at: &str) -> Event {
        Event::Introduced(at.to_owned())
    }

    fn fixed(at: &str) -> Event {
        Event::Fixed(at.to_owned())
    }

    fn ask(advisory: &Advisory, ecosystem: &str, version: &str) -> Answer {
        judge(advisory, Ecosystem::named(ecosystem).unwrap(), version)
    }

    fn affected(fix: &str) -> Answer {
        Answer::Affected(Some(fix.to_owned()))
    }

    #[test]
    fn a_range_begins_with_its_first_version_and_ends_before_the_fix() {
        // Out of order, as some records have it.
        let events = vec![fixed("4.2.2"), since("0"), fixed("3.2.19"), since("4.0")];
        let django = advisory(&[], vec![(Kind::Ecosystem, events)]);
        for (version, answer) in [
            ("1.0", affected("3.2.19")),
            ("3.2.19rc1", affected("3.2.19")),
            ("3.2.19", Answer::Clear),
            ("4.0", affected("4.2.2")),
            ("4.0a1", Answer::Clear),
            ("4.2.2", Answer::Clear),
            ("4.10", Answer::Clear),
        ] {
            assert_eq!(ask(&django, "PyPI", version), answer, "{version}");
        }
    }

    #[test]
    fn the_last_affected_version_is_affected_and_the_next_is_not() {
        let known = advisory(&[], vec![(Kind::Ecosystem, vec![since("0"), Event::LastAffected("1.4".to_owned())])]);
        assert_eq!(ask(&known, "PyPI", "1.4.0"), Answer::Affected(None));
        assert_eq!(ask(&known, "PyPI", "1.4+local"), Answer::Affected(None), "a build of one's own is no later version");
        assert_eq!(ask(&known, "PyPI", "1.4.1"), Answer::Clear);
    }

    #[test]
    fn a_limit_ends_a_range_that_nothing_mends() {
        let known = advisory(&[], vec![(Kind::SemVer, vec![since("1.0.0"), Event::Limit("2.0.0".to_owned())])]);
        assert_eq!(ask(&known, "npm", "1.9.9"), Answer::Affected(None));
        assert_eq!(ask(&known, "npm", "2.0.0"), Answer::Clear);
    }

    #[test]
    fn a_listed_version_is_affected_however_it_is_spelled() {
        let known = advisory(&["1.0", "odd-one"], vec![(Kind::Git, Vec::new())]);
        assert_eq!(ask(&known, "PyPI", "1.0.0"), Answer::Affected(None));
        assert_eq!(ask(&known, "PyPI", "odd-one"), Answer::Affected(None));
        assert_eq!(ask(&known, "PyPI", "1.1"), Answer::Clear);
        assert_eq!(ask(&known, "RubyGems", "1.0"), Answer::Affected(None), "the list needs no order");
    }

    #[test]
    fn what_cannot_be_compared_is_never_clear() {
        let range = || (Kind::Ecosystem, vec![since("0"), fixed("2.0")]);
        let unknown = |advisory: &Advisory, ecosystem: &str, version: &str| {
            let answer = ask(advisory, ecosystem, version);
            assert!(matches!(answer, Answer::Unknown(_)), "{ecosystem} {version}: {answer:?}");
        };
        unknown(&advisory(&[], vec![range()]), "PyPI", "french toast");
        unknown(&advisory(&[], vec![range()]), "Maven", "1.0");
        unknown(&advisory(&[], vec![(Kind::Ecosystem, vec![since("0"), fixed("tomorrow")])]), "PyPI", "1.0");
        unknown(&advisory(&[], vec![(Kind::Git, Vec::new())]), "PyPI", "1.0");
        unknown(&advisory(&[], Vec::new()), "PyPI", "1.0");
        unknown(&advisory(&["0.1"], vec![(Kind::Unknown, Vec::new())]), "PyPI", "1.0");
        assert_eq!(ask(&advisory(&[], vec![range(), (Kind::Unknown, Vec::new())]), "PyPI", "1.0"), affected("2.0"));
    }
}
