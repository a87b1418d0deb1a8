//! Which real operation was meant by an invented one.
//!
//! Paths are compared by their words: a word counts the more, the fewer operations have it. Words that people use and
//! the API does not are taken for the ones it uses.

use super::{Operation, all, find, is_variable, parts};
use crate::keys::{letter, put};

/// What people write, and what the API calls it (from the inventions in circulation; claims.md posts A to E).
const MEANT: &[(&str, &[&str])] = &[
    ("interaction", &["conversation"]),
    ("call", &["conversation", "call"]),
    ("summary", &["aggregate", "observation", "query", "summary"]),
    ("statistic", &["aggregate", "observation", "query"]),
    ("stat", &["aggregate", "observation", "query"]),
    ("report", &["aggregate", "query", "report"]),
    ("reporting", &["aggregate", "query", "reporting"]),
    ("realtime", &["observation", "realtime"]),
    ("live", &["observation"]),
    ("search", &["search", "query"]),
    ("agent", &["user", "agent"]),
    ("metric", &["aggregate", "metric"]),
    ("history", &["detail", "history"]),
];

type Elsewhere = (&'static [&'static str], &'static [(&'static str, &'static str)]);

/// Inventions whose answer lies elsewhere than their words say: all of the words, and what answers the question.
const ELSEWHERE: &[Elsewhere] = &[
    // claims.md 0-1, 0-6: analytics holds no sentiment of single conversations and no transcript text.
    (
        &["sentiment"],
        &[
            ("GET", "/api/v2/speechandtextanalytics/conversations/{conversationId}"),
            ("GET", "/api/v2/speechandtextanalytics/conversations/{conversationId}/sentiments"),
            ("POST", "/api/v2/analytics/transcripts/aggregates/query"),
        ],
    ),
    (
        &["transcript", "analytic"],
        &[
            (
                "GET",
                "/api/v2/speechandtextanalytics/conversations/{conversationId}/communications/{communicationId}/transcripturl",
            ),
            ("POST", "/api/v2/analytics/transcripts/aggregates/query"),
        ],
    ),
    // claims.md 2-6
    (
        &["queue", "summary"],
        &[
            ("POST", "/api/v2/analytics/queues/observations/query"),
            ("POST", "/api/v2/analytics/conversations/aggregates/query"),
        ],
    ),
    // claims.md 0-24, 2-2: tokens are minted at the login host, and looked at here.
    (&["oauth", "token"], &[("GET", "/api/v2/tokens/me")]),
];

pub(super) fn to_path(method: &str, path: &str, most: usize) -> Vec<Operation> {
    let mut words = Vec::new();
    for part in parts(path).filter(|part| !is_variable(part) && !looks_like_an_id(part)) {
        words.append(&mut words_of(part));
    }
    let mut found: Vec<Operation> = Vec::new();
    for (all, meant) in ELSEWHERE {
        if all.iter().all(|word| words.iter().any(|have| have == word)) {
            found.extend(meant.iter().filter_map(|(method, path)| find(method, path)));
        }
    }
    for operation in rank(words, Some(method), most * 2) {
        // One method of a path is enough of a hint.
        if !found.iter().any(|have| have.field(1) == operation.field(1)) {
            found.push(operation);
        }
    }
    found.truncate(most);
    found
}

pub(super) fn to_words(text: &str, most: usize) -> Vec<Operation> {
    rank(words_of(text), None, most)
}

fn rank(words: Vec<String>, method: Option<&str>, most: usize) -> Vec<Operation> {
    let mut frequency = Frequency::default();
    let mut described = Vec::new();
    for operation in all() {
        let own = own_words(operation);
        for word in &own {
            frequency.add(word);
        }
        described.push((operation, own));
    }
    #[expect(clippy::cast_precision_loss, reason = "some nine hundred")]
    let count = described.len() as f64;
    let weight = |word: &str| (count / frequency.get(word).unwrap_or(0.5)).ln().max(0.1);
    // Each word that was written, with everything it may mean: itself first, near spellings and synonyms for less.
    let asked: Vec<Vec<(String, f64)>> = words.iter().map(|word| meanings(word, &frequency)).collect();
    let mut best = Vec::new();
    for (operation, own) in described {
        let met = |meanings: &Vec<(String, f64)>| {
            let fits = meanings.iter().filter(|(word, _)| own.contains(word));
            fits.map(|(word, share)| weight(word) * share).fold(0.0, f64::max)
        };
        let score: f64 = asked.iter().map(met).sum();
        let length: f64 = own.iter().map(|word| weight(word).powi(2)).sum::<f64>().sqrt();
        let same = method.is_some_and(|method| method.eq_ignore_ascii_case(operation.method()));
        let reads = operation.is_repeatable() && !matches!(operation.method(), "DELETE" | "PUT");
        let score = score / length.max(1.0) + if same { 0.02 } else { 0.0 } + if reads { 0.05 } else { 0.0 };
        if score > 0.5 {
            put(&mut best, (score, operation), most, |(a, one), (b, other)| {
                b.total_cmp(a).then_with(|| (one.line.len(), one.line).cmp(&(other.line.len(), other.line)))
            });
        }
    }
    best.into_iter().map(|(_, operation)| operation).collect()
}

/// How many operations have a word; sorted by the words.
#[derive(Default)]
struct Frequency(Vec<(String, f64)>);

impl Frequency {
    fn add(&mut self, word: &str) {
        match self.place(word) {
            Ok(place) => {
                if let Some((_, count)) = self.0.get_mut(place) {
                    *count += 1.0;
                }
            }
            Err(place) => self.0.insert(place, (word.to_owned(), 1.0)),
        }
    }

    fn get(&self, word: &str) -> Option<f64> {
        self.0.get(self.place(word).ok()?).map(|(_, count)| *count)
    }

    fn place(&self, word: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(word))
    }
}

fn meanings(word: &str, frequency: &Frequency) -> Vec<(String, f64)> {
    let mut found = vec![(word.to_owned(), 1.0)];
    if let Some((_, meant)) = MEANT.iter().find(|(written, _)| *written == word) {
        found.extend(meant.iter().map(|meant| ((*meant).to_owned(), 0.8)));
    }
    if frequency.get(word).is_none() {
        let near = crate::keys::nearest(word, frequency.0.iter().map(|(word, _)| word.as_str()));
        found.extend(near.into_iter().map(|near| (near.to_owned(), 0.7)));
    }
    found
}

fn own_words(operation: Operation) -> Vec<String> {
    let mut own = Vec::new();
    for part in operation.field(1).split('/').filter(|part| !is_variable(part)) {
        for word in words_of(part) {
            put(&mut own, word, usize::MAX, Ord::cmp);
        }
    }
    own
}

/// `conversationDetails` and `conversation-details` as `conversation`, `detail`.
fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for written in text.chars() {
        if let Some(small) = letter(written) {
            let begins = small != written && letter(before) == Some(before) && !before.is_ascii_digit();
            if begins || letter(before).is_none() || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.push(small);
            }
        }
        before = written;
    }
    words.iter().map(|word| singular(word)).collect()
}

fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with('s')).unwrap_or(word).to_owned(),
    }
}

fn looks_like_an_id(part: &str) -> bool {
    let digits = part.chars().filter(char::is_ascii_digit).count();
    part.len() >= 16 && digits * 3 > part.len() || part.chars().all(|c| c.is_ascii_digit())
}
