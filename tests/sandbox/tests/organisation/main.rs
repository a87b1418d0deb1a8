//! The organisation as a client sees it, without a socket: requests in, answers out, time as an argument.

mod agent_states;
mod agents;
mod aggregates;
mod audits;
mod authorize;
mod caller;
mod defined;
mod definitions;
mod details;
mod every_operation;
mod extraction;
mod faults;
mod grants;
mod insights;
mod jobs;
mod known_bodies;
mod listings;
mod login;
mod oauth;
mod observations;
mod outbound;
mod parquet;
mod quality;
mod recordings;
mod recount;
mod refusals;
mod rights;
mod robust;
mod scopes;
mod searches;
#[cfg(feature = "server")]
mod server;
mod speech;
mod summaries;
mod work_items;
mod workforce;
