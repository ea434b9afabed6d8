//! `[message]` and `[branch]`: what a team asks of commits beside their files; and `[quality]`: what it asks of files.

use crate::commit::{BranchWishes, MessageWishes, Pattern, PatternError, Refused};
use crate::policy::PathSet;
use crate::quality::{LineEnd, Wants};
use crate::rules::Fields;
use crate::rules::fields::shown;

/// The longest line that may be asked for, in characters.
const MAX_CHARACTERS: usize = 10_000;
/// The largest bound for files, in kB: 2 TiB.
const MAX_KB: usize = 1 << 31;
/// The most blanks for a level of JSON.
const MAX_INDENT: usize = 8;

pub(super) fn read_message(mut fields: Fields<'_, '_>) -> MessageWishes {
    let wishes = MessageWishes {
        types: read_words(&mut fields, "types"),
        scopes: read_words(&mut fields, "scopes"),
        subject_length: fields.count("subject_length", MAX_CHARACTERS).filter(|&most| most > 0),
        body_width: fields.count("body_width", MAX_CHARACTERS).filter(|&most| most > 0),
        issue: read_pattern(&mut fields, "issue", Pattern::new),
        sign_off: fields.flag("sign_off").unwrap_or(false),
        protected: read_branches(&mut fields, "protected"),
    };
    if wishes.types.is_empty() && !wishes.scopes.is_empty() {
        fields.fault("`scopes` asks for nothing without `types`".to_owned(), "add `types = [\"feat\", \"fix\"]` to this table");
    }
    fields.finish();
    wishes
}

pub(super) fn read_branch(mut fields: Fields<'_, '_>) -> BranchWishes {
    let words: Vec<&str> = Refused::ALL.iter().map(|refused| refused.name()).collect();
    let refuse = fields.texts_at("refuse").map(|texts| {
        let read = |(word, at): (String, usize)| {
            let refused = Refused::parse(&word);
            if refused.is_none() {
                fields.fault_at(at, format!("`refuse` cannot hold `{}`", shown(&word)), format!("choose of: {}", words.join(", ")));
            }
            refused
        };
        texts.into_iter().filter_map(read).collect()
    });
    let wishes = BranchWishes {
        protected: read_branches(&mut fields, "protected"),
        refuse: refuse.unwrap_or_else(|| Refused::ALL.to_vec()),
        name: read_pattern(&mut fields, "name", Pattern::whole),
    };
    fields.finish();
    wishes
}

pub(super) fn read_quality(mut fields: Fields<'_, '_>) -> Wants {
    let usual = Wants::default();
    let words: Vec<&str> = LineEnd::ALL.iter().map(|end| end.name()).collect();
    let wants = Wants {
        most_bytes: fields.count("max_kb", MAX_KB).map_or(usual.most_bytes, |most| (most as u64) << 10),
        line_end: fields.word("line_end", &words, LineEnd::parse),
        markdown_breaks: fields.flag("markdown_breaks").unwrap_or(usual.markdown_breaks),
        json_indent: fields.count("json_indent", MAX_INDENT).unwrap_or(usual.json_indent),
    };
    fields.finish();
    wants
}

fn read_words(fields: &mut Fields<'_, '_>, key: &'static str) -> Vec<String> {
    let words = fields.texts_at(key).unwrap_or_default();
    for (word, at) in &words {
        if word.is_empty() || word.contains([':', '(', ')', '!', '\n']) || word.trim() != word {
            fields.fault_at(*at, format!("`{key}` cannot hold `{}`", shown(word)), "write the word alone: `feat`");
        }
    }
    words.into_iter().map(|(word, _)| word).collect()
}

fn read_pattern(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    compile: impl Fn(&str) -> Result<Pattern, PatternError>,
) -> Option<Pattern> {
    let (text, at) = fields.text_at(key)?;
    match compile(&text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            fields.fault_at(at, format!("`{key}` does not compile: {error}"), "see https://docs.rs/regex/latest/regex/#syntax");
            None
        }
    }
}

fn read_branches(fields: &mut Fields<'_, '_>, key: &'static str) -> PathSet {
    let globs = fields.texts_at(key).unwrap_or_default();
    for (glob, at) in &globs {
        if PathSet::parse([glob.as_str()]).is_err() || glob.is_empty() {
            fields.fault_at(
                *at,
                format!("`{}` is no glob", shown(glob)),
                "write the short name of a branch with `*`, `**` or `?`: `release/*`",
            );
        } else if glob.starts_with("refs/") {
            fields.fault_at(*at, format!("`{}` is a full name", shown(glob)), "write the short name of a branch: `main`, `release/*`");
        }
    }
    PathSet::parse(globs.iter().map(|(glob, _)| glob.as_str())).unwrap_or_default()
}
