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

impl Org {
    /// `POST analytics/{family}/aggregates/query`.
    pub(crate) fn query_aggregates(&mut self, family: &Family, call: &Call) -> Result<Vec<u8>, Refusal> {
        let query = Query::read(family, &call.body, false)?;
        let results = self.aggregate(family, &query, call, call.now);
        let mut body = Map::new();
        self.map_presences(&query, &mut body);
        // Where there is nothing to tell, nothing is told.
        if !results.is_empty() {
            body.insert("results".into(), Value::Array(results));
        }
        Ok(Value::Object(body).to_string().into_bytes())
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
        Ok(self.aggregate(family, &query, call, done))
    }

    fn aggregate(&mut self, family: &Family, query: &Query, call: &Call, now: i64) -> Vec<Value> {
        let mut table = Table::new(query);
        self.feed(family.source, &mut table, call, now);
        table.render()
    }

    /// Which of the organisation's presences stand for which of the system's, where presences were asked for.
    fn map_presences(&self, query: &Query, body: &mut Map<String, Value>) {
        if query.wants("tSystemPresence") || query.wants("tOrganizationPresence") {
            body.insert("systemToOrganizationMappings".into(), self.presence_mappings());
        }
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
