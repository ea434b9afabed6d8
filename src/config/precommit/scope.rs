//! Which files a hook looks at, as globs.

use super::kinds;
use crate::check::path_globs;
use crate::rules::import::{Hook, PreCommit};

/// The files of a hook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    /// Globs of which one must name a file; all files where there are none.
    pub(super) only: Vec<String>,
    /// Globs of which none may.
    pub(super) without: Vec<String>,
    /// Whether a file that the hook looks at may be outside, or the other way round.
    pub(super) lost: Vec<String>,
}

impl Scope {
    pub(super) fn of(file: &PreCommit, hook: &Hook) -> Self {
        let mut scope = Self::default();
        for (key, expression) in [("`files` of the file", &file.files), ("`files`", &hook.files)] {
            scope.narrow(key, expression.as_deref().map(|expression| (expression, path_globs(expression))));
        }
        for types in [hook.types.as_deref().map(all_of), hook.types_or.as_deref().map(any_of)].into_iter().flatten() {
            let words = hook.types.iter().chain(&hook.types_or).flatten().cloned().collect::<Vec<_>>().join(", ");
            scope.narrow("`types`", Some((&words, types)));
        }
        for (key, expression) in [("`exclude` of the file", &file.exclude), ("`exclude`", &hook.exclude)] {
            let Some(expression) = expression else { continue };
            match path_globs(expression) {
                Some(globs) => scope.without.extend(globs),
                None => scope.lose(key, expression),
            }
        }
        for kind in &hook.exclude_types {
            match kinds::globs(kind) {
                Some(globs) => scope.without.extend(globs.iter().map(|glob| (*glob).to_owned())),
                None => scope.lose("`exclude_types`", kind),
            }
        }
        scope.without.sort_unstable();
        scope.without.dedup();
        scope
    }

    /// Asks for one of these globs as well.
    fn narrow(&mut self, key: &str, asked: Option<(&str, Option<Vec<String>>)>) {
        let Some((said, globs)) = asked else { return };
        match globs {
            None => self.lose(key, said),
            Some(globs) if globs.is_empty() || globs.iter().any(|glob| glob == "**") => {}
            Some(globs) if self.only.is_empty() => self.only = globs,
            Some(globs) => match both(&self.only, &globs) {
                Some(both) => self.only = both,
                None => self.lose(key, said),
            },
        }
    }

    /// The globs of [`Scope::only`] as rules have them, where one that names a folder names nothing below it.
    pub(super) fn files(&self) -> Vec<String> {
        self.only.iter().flat_map(|glob| below(glob)).collect()
    }

    fn lose(&mut self, key: &str, said: &str) {
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = said.chars().take(60).collect();
        let more = if short.len() < said.len() { "…" } else { "" };
        self.lost.push(format!("{key} has no globs here: `{short}{more}`"));
    }
}

/// A glob that may name a folder, and what is below it.
fn below(glob: &str) -> Vec<String> {
    let name = glob.rsplit('/').next().unwrap_or(glob);
    if glob.starts_with("**/*.") || name.contains('.') && !name.starts_with('.') {
        vec![glob.to_owned()]
    } else {
        vec![glob.to_owned(), format!("{glob}/**")]
    }
}

/// Globs of what both lists name: that is a glob for a folder before one for an end, and nothing else.
fn both(left: &[String], right: &[String]) -> Option<Vec<String>> {
    let all = |globs: &[String], is: fn(&str) -> bool| globs.iter().all(|glob| is(glob));
    let (folders, ends) = if all(left, is_below) && all(right, is_end) {
        (left, right)
    } else if all(left, is_end) && all(right, is_below) {
        (right, left)
    } else {
        return None;
    };
    let join = |folder: &String| ends.iter().map(|end| format!("{folder}/{end}")).collect::<Vec<_>>();
    let mut globs: Vec<String> = folders.iter().flat_map(join).collect();
    globs.sort_unstable();
    globs.dedup();
    Some(globs)
}

fn is_end(glob: &str) -> bool {
    glob.starts_with("**/")
}

/// A plain folder.
fn is_below(glob: &str) -> bool {
    !glob.contains(['*', '.'])
}

/// Files that are of all these kinds; none where names do not tell it.
fn all_of(types: &[String]) -> Option<Vec<String>> {
    let mut named = types.iter().filter(|kind| !kinds::is_every(kind));
    let Some(first) = named.next() else { return Some(Vec::new()) };
    named.next().is_none().then(|| kinds::globs(first).map(owned))?
}

/// Files that are of one of these kinds; none where names do not tell it.
fn any_of(types: &[String]) -> Option<Vec<String>> {
    if types.iter().any(|kind| kinds::is_every(kind)) {
        return Some(Vec::new());
    }
    let globs: Option<Vec<_>> = types.iter().map(|kind| kinds::globs(kind)).collect();
    globs.map(|globs| owned(&globs.concat()))
}

fn owned(globs: &[&str]) -> Vec<String> {
    globs.iter().map(|glob| (*glob).to_owned()).collect()
}
