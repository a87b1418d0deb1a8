//! The words queries may use: dimensions, metrics, groupings.

use crate::refusal::Refusal;

/// The words of one list of `data/vocabulary.tsv`.
pub(crate) fn words(list: &str) -> Vec<&'static str> {
    let lines = include_str!("../../data/vocabulary.tsv").lines();
    let found = lines.filter_map(|line| line.split_once('\t')).find(|(name, _)| *name == list);
    found.map(|(_, words)| words.split(' ').collect()).unwrap_or_default()
}

/// Refuses a word that is not in the list. Where the models enumerate nothing there is no list, and any word will do.
pub(crate) fn check(word: &str, list: &str, field: &str) -> Result<(), Refusal> {
    let known = words(list);
    if known.is_empty() {
        return Ok(());
    }
    if known.contains(&word) { Ok(()) } else { Err(Refusal::value(word, field, &known)) }
}
