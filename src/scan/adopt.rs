//! Rules of other scanners made into rules of ours, each proved by examples before it is shown to anybody.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Engine, prove};
use crate::check::{AdoptError, Adopted, Pattern, Sample, adopt, leads, lengths, outline, path_glob};
use crate::model::{Confidence, Pack, RuleInfo, Severity, Text};
use crate::rules::import::{ForeignAllow, ForeignPath, ForeignRule};
use crate::rules::{Choice, Kind, RULES, Rule, SecretPart, fill};

/// How many samples of an expression are tried.
const MAX_SAMPLES: usize = 24;
/// How many examples of each kind a rule gets.
const MAX_EXAMPLES: usize = 2;
/// How many of their examples are tried.
const MAX_THEIRS: usize = 8;
/// How many drawn secrets are put into each.
const FROM_THEIRS: usize = 4;
/// The longest example that is taken over, in bytes.
const MAX_EXAMPLE_BYTES: usize = 1024;
/// The longest sentence that is taken over, in characters.
const MAX_SENTENCE: usize = 400;
/// The longest run of letters and digits in a text that cannot be a secret, in bytes.
const MAX_PLAIN_RUN: usize = 15;
/// How a text may stand around a secret, so that its borders are seen.
const FRAMES: [(&str, &str); 6] = [("", ""), ("token = \"", "\""), ("", "\n"), ("", " "), (" ", " "), ("\n", "\n")];
/// A value that is put in later.
const VARIABLE: &str = "${TOKEN}";

/// Why a rule cannot be carried over.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotCarried {
    /// Its expression.
    #[error(transparent)]
    Expression(#[from] AdoptError),
    /// It does not compile here.
    #[error("{0}")]
    Compile(String),
    /// No text was found that proves it.
    #[error("no example could be made that it finds once")]
    NoMatch,
    /// It asks for more entropy than its secrets have.
    #[error("its secrets do not reach the entropy of {0} that it asks for")]
    Entropy(f32),
    /// It finds something in each text that it should spare.
    #[error("no example could be made that it spares")]
    NoMiss,
}

/// A rule of ours made of one of theirs.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The rule.
    pub rule: Rule,
    /// What it had there and has not here.
    pub without: Vec<String>,
}

/// Carries rules over, and keeps their ids apart.
#[derive(Debug)]
pub struct Carrier {
    taken: BTreeSet<String>,
    /// Ids there, and the ids here that they became.
    names: BTreeMap<String, Vec<String>>,
    ours: Engine,
}

impl Carrier {
    /// Begins; `taken` are ids that are in use besides those built in.
    pub fn new(taken: impl IntoIterator<Item = String>) -> Self {
        let taken = RULES.iter().map(|rule| rule.info.id.to_string()).chain(taken).collect();
        Self { taken, names: BTreeMap::new(), ours: Engine::builtin(&[&Choice::default()], Vec::new()) }
    }

    /// Carries a rule over; it becomes several where its secret stands in another group in each of several branches.
    /// `prefix` goes before an id that is taken.
    ///
    /// # Errors
    /// If it has no form here, or nothing proves it.
    pub fn carry(&mut self, foreign: &ForeignRule, prefix: &str) -> Result<Vec<Carried>, NotCarried> {
        let mut adopted = adopt(&foreign.regex, foreign.dialect, &foreign.secret, &foreign.keywords)?;
        let all = |adopted: &[Adopted]| adopted.iter().map(|one| self.prove(foreign, one)).collect::<Result<Vec<Rule>, NotCarried>>();
        let mut rules = all(&adopted);
        let short = adopted.iter().any(Adopted::is_short);
        if rules == Err(NotCarried::NoMatch) || short && matches!(rules, Err(NotCarried::Entropy(_))) {
            // Its group holds no secret: then the whole match is one.
            let whole = adopt(&foreign.regex, foreign.dialect, &SecretPart::Whole, &foreign.keywords)?;
            if let Some(again) = all(&whole).ok().filter(|_| whole.iter().any(|one| one.joined)) {
                (adopted, rules) = (whole, Ok(again));
            }
        }
        let parts = adopted.len();
        let mut carried = Vec::new();
        for (number, (mut rule, one)) in rules?.into_iter().zip(&adopted).enumerate() {
            let id = self.name(&foreign.id, prefix, if parts > 1 { Some(number + 1) } else { None });
            self.names.entry(foreign.id.clone()).or_default().push(id.clone());
            rule.info.id = Text::Owned(id);
            let mut without = foreign.without.clone();
            without.extend(one.joined.then(|| "its groups: the whole match is the secret".to_owned()));
            carried.push(Carried { rule, without });
        }
        Ok(carried)
    }

    /// The rules here of an allow entry there: `None` alone where it speaks of all rules, nothing where its rule is not
    /// here.
    pub fn targets(&self, allow: &ForeignAllow) -> Vec<Option<String>> {
        let Some(theirs) = &allow.rule else { return vec![None] };
        match self.names.get(theirs) {
            Some(ours) => ours.iter().cloned().map(Some).collect(),
            None if self.taken.contains(theirs) => vec![Some(theirs.clone())],
            None => Vec::new(),
        }
    }

    fn name(&mut self, theirs: &str, prefix: &str, part: Option<usize>) -> String {
        let base = kebab(theirs);
        let base = if base.is_empty() { "rule".to_owned() } else { base };
        let base = part.map_or_else(|| base.clone(), |part| format!("{base}-{part}"));
        let prefixed = format!("{prefix}-{base}");
        let numbered = (2..).map(|number| format!("{prefixed}-{number}"));
        let free = [base, prefixed.clone()].into_iter().chain(numbered).find(|id| !self.taken.contains(id));
        let id = free.unwrap_or(prefixed);
        self.taken.insert(id.clone());
        id
    }

    /// Makes the rule, with examples that prove it.
    fn prove(&self, foreign: &ForeignRule, adopted: &Adopted) -> Result<Rule, NotCarried> {
        let mut rule = draft(foreign, adopted);
        if let Err(error) = Pattern::check(&rule) {
            let said = error.source.to_string();
            return Err(NotCarried::Compile(format!("the expression does not compile: {}", said.lines().last().unwrap_or_default())));
        }
        let trial = Engine::new(vec![Cow::Owned(rule.clone())]);
        let texts = texts(foreign, &trial, adopted);
        let mut found: Vec<String> = Vec::new();
        let mut spared: Vec<String> = Vec::new();
        for (text, misses) in &texts {
            if found.len() < MAX_EXAMPLES && !found.contains(text) && count(&trial, text) == Some(1) && self.is_safe(&trial, text) {
                found.push(text.clone());
                spared.extend_from_slice(misses);
            }
        }
        if found.is_empty() {
            let lax = Engine::new(vec![Cow::Owned(Rule { entropy: 0.0, ..rule.clone() })]);
            let found = |(text, _): &(String, Vec<String>)| count(&lax, text) == Some(1) && count(&trial, text) == Some(0);
            return Err(if texts.iter().any(found) { NotCarried::Entropy(rule.entropy) } else { NotCarried::NoMatch });
        }
        let theirs = foreign.misses.iter().filter(|text| text.len() <= MAX_EXAMPLE_BYTES && has_word(text)).take(MAX_THEIRS).cloned();
        let plain = rule.keywords.first().map(|word| format!("{} = os.environ[\"TOKEN\"]", word.trim_end_matches(['_', '-', '='])));
        let mut misses: Vec<String> = Vec::new();
        for text in theirs.chain(spared).chain(plain) {
            if misses.len() < MAX_EXAMPLES && !misses.contains(&text) && count(&trial, &text) == Some(0) && self.is_safe(&trial, &text) {
                misses.push(text);
            }
        }
        rule.matches = owned(found);
        rule.misses = owned(misses);
        if rule.misses.is_empty() || !prove(&rule).is_empty() {
            return Err(NotCarried::NoMiss);
        }
        Ok(rule)
    }

    /// Whether a text may stand in a file: neither a rule of ours nor the one that is tried finds anything in it as it is
    /// written, and nothing in it looks drawn.
    fn is_safe(&self, trial: &Engine, text: &str) -> bool {
        let clean = |engine: &Engine| engine.scan(b"", text.as_bytes()).is_ok_and(|found| found.matches.is_empty());
        let pattern: String = trial.rules().map(|rule| rule.pattern.to_ascii_lowercase()).collect();
        let drawn = |word: &str| {
            let mixed = word.bytes().any(|byte| byte.is_ascii_digit()) && word.bytes().any(|byte| byte.is_ascii_alphabetic());
            word.len() > MAX_PLAIN_RUN && mixed && !pattern.contains(&word.to_ascii_lowercase())
        };
        let bare = without_fillers(text);
        let mut words = bare.split(|c: char| !c.is_ascii_alphanumeric() && !"+/_-".contains(c));
        !words.any(drawn) && clean(trial) && clean(&self.ours)
    }
}

/// Texts that a rule should find, each with texts that come close: theirs first, with a drawn secret in place of the one
/// they hold, then drawn ones.
fn texts(foreign: &ForeignRule, trial: &Engine, adopted: &Adopted) -> Vec<(String, Vec<String>)> {
    let samples: Vec<Sample> = (0..MAX_SAMPLES).filter_map(|number| adopted.sample(number)).collect();
    let mut texts = Vec::new();
    for text in foreign.matches.iter().filter(|text| text.len() <= MAX_EXAMPLE_BYTES).take(MAX_THEIRS) {
        let Ok(found) = trial.scan(b"", text.as_bytes()) else { continue };
        let [(_, found)] = found.matches.as_slice() else { continue };
        let (Some(before), Some(after)) = (text.get(..found.secret.start), text.get(found.secret.end..)) else { continue };
        texts.extend(samples.iter().take(FROM_THEIRS).map(|sample| framed(before, sample, after)));
    }
    for (before, after) in FRAMES {
        let drawn = |sample: &Sample| framed(&format!("{before}{}", sample.before), sample, &format!("{}{after}", sample.after));
        texts.extend(samples.iter().map(drawn));
    }
    texts
}

/// How many secrets a rule finds in a text.
fn count(trial: &Engine, text: &str) -> Option<usize> {
    trial.scan(b"", fill(text).ok()?.as_bytes()).ok().map(|found| found.matches.len())
}

/// A text around a drawn secret, and those that come close.
fn framed(before: &str, sample: &Sample, after: &str) -> (String, Vec<String>) {
    let text = |secret: &str| format!("{before}{secret}{after}");
    let mut misses: Vec<String> = sample.shorter.iter().map(|secret| text(secret)).collect();
    misses.insert(misses.len().min(1), text(VARIABLE));
    (text(&sample.secret), misses)
}

fn draft(foreign: &ForeignRule, adopted: &Adopted) -> Rule {
    let title = if foreign.title.trim().is_empty() { titled(&foreign.id) } else { sentence(&foreign.title) };
    let why = sentence(&foreign.description);
    let confidence = if foreign.widened { Confidence::Low } else { foreign.confidence.unwrap_or(Confidence::Medium) };
    let info = RuleInfo {
        pack: Pack::Secrets,
        id: Text::Borrowed(""),
        severity: foreign.severity.unwrap_or(Severity::High),
        confidence,
        why: Text::Owned(if why.is_empty() { format!("{title}: whoever reads it may be able to act as its owner.") } else { stopped(why) }),
        fix: Text::Borrowed("Take it out of the file, read it from the environment or a vault, and revoke it where it was made."),
        rotate: Text::Borrowed(""),
        references: owned(foreign.references.iter().filter(|page| page.starts_with("https://")).cloned().collect()),
        title: Text::Owned(title),
    };
    let keywords = owned(adopted.keywords.clone());
    Rule {
        info,
        leads: leads(&adopted.pattern, &keywords),
        lengths: lengths(&adopted.pattern),
        shape: outline(Kind::Pattern, &adopted.pattern, &keywords),
        keywords,
        kind: Kind::Pattern,
        paths: owned(Vec::new()),
        except: owned(Vec::new()),
        pattern: Text::Owned(adopted.pattern.clone()),
        near: owned(Vec::new()),
        keys: owned(Vec::new()),
        proof: None,
        companions: owned(Vec::new()),
        companion_lines: 0,
        before: adopted.before,
        after: adopted.after,
        entropy: foreign.entropy,
        score: 0,
        matches: owned(Vec::new()),
        misses: owned(Vec::new()),
    }
}

/// The glob of a path; none where there is none that says the same.
pub fn glob_of(path: &ForeignPath) -> Option<String> {
    match path {
        ForeignPath::Regex(regex) => path_glob(regex),
        ForeignPath::Plain(path) => {
            let special = |c: char| "?*[]{}!,".contains(c);
            let escape = |c: char| {
                if special(c) {
                    format!("[{c}]")
                } else if c == '\\' {
                    "\\\\".to_owned()
                } else {
                    c.to_string()
                }
            };
            Some(path.trim_start_matches("./").chars().map(escape).collect()).filter(|glob: &String| !glob.is_empty())
        }
    }
}

/// A text with its fillers taken out.
fn without_fillers(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        bare.push_str(before);
        bare.push(' ');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare
}

fn has_word(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// An id in lower-case letters, digits and single hyphens.
fn kebab(id: &str) -> String {
    let parts = id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

fn titled(id: &str) -> String {
    let words = kebab(id).replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}

/// A sentence on one line, not too long.
fn sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    if line.chars().count() <= MAX_SENTENCE { line } else { format!("{}…", line.chars().take(MAX_SENTENCE).collect::<String>()) }
}

fn stopped(sentence: String) -> String {
    if sentence.ends_with(['.', '!', '?', '…']) { sentence } else { format!("{sentence}.") }
}

fn owned(texts: Vec<String>) -> Cow<'static, [Text]> {
    Cow::Owned(texts.into_iter().map(Text::Owned).collect())
}
