//! What packages need one another for.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::package::Scope;

/// Who asks for whom, by any names.
#[derive(Debug, Default)]
pub(super) struct Graph {
    edges: HashMap<String, Vec<String>>,
    roots: Vec<(Scope, String)>,
}

impl Graph {
    /// One asks for another.
    pub(super) fn edge(&mut self, from: &str, to: impl Into<String>) {
        self.edges.entry(from.to_owned()).or_default().push(to.into());
    }

    /// The project itself asks for one.
    pub(super) fn root(&mut self, scope: Scope, name: impl Into<String>) {
        self.roots.push((scope, name.into()));
    }

    /// What each name is needed for, straight or through others.
    pub(super) fn scopes(&self) -> BTreeMap<&str, Scope> {
        let mut scopes: BTreeMap<&str, Scope> = BTreeMap::new();
        for scope in [Scope::Prod, Scope::Optional, Scope::Dev] {
            let mut seen: HashSet<&str> = HashSet::new();
            let mut left: Vec<&str> = self.roots.iter().filter(|(of, _)| *of == scope).map(|(_, name)| name.as_str()).collect();
            while let Some(name) = left.pop() {
                if seen.insert(name) && scopes.get(name).is_none_or(|known| *known <= scope) {
                    scopes.entry(name).or_insert(scope);
                    left.extend(self.edges.get(name).into_iter().flatten().map(String::as_str));
                }
            }
        }
        scopes
    }
}
