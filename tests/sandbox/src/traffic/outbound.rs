//! Calls outbound, by agents and campaigns.

use std::sync::Arc;

use super::model::{Segment, Session};
use super::scene::Scene;
use crate::directory::Queue;
use crate::time::{MINUTE, SECOND};
use crate::uuid::Uuid;

/// What campaigns call from.
pub(crate) const CALLER: &str = "+18005550100";

/// What tells whether a customer whom a campaign reaches waits for nobody.
const LEFT_ALONE: u64 = 76;

impl Scene<'_> {
    pub(super) fn voice_outbound(&mut self) {
        self.made.direction = "outbound";
        let campaigns = self.directory.campaigns.len() as i64;
        let campaign = self.rng.chance(0.4).then(|| self.rng.between(0, campaigns - 1) as usize);
        let queue = match campaign {
            Some(campaign) => &self.directory.queues[self.directory.campaign_queue(campaign)],
            None => self.queue(),
        };
        let start = self.made.start;
        let connected = start + self.rng.between(4 * SECOND, 25 * SECOND);
        let reached =
            self.rng.chance(0.75).then(|| (self.rng.between(10 * SECOND, 5 * MINUTE), self.after_work(queue)));
        let end = connected + reached.map_or(0, |(talked, _)| talked);
        let done = end + reached.and_then(|(_, after)| after).unwrap_or(0);
        if let Some(campaign) = campaign.filter(|_| self.aside(LEFT_ALONE).chance(0.06)) {
            return self.left_alone(queue, campaign, connected);
        }
        // Where nobody is free to dial, a campaign's dialler did, and there was nobody to talk to.
        let agent = self.agent_for_call(queue, (start, done));
        let campaign = if agent.is_some() { campaign } else { campaign.or(Some(0)) };
        self.call_out(campaign);
        self.made.initiator = if campaign.is_some() { "dialer" } else { "agent" };
        let dialled = campaign.map(|at| self.contact(at));
        if let Some(agent) = agent {
            let session = self.outbound_call(queue, connected, end, reached.map(|(_, after)| after));
            self.join_agent(agent, Session { campaign: dialled, ..session });
            let kind = if reached.is_some() { "interact" } else { "dialing" };
            return self.customer_on_call("outbound", &[("dialing", connected), (kind, end)], &[]);
        }
        self.customer_on_call("outbound", &[("dialing", connected)], &[]);
        self.made.participants[0].sessions[0].campaign = dialled;
    }

    /// The centre calls, and the customer's number is dialled.
    fn call_out(&mut self, campaign: Option<usize>) {
        std::mem::swap(&mut self.ani, &mut self.dnis);
        if campaign.is_some() {
            self.ani = Arc::from(format!("tel:{CALLER}"));
        }
    }

    /// A campaign, a contact and its list.
    fn contact(&mut self, campaign: usize) -> [Uuid; 3] {
        let directory = self.directory;
        [directory.campaigns[campaign].id, self.rng.uuid(), directory.contact_lists[campaign].id]
    }

    /// A campaign reaches a customer before it has an agent, and the customer hangs up.
    fn left_alone(&mut self, queue: &Queue, campaign: usize, connected: i64) {
        self.call_out(Some(campaign));
        self.made.initiator = "dialer";
        let dialled = Some(self.contact(campaign));
        let until = connected + self.rng.between(2 * SECOND, 8 * SECOND);
        let mut session = self.session("voice", None);
        session.campaign = dialled;
        // There is nobody to be heard.
        session.recording = Some(false);
        session.segments.push(Segment::new("interact", connected, until).queue(queue.entity.id).ended("peer"));
        session.emit(self.made.start, "nOutboundAttempted", 1);
        session.emit(connected, "nOutboundConnected", 1);
        session.emit(until, "nOutboundAbandoned", 1);
        self.join("acd", Some(Arc::from(queue.entity.name.as_str())), session);
        self.customer_on_call("outbound", &[("dialing", connected), ("interact", until)], &[]);
        let customer = &mut self.made.participants[0].sessions[0];
        (customer.campaign, customer.recording) = (dialled, Some(false));
    }

    /// The session of an agent who dials; with what comes afterwards, if the customer is reached.
    fn outbound_call(&mut self, queue: &Queue, connected: i64, end: i64, reached: Option<Option<i64>>) -> Session {
        let (id, start) = (queue.entity.id, self.made.start);
        let mut session = self.session("voice", None);
        session.emit(start, "nOutbound", 1);
        session.emit(start, "nOutboundAttempted", 1);
        let mut dialling = Segment::new("dialing", start, connected).queue(id);
        session.emit(connected, "tDialing", connected - start);
        if let Some(after) = reached {
            session.segments.push(dialling);
            session.emit(connected, "nConnected", 1);
            session.emit(connected, "nOutboundConnected", 1);
            session.segments.push(Segment::new("interact", connected, end).queue(id).ended("client"));
            session.emit(end, "tTalk", end - connected);
            self.measure(&mut session, end);
            self.wrap_up(&mut session, queue, end, (end - connected, 0, after));
        } else {
            dialling.disconnect = Some(*self.rng.pick(&["uncallable", "endpoint", "error"]));
            dialling.sip = Some(*self.rng.pick(&[480, 486, 603]));
            dialling.error =
                (dialling.disconnect == Some("error")).then_some("error.ininedgecontrol.connection.noanswer");
            session.segments.push(dialling);
            session.emit(end, "nError", 1);
        }
        session
    }
}
