//! What both drivers do alike: the question, the clocks, what becomes of a page and of the end.

use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::process::ExitCode;
use std::time::{Instant, UNIX_EPOCH};
use std::{env, error, io};

use pegcount::config::{Arguments, Files, resolve};
use pegcount::tables::write;
use pegcount::{Event, Now, PageContext, Report, Session, decode_only};

pub(crate) type Outcome<T> = Result<T, Box<dyn error::Error>>;

/// A session from the environment, and the report for the interval of the command line, else for yesterday.
pub(crate) fn question() -> Outcome<(Session, Report)> {
    let arguments = Arguments { seed: Some(RandomState::new().hash_one(())), ..Arguments::default() };
    let config = resolve(arguments, &|name| env::var(name).ok(), &Files::default())?;
    let interval = env::args().nth(1).unwrap_or_else(|| "yesterday".to_owned());
    let report = Report::from_json(&serde_json::json!({"report": "conversations", "interval": interval}))?;
    Ok((Session::new(config), report))
}

/// The host's two clocks.
pub(crate) fn clocks() -> impl Fn() -> Now {
    let began = Instant::now();
    move || Now::of(began.elapsed(), UNIX_EPOCH.elapsed().unwrap_or_default())
}

/// Writes the segments of a page to standard output.
pub(crate) fn write_segments(page: &PageContext, body: &[u8]) -> Outcome<()> {
    let mut csv = Vec::new();
    for table in decode_only(page, body, &["segments"])? {
        if page.number == 1 {
            write::csv_header(&table.batch.schema(), &mut csv);
        }
        write::csv_rows(&table.batch, &mut csv);
    }
    Ok(io::stdout().write_all(&csv)?)
}

/// Tells why it ended early, if it did.
pub(crate) fn last_word(event: &Event) -> ExitCode {
    let Event::Failed(error) = event else { return ExitCode::SUCCESS };
    eprintln!("{error}\n{}", error.explanation);
    error.kind.class().exit_code().into()
}
