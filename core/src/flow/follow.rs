//! Pages that say themselves where they go on: by `cursor`, by `nextUri`, by `cursors.after`.

use super::Taken;
use super::bookmark::{Bookmark, sum_of};
use crate::error::{Error, ErrorKind};
use crate::look::{Found, Next, Row};
use crate::plan::{self, Ask};

const SIZE: &str = "pageSize";

#[derive(Debug)]
pub(crate) struct Follow {
    plan: plan::Follow,
    /// Where the last page said that it goes on; `None` before the first.
    next: Option<Next>,
    done: bool,
}

impl Follow {
    pub(super) fn new(plan: plan::Follow) -> Self {
        Follow { plan, next: None, done: false }
    }

    pub(super) fn ask(&self) -> Option<Ask> {
        if self.done {
            return None;
        }
        let mut ask = self.plan.ask.clone();
        let (key, value) = match &self.next {
            None => return Some(ask),
            // Path and query string stand in it, already encoded; the host is never taken from an answer.
            Some(Next::Uri(uri)) => {
                ask.path = on_this_host(uri).unwrap_or_default().to_owned();
                ask.query.clear();
                return Some(ask);
            }
            Some(Next::Cursor(cursor)) => ("cursor", cursor),
            Some(Next::After(after)) => ("after", after),
        };
        ask.query.retain(|(name, _)| name != key);
        ask.query.push((key.to_owned(), value.clone()));
        Some(ask)
    }

    /// # Errors
    /// `answer.unexpected` where an answer goes on at itself, or somewhere else than at the API.
    pub(super) fn take(&mut self, found: &Found) -> Result<Taken, Error> {
        let mut taken = Taken { deliver: true, ..Taken::default() };
        let next = match found {
            Found::Listing { count, total, next, .. } => {
                taken.items = u64::from(*count);
                taken.total = *total;
                next.clone()
            }
            Found::Conversations { rows, next, .. } => {
                self.leave_out(rows, &mut taken);
                next.clone()
            }
            _ => None,
        };
        self.done = next.is_none();
        let Some(next) = next else { return Ok(taken) };
        let astray = match &next {
            Next::Uri(uri) if on_this_host(uri).is_none() => Some("its `nextUri` is no path of the API"),
            _ if self.next.as_ref() == Some(&next) => Some("it goes on where it began"),
            _ => None,
        };
        if let Some(astray) = astray {
            return Err(Error::new(ErrorKind::AnswerUnexpected, format!("the answer cannot be followed: {astray}")));
        }
        self.next = Some(next);
        Ok(taken)
    }

    pub(super) fn sum(&self) -> u32 {
        sum_of(&self.plan.ask)
    }

    /// Where it goes on.
    pub(super) fn next(&self) -> Option<&Next> {
        self.next.as_ref()
    }

    pub(super) fn go_on(&mut self, next: Option<Next>) {
        self.next = next;
    }

    pub(super) fn resume(&mut self, place: Bookmark) -> bool {
        let Bookmark::Next(next) = place else { return false };
        // The host is never taken from a text.
        let fits = !matches!(&next, Next::Uri(uri) if on_this_host(uri).is_none());
        self.next = Some(next);
        fits
    }

    /// Smaller pages from here on. A cursor says where to go on and `pageSize` how much is wanted, both of each request
    /// (public API definition of `…/jobs/{jobId}/results`: "Indicates where to resume query results", "The desired
    /// maximum number of results"). A `nextUri` holds its own size, and is not touched.
    pub(super) fn shrink(&mut self) -> bool {
        if matches!(self.next, Some(Next::Uri(_))) {
            return false;
        }
        let Some((_, written)) = self.plan.ask.query.iter_mut().find(|(name, _)| name == SIZE) else { return false };
        let half = written.parse::<u32>().unwrap_or(0) / 2;
        if half == 0 {
            return false;
        }
        *written = half.to_string();
        true
    }

    /// Rows that start outside the asked interval: the API matches whole days.
    fn leave_out(&self, rows: &[Row], taken: &mut Taken) {
        for (position, row) in (0_u32..).zip(rows) {
            let start = row.start.zip(self.plan.starts);
            if start.is_none_or(|(start, asked)| asked.contains(start)) {
                taken.items += 1;
            } else {
                taken.outside += 1;
                taken.skip.push(position);
            }
        }
    }
}

/// Path and query string of a `nextUri`, which may be a whole URL.
fn on_this_host(uri: &str) -> Option<&str> {
    uri.find("/api/v2/").and_then(|at| uri.get(at..))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::Look;

    fn follow() -> Follow {
        let query = vec![("pageSize".into(), "100".into())];
        let ask = Ask { query, ..Ask::get("/api/v2/teams", Look::Listing) };
        Follow::new(plan::Follow { ask, starts: None })
    }

    fn page(next: Option<Next>) -> Found {
        Found::Listing { ids: Vec::new(), count: 1, sum: 0, page_count: None, total: None, next }
    }

    #[test]
    fn each_way_to_go_on() {
        let mut flow = follow();
        assert_eq!(flow.ask().unwrap().query, [("pageSize".into(), "100".into())]);
        flow.take(&page(Some(Next::Cursor("c=1".into())))).unwrap();
        assert_eq!(flow.ask().unwrap().query[1], ("cursor".into(), "c=1".into()));
        flow.take(&page(Some(Next::After("a".into())))).unwrap();
        assert_eq!(flow.ask().unwrap().query[1], ("after".into(), "a".into()));
        flow.take(&page(Some(Next::Uri("https://api.mypurecloud.ie/api/v2/teams?after=%3D".into())))).unwrap();
        let ask = flow.ask().unwrap();
        assert_eq!((ask.path.as_str(), ask.query.len()), ("/api/v2/teams?after=%3D", 0));
        assert!(flow.take(&page(None)).unwrap().deliver);
        assert_eq!(flow.ask(), None);
    }

    #[test]
    fn pages_shrink_where_a_request_says_how_large_they_are() {
        let mut flow = follow();
        assert!(flow.shrink());
        flow.take(&page(Some(Next::Cursor("c".into())))).unwrap();
        assert!(flow.shrink());
        assert_eq!(flow.ask().unwrap().query, [("pageSize".into(), "25".into()), ("cursor".into(), "c".into())]);
        assert_eq!(flow.sum(), follow().sum(), "a bookmark stays good");
        assert_eq!((0..9).filter(|_| flow.shrink()).count(), 4, "to 12, 6, 3, 1");
        flow.take(&page(Some(Next::Uri("/api/v2/teams?pageSize=25".into())))).unwrap();
        assert!(!flow.shrink());
        let ask = Ask::get("/api/v2/teams", Look::Listing);
        assert!(!Follow::new(plan::Follow { ask, starts: None }).shrink());
    }

    #[test]
    fn it_goes_on_where_it_ended_and_nowhere_else() {
        let mut flow = follow();
        flow.take(&page(Some(Next::After("a".into())))).unwrap();
        let mut again = follow();
        assert!(again.resume(Bookmark::Next(flow.next().unwrap().clone())));
        assert_eq!(again.ask(), flow.ask());
        assert!(!follow().resume(Bookmark::Next(Next::Uri("https://elsewhere.example/x".into()))));
    }

    #[test]
    fn it_does_not_go_astray() {
        let mut flow = follow();
        flow.take(&page(Some(Next::Cursor("c".into())))).unwrap();
        assert_eq!(flow.take(&page(Some(Next::Cursor("c".into())))).unwrap_err().kind, ErrorKind::AnswerUnexpected);
        let elsewhere = page(Some(Next::Uri("https://elsewhere.example/x".into())));
        assert_eq!(follow().take(&elsewhere).unwrap_err().kind, ErrorKind::AnswerUnexpected);
    }
}
