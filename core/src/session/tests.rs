//! The rules of the machine, one test each, in virtual time.

mod grants;
mod jobs;
mod limits;
mod login;
mod odd;
mod order;

use http::HeaderMap;

use super::*;
use crate::action::{Cause, Sent, StoreOp, Why};
use crate::error::Retry;
use crate::inspect::inspect;
use crate::look::Look;
use crate::region::Region;
use crate::secret::Secret;

const TOKEN: &str = r#"{"access_token":"tok-1","token_type":"bearer","expires_in":86400}"#;
const BAD: &str = r#"{"message":"Invalid login credentials.","code":"bad.credentials","status":401}"#;

/// A session with a clock that only moves when a test says so.
struct Host {
    session: Session,
    now: Now,
}

/// A request that was handed out.
#[derive(Debug)]
struct Asked {
    id: RequestId,
    call: Option<CallId>,
    request: http::Request<Vec<u8>>,
    look: Look,
    timeout: u64,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        self.request.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn body(&self) -> serde_json::Value {
        serde_json::from_slice(self.request.body()).unwrap()
    }
}

fn config() -> Config {
    let credentials = Credentials::Client(crate::config::Client::credentials("id", Secret::new("s3cret")));
    Config { seed: 7, ..Config::new(Region::parse("eu_west_1").unwrap(), credentials) }
}

fn queues() -> Report {
    serde_json::from_str(r#"{"report":"call","method":"GET","path":"/api/v2/organizations/me"}"#).unwrap()
}

/// A request that must not be done twice.
fn export() -> Report {
    let text = r#"{"report":"call","method":"POST","path":"/api/v2/analytics/reporting/exports","body":{}}"#;
    serde_json::from_str(text).unwrap()
}

impl Host {
    fn new(config: Config) -> Self {
        Host { session: Session::new(config), now: Now { mono: 0, wall: 1_773_132_000_000 } }
    }

    /// A session that has logged in, with one call pulled and its request handed out.
    fn asked(report: Report) -> (Host, CallId, Asked) {
        let mut host = Host::new(config());
        let call = host.start(report);
        let login = host.sends();
        host.answer(&login, 200, TOKEN);
        let asked = host.sends();
        (host, call, asked)
    }

    fn start(&mut self, report: Report) -> CallId {
        let call = self.session.start(report, CallOptions::default(), self.now).unwrap();
        self.session.pull(call, self.now);
        call
    }

    fn poll(&mut self) -> Action {
        self.session.poll(self.now)
    }

    fn pass(&mut self, ms: u64) {
        self.now.mono += ms;
        self.now.wall += i64::try_from(ms).unwrap();
    }

    fn sends(&mut self) -> Asked {
        match self.poll() {
            Action::Send { id, call, request, look, timeout, .. } => Asked { id, call, request, look, timeout },
            other => panic!("no request but {other:?}"),
        }
    }

    /// Waits as long as it says, then expects a request.
    fn sends_after_waiting(&mut self) -> (u64, Asked) {
        let (wait, _) = self.waits();
        self.pass(wait);
        (wait, self.sends())
    }

    fn waits(&mut self) -> (u64, Why) {
        match self.poll() {
            Action::Wait { until: Some(until), why } => (until - self.now.mono, why),
            other => panic!("no wait but {other:?}"),
        }
    }

    fn answer(&mut self, asked: &Asked, status: u16, body: &str) {
        self.answer_with(asked, status, &[], body);
    }

    fn answer_with(&mut self, asked: &Asked, status: u16, headers: &[(&'static str, &str)], body: &str) {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect();
        let seen = inspect(asked.look, status, &headers, body.as_bytes());
        self.session.handle_response(asked.id, seen, self.now);
    }

    fn breaks(&mut self, asked: &Asked, cause: Cause, sent: Sent) {
        let failure = Failure { sent, cause, detail: "it broke".into() };
        self.session.handle_failure(asked.id, failure, self.now);
    }

    fn emits(&mut self) -> Event {
        match self.poll() {
            Action::Emit { event, .. } => event,
            other => panic!("no event but {other:?}"),
        }
    }

    fn fails(&mut self) -> Error {
        match self.emits() {
            Event::Failed(error) => error,
            other => panic!("no failure but {other:?}"),
        }
    }

    /// A page, and then the end.
    fn finishes(&mut self) -> Summary {
        assert!(matches!(self.emits(), Event::Page(_)));
        match self.emits() {
            Event::Done(summary) => summary,
            other => panic!("not done but {other:?}"),
        }
    }

    fn notices(&mut self) -> Vec<NoticeKind> {
        std::iter::from_fn(|| self.session.observe()).map(|notice| notice.kind).collect()
    }
}
