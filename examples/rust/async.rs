//! A day's segments as CSV, over an async HTTP client: `async INTERVAL > segments.csv`.

mod job;

use std::{collections::VecDeque, error::Error, process::ExitCode, time::Duration};

use http::{Request, response::Parts};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use pegcount::{Action, CallOptions, Cause, Event, Failure, Sent, inspect};
use tokio::task::JoinSet;
use tokio::time::{error::Elapsed, sleep, timeout as within};

type Https = Client<HttpsConnector<HttpConnector>, Full<VecDeque<u8>>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> job::Outcome<ExitCode> {
    let (mut session, report) = job::question()?;
    let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
    let client: Https = Client::builder(TokioExecutor::new()).build(connector);
    let now = job::clocks();
    let call = session.start(report, CallOptions::default(), now())?;
    // Two at first, then one for each that came: the next page travels while this one is written.
    session.pull(call, now());
    session.pull(call, now());
    let (mut flights, mut body) = (JoinSet::new(), Vec::new());
    loop {
        match session.poll(now()) {
            Action::Send { id, request, timeout, max_body, look, .. } => {
                let answer = within(Duration::from_millis(timeout), exchange(client.clone(), request, max_body));
                flights.spawn(async move { (id, look, answer.await.unwrap_or_else(|late| Err(late.into()))) });
            }
            Action::Emit { event: Event::Page(page), .. } => {
                job::write_segments(&page, &body)?;
                session.pull(call, now());
            }
            Action::Emit { event, .. } => return Ok(job::last_word(&event)),
            Action::Wait { until, .. } => tokio::select! {
                Some(landed) = flights.join_next() => match landed? {
                    (id, look, Ok((head, bytes))) => {
                        session.handle_response(id, inspect(look, head.status.as_u16(), &head.headers, &bytes), now());
                        body = bytes;
                    }
                    (id, _, Err(problem)) => session.handle_failure(id, failure(&problem), now()),
                },
                () = sleep(now().until(until.unwrap_or(u64::MAX))) => {}
            },
            // Without a token store, and with one call that nobody cancels, there is nothing else.
            other => return Err(format!("{other:?}").into()),
        }
    }
}

type Problem = Box<dyn Error + Send + Sync>;

async fn exchange(client: Https, asked: Request<Vec<u8>>, most: u64) -> Result<(Parts, Vec<u8>), Problem> {
    let (head, body) = client.request(asked.map(|body| Full::new(body.into()))).await?.into_parts();
    Ok((head, Limited::new(body, usize::try_from(most)?).collect().await?.to_bytes().into()))
}

fn failure(problem: &Problem) -> Failure {
    let cause = match () {
        () if problem.is::<LengthLimitError>() => Cause::TooLarge,
        () if problem.is::<Elapsed>() => Cause::Timeout,
        () => Cause::Broken,
    };
    Failure { sent: Sent::Maybe, cause, detail: problem.to_string() }
}
