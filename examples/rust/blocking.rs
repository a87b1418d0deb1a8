//! A day's segments as CSV, over a blocking HTTP client: `blocking INTERVAL > segments.csv`.

mod job;

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use http::{Request, Response};
use pegcount::{Action, CallOptions, Cause, Event, Failure, Sent, inspect};
use ureq::{Agent, Error};

fn main() -> job::Outcome<ExitCode> {
    let (mut session, report) = job::question()?;
    let agent: Agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let now = job::clocks();
    let call = session.start(report, CallOptions::default(), now())?;
    session.pull(call, now());
    let mut body = Vec::new();
    loop {
        match session.poll(now()) {
            Action::Send { id, request, timeout, max_body, look, .. } => {
                match exchange(&agent, request, Duration::from_millis(timeout), max_body) {
                    Ok(answer) => {
                        let seen = inspect(look, answer.status().as_u16(), answer.headers(), answer.body());
                        session.handle_response(id, seen, now());
                        body = answer.into_body();
                    }
                    Err(failure) => session.handle_failure(id, failure, now()),
                }
            }
            Action::Emit { event: Event::Page(page), .. } => {
                job::write_segments(&page, &body)?;
                session.pull(call, now());
            }
            Action::Emit { event, .. } => return Ok(job::last_word(&event)),
            Action::Wait { until: Some(until), .. } => thread::sleep(now().until(until)),
            // Without a token store, and with one exchange at a time, there is nothing else.
            other => return Err(format!("{other:?}").into()),
        }
    }
}

fn exchange(agent: &Agent, asked: Request<Vec<u8>>, within: Duration, most: u64) -> Result<Response<Vec<u8>>, Failure> {
    let answer = match asked.body().is_empty() {
        true => agent.run(agent.configure_request(asked.map(|_| ())).timeout_global(Some(within)).build()),
        false => agent.run(agent.configure_request(asked).timeout_global(Some(within)).build()),
    };
    let whole = answer.and_then(|mut answer| {
        let body = answer.body_mut().with_config().limit(most).read_to_vec()?;
        Ok(answer.map(|_| body))
    });
    whole.map_err(|error| {
        let (cause, sent) = match &error {
            Error::BodyExceedsLimit(_) => (Cause::TooLarge, Sent::Maybe),
            Error::HostNotFound => (Cause::Dns, Sent::No),
            Error::Rustls(_) | Error::Tls(_) => (Cause::Tls, Sent::No),
            Error::Timeout(_) => (Cause::Timeout, Sent::Maybe),
            _ => (Cause::Broken, Sent::Maybe),
        };
        Failure { sent, cause, detail: error.to_string() }
    })
}
