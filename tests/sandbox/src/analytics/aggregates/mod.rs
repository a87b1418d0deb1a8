//! Aggregates of every family, by query and by job: facts counted by bucket and group.
//!
//! A fact belongs to the moment it became one, as it stands in the details, so that both can be reconciled.

mod facts;
mod families;
mod judged;
mod query;
mod rank;
mod spoken;
mod summed;
mod table;

use serde_json::{Map, Value, json};

use super::vocabulary;
use crate::agents::presence::DEFINITIONS;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
pub(super) use facts::Agent;
pub(crate) use families::{Family, family};
use query::Query;
use table::Table;

/// The largest answer that a query gets. A job has pages.
const LARGEST: usize = 32 << 20;

impl Org {
    /// `POST analytics/{family}/aggregates/query`.
    pub(crate) fn query_aggregates(&mut self, family: &Family, call: &Call) -> Result<Vec<u8>, Refusal> {
        let query = Query::read(family, &call.body, false)?;
        let table = self.aggregate(family, &query, call, call.now);
        let mut out = b"{".to_vec();
        for (at, group) in table.render().enumerate() {
            // Where there is nothing to tell, nothing is told.
            out.extend_from_slice(if at == 0 { b"\"results\":[" } else { b"," });
            out.extend_from_slice(group.to_string().as_bytes());
            if out.len() > LARGEST {
                return Err(Refusal::too_large());
            }
        }
        if out.len() > 1 {
            out.push(b']');
        }
        if let Some(mappings) = self.mapped(&query) {
            out.extend_from_slice(if out.len() > 1 { b"," } else { b"" });
            out.extend_from_slice(format!("\"systemToOrganizationMappings\":{mappings}").as_bytes());
        }
        out.push(b'}');
        Ok(out)
    }

    /// Refuses what no job can be made of. A job takes what the query takes, and the size of its pages.
    pub(super) fn check_aggregates_job(&self, family: &Family, body: &Value) -> Result<(), Refusal> {
        Query::read(family, body, true).map(drop)
    }

    /// The groups a job finds: what the query would have answered when the job was done.
    pub(super) fn aggregates_of_job(
        &mut self,
        family: &Family,
        body: &Value,
        call: &Call,
        done: i64,
    ) -> Result<Vec<Value>, Refusal> {
        let query = Query::read(family, body, true)?;
        Ok(self.aggregate(family, &query, call, done).render().collect())
    }

    fn aggregate<'q>(&mut self, family: &Family, query: &'q Query, call: &Call, now: i64) -> Table<'q> {
        let mut table = Table::new(query);
        self.feed(family.source, &mut table, call, now);
        table
    }

    /// Which of the organisation's presences stand for which of the system's, where presences were asked for.
    fn mapped(&self, query: &Query) -> Option<Value> {
        let is_asked = query.wants("tSystemPresence") || query.wants("tOrganizationPresence");
        is_asked.then(|| self.presence_mappings())
    }

    /// Each system presence with the ids of the organisation's that stand for it.
    pub(crate) fn presence_mappings(&self) -> Value {
        let mut mappings = Map::new();
        for definition in DEFINITIONS {
            let list = mappings.entry(definition.system.key()).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.push(json!(self.presence_id(definition.name).to_string()));
            }
        }
        Value::Object(mappings)
    }
}
