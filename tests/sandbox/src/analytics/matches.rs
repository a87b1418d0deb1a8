//! What queries of details found. Pages of a query follow each other, other queries come in between, and time goes on:
//! only what has changed since is looked at again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::traffic::{Day, Place};

/// How many queries are remembered, and how many places for all of them.
const KEPT: usize = 16;
const PLACES: usize = 6_000_000;

/// The matches of one query at a moment.
#[derive(Clone, Debug)]
pub(super) struct Matches {
    query: String,
    now: i64,
    /// In the order of their rank.
    found: Vec<(i64, Place)>,
    /// When what has begun changes next, match or not.
    coming: BTreeSet<(i64, Place)>,
    /// How many of each day have begun, of which days all have, and when the next will.
    begun: BTreeMap<i64, usize>,
    whole: BTreeSet<i64>,
    next: i64,
    /// What was counted in them.
    pub(super) aggregations: Option<Value>,
}

/// Where no place comes before.
const FIRST: Place = Place { day: i64::MIN, number: 0 };

impl Matches {
    fn new(query: String) -> Self {
        let (found, coming, begun, whole) = (Vec::new(), BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
        Self { query, now: i64::MIN, found, coming, begun, whole, next: i64::MIN, aggregations: None }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Some of them, the last first where that is wanted.
    pub(super) fn page(&self, from: usize, size: usize, is_descending: bool) -> Vec<Place> {
        let places = self.found.iter().map(|(_, place)| *place);
        if is_descending {
            places.rev().skip(from).take(size).collect()
        } else {
            places.skip(from).take(size).collect()
        }
    }

    fn is_same(&self, now: i64) -> bool {
        now < self.next && self.coming.first().is_none_or(|(at, _)| now < *at)
    }

    /// Takes out what has changed since, to be looked at again.
    pub(super) fn changed(&mut self, now: i64) -> Vec<Place> {
        (self.now, self.next) = (now, i64::MAX);
        let later = self.coming.split_off(&(now + 1, FIRST));
        let due: BTreeSet<Place> =
            std::mem::replace(&mut self.coming, later).into_iter().map(|(_, place)| place).collect();
        if !due.is_empty() {
            self.found.retain(|(_, place)| !due.contains(place));
        }
        due.into_iter().collect()
    }

    /// Whether all of a day have begun already.
    pub(super) fn has_all(&self, at: i64) -> bool {
        self.whole.contains(&at)
    }

    /// Those of a day that have begun since.
    pub(super) fn begun<'d>(&mut self, at: i64, day: &'d Arc<Day>) -> &'d [(i64, u32)] {
        let begun = day.starts.partition_point(|(start, _)| *start <= self.now);
        match day.starts.get(begun) {
            Some((start, _)) => self.next = self.next.min(*start),
            None => _ = self.whole.insert(at),
        }
        let before = self.begun.insert(at, begun).unwrap_or(0);
        &day.starts[before..begun]
    }

    /// Notes when a conversation changes next.
    pub(super) fn expect(&mut self, change: Option<i64>, place: Place) {
        self.coming.extend(change.map(|at| (at, place)));
    }

    /// Adds matches.
    pub(super) fn add(&mut self, fresh: Vec<(i64, Place)>) {
        if !fresh.is_empty() {
            self.found.extend(fresh);
            self.found.sort();
        }
    }

    fn places(&self) -> usize {
        self.found.len() + self.coming.len()
    }
}

/// The queries that were asked last, the last one at the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remembered(Vec<Matches>);

impl Remembered {
    /// What is known of a query. Time that went backwards makes it unknown; so does any change where `is_whole`.
    pub(super) fn take(&mut self, query: String, now: i64, is_whole: bool) -> Matches {
        let known = self.0.iter().position(|known| known.query == query).map(|at| self.0.remove(at));
        let known = known.filter(|known| known.now <= now && (!is_whole || known.is_same(now)));
        known.unwrap_or_else(|| Matches::new(query))
    }

    /// Keeps it, and forgets those that nobody has asked for longest.
    pub(super) fn keep(&mut self, matches: Matches) {
        self.0.push(matches);
        while self.0.len() > KEPT || self.0.len() > 1 && self.0.iter().map(Matches::places).sum::<usize>() > PLACES {
            self.0.remove(0);
        }
    }

    /// The query that was asked last.
    pub(super) fn last(&self) -> Option<&Matches> {
        self.0.last()
    }
}
