//! Summaries of conversations, counted.

use super::table::{Amount, Fact, Table};
use crate::analytics::dimensions::Part;
use crate::analytics::filter::Values;
use crate::org::{Call, Org};
use crate::speech::{Analyzed, Summary, analyzed};
use crate::time::HOUR;
use crate::traffic::model::Conversation;

/// A summary, with the communication it is of.
struct Summed<'a> {
    it: &'a Conversation,
    of: &'a Analyzed<'a>,
    summary: &'a Summary,
}

impl Values for Summed<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        let parts = || self.it.part_of(self.of.leg.start);
        let value = |(participant, session)| {
            Part { conversation: self.it, participant, session, segment: None }.dimension(name)
        };
        match name {
            "summaryId" => vec![self.summary.id.to_string()],
            "summaryGenerated" => vec!["true".into()],
            "language" => vec!["en-us".into()],
            "queueId" | "userId" => {
                let mut all: Vec<String> = parts().flat_map(value).collect();
                all.sort();
                all.dedup();
                all
            }
            _ => parts().find(|(_, session)| session.id == self.of.leg.id()).map(value).unwrap_or_default(),
        }
    }

    fn metric(&self, _name: &str) -> Vec<f64> {
        Vec::new()
    }
}

impl Org {
    /// Feeds a table with the summaries that were written in its time.
    pub(super) fn feed_summaries(&mut self, table: &mut Table<'_>, call: &Call, now: i64) {
        let interval = table.query.interval;
        // A summary comes after the last that happens.
        for place in self.traffic.alive(interval.start - HOUR, interval.end.min(now + 1)) {
            let it = self.traffic.build(place).seen_at(now);
            if !call.sees(&it.divisions) {
                continue;
            }
            for of in analyzed(&it, now) {
                let Some(summary) = of.summary() else { continue };
                let amounts = [("nConversationSummaries", 1), ("tConversationSummary", summary.ms)];
                let fact = |(metric, value)| Fact { at: summary.at, metric, amount: Amount::Value(value) };
                table.count(&Summed { it: &it, of: &of, summary: &summary }, amounts.map(fact));
            }
        }
    }
}
