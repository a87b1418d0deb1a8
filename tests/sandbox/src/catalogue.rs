//! The operations the API has, whether this sandbox performs them or only knows of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The permission that no operation asks for, but a part of an answer: who an agent is whose state is told. The model of
/// the answer names the entity; its domain and action are those of the operation's own permission.
pub(crate) const AGENT_NAMES: &str = "analytics:agentStateNames:view";

/// Which of an operation's permissions a caller needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One of the list.
    Any,
    /// All of the list.
    All,
    /// None is declared, or no source tells.
    Open,
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// The method, in capitals.
    pub(crate) method: &'static str,
    /// The path with its `{placeholders}`.
    pub(crate) path: &'static str,
    /// How the permissions count.
    pub(crate) mode: Mode,
    /// The permissions, as `domain:entity:action`.
    pub(crate) permissions: Vec<String>,
    /// Whether it declares `not.a.user`.
    pub(crate) needs_user: bool,
    /// Whether it takes no body, although its method does.
    pub(crate) is_bare: bool,
    /// The scopes of which a user's token needs one; none where none is declared.
    pub(crate) scopes: Vec<&'static str>,
    /// Parameters whose words are enumerated, with these.
    pub(crate) words: Vec<(&'static str, Vec<&'static str>)>,
}

impl Operation {
    /// The words that a parameter may say, where they are enumerated.
    pub(crate) fn words_of(&self, parameter: &str) -> Option<&[&'static str]> {
        self.words.iter().find(|(name, _)| *name == parameter).map(|(_, words)| words.as_slice())
    }
}

/// What a method and path lead to.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    /// An operation and the values of its placeholders.
    Operation(&'a Operation, Vec<String>),
    /// The path exists, the method does not.
    OtherMethod,
    /// Nothing of the kind.
    Nothing,
}

/// All operations, by the third part of their path.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue(Arc<BTreeMap<&'static str, Vec<Operation>>>);

impl Default for Catalogue {
    fn default() -> Self {
        let lines = include_str!("../data/operations.tsv").lines().filter(|line| !line.starts_with('#'));
        let mut areas: BTreeMap<&str, Vec<Operation>> = BTreeMap::new();
        for operation in lines.filter_map(read) {
            areas.entry(area(operation.path)).or_default().push(operation);
        }
        for line in include_str!("../data/parameters.tsv").lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let mut next = || cells.next().unwrap_or_default();
            let (method, path, name, words) = (next(), next(), next(), next());
            let found = areas.get_mut(area(path)).into_iter().flatten();
            for operation in found.filter(|operation| operation.method == method && operation.path == path) {
                operation.words.push((name, words.split(',').collect()));
            }
        }
        Self(Arc::new(areas))
    }
}

fn read(line: &'static str) -> Option<Operation> {
    let mut cells = line.split('\t');
    let (method, path, mode) = (cells.next()?, cells.next()?, cells.next()?);
    let (permissions, flags, scopes) = (cells.next()?, cells.next()?, cells.next()?);
    Some(Operation {
        method,
        path,
        mode: match mode {
            "ANY" => Mode::Any,
            "ALL" => Mode::All,
            _ => Mode::Open,
        },
        permissions: permissions.split(',').filter(|name| *name != "-").map(String::from).collect(),
        needs_user: flags.split(',').any(|flag| flag == "user"),
        is_bare: flags.split(',').any(|flag| flag == "bare"),
        scopes: scopes.split(',').filter(|name| *name != "-").collect(),
        words: Vec::new(),
    })
}

impl Catalogue {
    /// Whether any operation asks for a permission, be it for a part of its answer.
    pub(crate) fn asks_for(&self, permission: &str) -> bool {
        permission == AGENT_NAMES
            || self.0.values().flatten().any(|operation| operation.permissions.iter().any(|name| name == permission))
    }

    /// Every permission that an operation asks for, each once.
    pub(crate) fn permissions(&self) -> BTreeSet<&str> {
        let asked = self.0.values().flatten().flat_map(|operation| &operation.permissions);
        asked.map(|name| name.as_ref()).chain([AGENT_NAMES]).collect()
    }

    /// Every scope that an operation asks for, each once.
    pub(crate) fn scopes(&self) -> BTreeSet<&'static str> {
        self.0.values().flatten().flat_map(|operation| &operation.scopes).copied().collect()
    }

    /// Finds what a request is for. A path spelled out wins over one with placeholders (`/users/me` over
    /// `/users/{userId}`), and `HEAD` is served where `GET` is.
    pub(crate) fn find(&self, method: &str, path: &str) -> Found<'_> {
        let mut best: Option<(&Operation, Vec<String>)> = None;
        let mut known = false;
        for operation in self.0.get(area(path)).into_iter().flatten() {
            let Some(values) = fit(operation.path, path) else { continue };
            known = true;
            let serves = operation.method == method || (method == "HEAD" && operation.method == "GET");
            if serves && best.as_ref().is_none_or(|(_, least)| values.len() < least.len()) {
                best = Some((operation, values));
            }
        }
        match best {
            Some((operation, values)) => Found::Operation(operation, values),
            None if known => Found::OtherMethod,
            None => Found::Nothing,
        }
    }
}

/// `users` of `/api/v2/users/me`: no path has a placeholder there.
fn area(path: &str) -> &str {
    path.split('/').nth(3).unwrap_or_default()
}

/// The placeholders' values if the path has the template's shape.
fn fit(template: &str, path: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut segments = path.trim_end_matches('/').split('/');
    for part in template.split('/') {
        let segment = segments.next()?;
        if part.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            values.push(segment.to_string());
        } else if part != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_read_and_found() {
        let catalogue = Catalogue::default();
        assert_eq!(catalogue.0.values().map(Vec::len).sum::<usize>(), 940);
        assert!(catalogue.0.keys().all(|area| !area.starts_with('{')));
        assert!(matches!(catalogue.find("GET", "/api/v2/users/me"), Found::Operation(o, _) if o.needs_user));
        assert!(matches!(catalogue.find("GET", "/api/v2/users/abc"), Found::Operation(_, v) if v == ["abc"]));
        assert!(matches!(catalogue.find("PUT", "/api/v2/routing/queues"), Found::OtherMethod));
        assert!(matches!(catalogue.find("GET", "/api/v2/nothing"), Found::Nothing));
        let words = catalogue.0.values().flatten().map(|operation| operation.words.len());
        assert_eq!(words.sum::<usize>(), 293);
    }
}
