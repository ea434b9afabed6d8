//! What parts of a repository want otherwise: `[[path]]`, and the files of settings in folders.

use super::file::{read_entry, read_glob, read_own_rule};
use super::{Error, SETTINGS_FILE, Settings};
use crate::model::{Confidence, Pack, Severity};
use crate::policy::{Line, Part, PathGlob};
use crate::rules::fields::{Document, shown};
use crate::rules::{Fields, RULES, Turn};

/// The folder from which globs are taken: that of the file of settings; empty for the root of the repository.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Home<'f>(pub(super) &'f str);

impl Home<'_> {
    /// A glob, taken from the root.
    pub(super) fn glob(self, glob: &str) -> String {
        if self.0.is_empty() { glob.to_owned() } else { PathGlob::below(self.0, glob) }
    }

    /// A glob that names all that is here.
    pub(super) fn all(self) -> Option<String> {
        if self.0.is_empty() { None } else { Some(PathGlob::below(self.0, "**")) }
    }
}

impl Settings {
    /// Reads the tables `[[path]]`.
    pub(super) fn read_parts(&mut self, fields: &mut Fields<'_, '_>, home: Home<'_>) {
        fields.each("path", |mut table| {
            let glob = table.text_at("glob");
            if glob.is_none() {
                table.fault("`glob` is missing".to_owned(), "say which part: `glob = \"services/api/**\"`");
            }
            let glob = glob.and_then(|(glob, at)| read_glob(&mut table, home, &glob, at));
            self.read_part(&mut table, glob);
            table.finish();
        });
    }

    /// Reads what a part wants otherwise.
    fn read_part(&mut self, fields: &mut Fields<'_, '_>, glob: Option<PathGlob>) {
        let packs = read_packs(fields);
        let (enable, disable) = (self.read_ids(fields, "enable"), self.read_ids(fields, "disable"));
        let (block, warn) = (read_lines(fields, "block"), read_lines(fields, "warn"));
        let tools = self.read_tool_names(fields);
        let Some(glob) = glob else { return };
        // Later tables win, so one that says nothing would win nothing.
        if packs.is_some() || !enable.is_empty() || !disable.is_empty() {
            self.parts.push((glob.clone(), Turn { packs, enable, disable }));
        }
        if let Some(names) = tools {
            self.tool_parts.push((glob.clone(), names));
        }
        if (block, warn) != (Line::default(), Line::default()) {
            self.policy.parts.push(Part { glob, block, warn });
        }
    }

    /// The names of tools that are there, where a part names any.
    fn read_tool_names(&self, fields: &mut Fields<'_, '_>) -> Option<Vec<String>> {
        let names = fields.texts_at("tools")?;
        for (name, at) in &names {
            if !self.tools.iter().any(|tool| tool.name == *name) {
                let hint = "`stanch tools list` shows all; a `[[tool]]` table at the root makes one";
                fields.fault_at(*at, format!("there is no tool `{}`", shown(name)), hint);
            }
        }
        Some(names.into_iter().map(|(name, _)| name).collect())
    }

    /// Reads the file of settings of a folder, which holds for what is below it.
    ///
    /// # Errors
    /// All faults at once.
    pub(super) fn read_below(&mut self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let text = std::str::from_utf8(bytes).map_err(|error| super::file::not_utf8(name, bytes, &error))?;
        let home = Home(folder);
        let mut document = Document::new(name, text);
        let root = document.root();
        let mut fields = Fields::new(&mut document, root, 0);
        fields.each("rule", |table| self.rules.extend(read_own_rule(table, home, &self.rules)));
        let all = home.all().and_then(|glob| PathGlob::parse(&glob).ok());
        self.read_part(&mut fields, all.clone());
        let exclude = fields.texts_at("exclude").unwrap_or_default();
        self.policy.exclude.extend(exclude.iter().filter_map(|(glob, at)| read_glob(&mut fields, home, glob, *at)));
        self.read_parts(&mut fields, home);
        fields.each("allow", |table| {
            let mut entry = read_entry(table, home);
            entry.path = entry.path.or_else(|| all.clone());
            self.policy.allow.push(entry);
        });
        fields.finish();
        self.below.push((folder.to_owned(), text.to_owned()));
        let mut faults = document.faults;
        for fault in faults.iter_mut().filter(|fault| fault.what.starts_with("unknown key")) {
            fault.hint =
                format!("{}; other settings stand in the {SETTINGS_FILE} of the root, whose `exclude` keeps this file unread", fault.hint);
        }
        faults.sort_by_key(|fault| fault.place);
        if faults.is_empty() { Ok(()) } else { Err(Error::Faults { faults }) }
    }

    /// Ids of rules that are there, and that paths have to do with.
    fn read_ids(&self, fields: &mut Fields<'_, '_>, key: &'static str) -> Vec<String> {
        let ids = fields.texts_at(key).unwrap_or_default();
        for (id, at) in &ids {
            match RULES.find(id) {
                None if !self.rules.iter().any(|rule| rule.info.id == id.as_str()) => {
                    fields.fault_at(*at, format!("there is no rule `{}`", shown(id)), "`stanch rules list` shows all ids");
                }
                Some(number) if RULES.pack(number).is_of_tables() => {
                    fields.fault_at(
                        *at,
                        format!("`{}` looks at no path", shown(id)),
                        "switch it in the whole repository, by `[message]` or `[branch]`",
                    );
                }
                _ => {}
            }
        }
        ids.into_iter().map(|(id, _)| id).collect()
    }
}

/// The packs that a table names, if it names any.
pub(super) fn read_packs(fields: &mut Fields<'_, '_>) -> Option<Vec<Pack>> {
    let words = fields.texts_at("packs")?;
    let choices: Vec<&str> = Pack::choices().collect();
    let read = |(word, at): &(String, usize)| {
        let pack = Pack::parse(word).filter(|pack| pack.is_chosen());
        if pack.is_none() {
            fields.fault_at(*at, format!("there is no pack `{}`", shown(word)), format!("use one of {}", choices.join(", ")));
        }
        pack
    };
    Some(words.iter().filter_map(read).collect())
}

/// The least severity and confidence that a table names.
pub(super) fn read_lines(fields: &mut Fields<'_, '_>, key: &'static str) -> Line {
    let Some(mut table) = fields.table(key) else { return Line::default() };
    let severities: Vec<&str> = Severity::ALL.iter().map(|value| value.name()).collect();
    let confidences: Vec<&str> = Confidence::ALL.iter().map(|value| value.name()).collect();
    let line = Line {
        severity: table.word("severity", &severities, Severity::parse),
        confidence: table.word("confidence", &confidences, Confidence::parse),
    };
    table.finish();
    line
}
