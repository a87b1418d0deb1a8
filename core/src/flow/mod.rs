//! How a plan is carried out: which request comes next, and what an answer means for it.
//!
//! A flow knows nothing of tokens, limits or retries: it is asked for the next request, and told what was found.

mod auto;
mod bookmark;
mod conversations;
mod each;
mod follow;
mod job;
mod listing;
mod per_entity;

use self::bookmark::Bookmark;
use crate::error::{Error, ErrorKind};
use crate::look::Found;
use crate::notice::NoticeKind;
use crate::plan::{Ask, Steps};

/// The progress of one plan.
#[derive(Debug)]
pub(crate) enum Flow {
    Auto(Box<auto::Auto>),
    Conversations(conversations::Conversations),
    Each(each::Each),
    Follow(follow::Follow),
    Job(Box<job::Job>),
    Listing(listing::Listing),
    /// Boxed: it holds a listing and a query.
    PerEntity(Box<per_entity::PerEntity>),
}

/// What an answer was worth.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Whether the caller gets the page: one that holds nothing for them is not delivered.
    pub(crate) deliver: bool,
    /// Positions to leave out.
    pub(crate) skip: Vec<u32>,
    pub(crate) items: u64,
    pub(crate) outside: u64,
    pub(crate) duplicates: u64,
    /// How many items the server says there are in all, where it says so.
    pub(crate) total: Option<u64>,
    /// Milliseconds to wait before the next request.
    pub(crate) pause: Option<u64>,
    /// What a person would like to know.
    pub(crate) told: Option<(NoticeKind, String)>,
}

impl Flow {
    pub(crate) fn new(steps: Steps, wall: i64) -> Self {
        match steps {
            Steps::Auto(plan) => Flow::Auto(Box::new(auto::Auto::new(*plan, wall))),
            Steps::Each(asks) => Flow::Each(each::Each::new(asks)),
            Steps::Conversations(pages) => Flow::Conversations(conversations::Conversations::new(pages, wall)),
            Steps::Follow(plan) => Flow::Follow(follow::Follow::new(plan)),
            Steps::Job(plan) => Flow::Job(Box::new(job::Job::new(*plan))),
            Steps::Listing(listing) => Flow::Listing(listing::Listing::new(listing)),
            Steps::PerEntity(plan) => Flow::PerEntity(Box::new(per_entity::PerEntity::new(plan))),
        }
    }

    /// The next request; `None` when everything was asked.
    pub(crate) fn ask(&self) -> Option<Ask> {
        match self {
            Flow::Auto(flow) => flow.ask(),
            Flow::Conversations(flow) => flow.ask(),
            Flow::Each(flow) => flow.ask(),
            Flow::Follow(flow) => flow.ask(),
            Flow::Job(flow) => flow.ask(),
            Flow::Listing(flow) => flow.ask(),
            Flow::PerEntity(flow) => flow.ask(),
        }
    }

    /// Takes what was found in the answer to the last request.
    ///
    /// # Errors
    /// `query.too_large` where the rest cannot be reached by paging, `job.*` where a job does not end well, and
    /// `answer.unexpected` where an answer leads nowhere.
    pub(crate) fn take(&mut self, found: &Found) -> Result<Taken, Error> {
        match self {
            Flow::Auto(flow) => flow.take(found),
            Flow::Conversations(flow) => flow.take(found),
            Flow::Each(flow) => Ok(flow.take(found)),
            Flow::Follow(flow) => flow.take(found),
            Flow::Job(flow) => flow.take(found),
            Flow::Listing(flow) => flow.take(found),
            Flow::PerEntity(flow) => flow.take(found),
        }
    }

    /// Asks for half as much from here on; false where that is not possible.
    pub(crate) fn shrink(&mut self) -> bool {
        match self {
            Flow::Auto(flow) => flow.shrink(),
            Flow::Conversations(flow) => flow.shrink(),
            Flow::Each(_) => false,
            Flow::Follow(flow) => flow.shrink(),
            Flow::Job(flow) => flow.shrink(),
            Flow::Listing(flow) => flow.shrink(),
            Flow::PerEntity(flow) => flow.shrink(),
        }
    }

    /// What makes the pages smaller that cannot be made smaller here.
    pub(crate) fn smaller(&self) -> Option<&'static str> {
        match self {
            Flow::Follow(_) | Flow::Listing(_) => {
                Some("set `page_size` in the report: it is in force from the first page on")
            }
            Flow::Job(flow) if !flow.is_sized() => {
                Some("set `pageSize` in the report's `query`: it is submitted with the job")
            }
            _ => None,
        }
    }

    /// The request that ends on the server what the caller no longer wants.
    pub(crate) fn cancel(&self) -> Option<Ask> {
        self.submitted()?.cancel()
    }

    /// The job on the server that can be taken up again.
    pub(crate) fn job(&self) -> Option<&str> {
        self.submitted()?.id()
    }

    fn submitted(&self) -> Option<&job::Job> {
        match self {
            Flow::Auto(flow) => flow.job(),
            Flow::Job(flow) => Some(flow),
            _ => None,
        }
    }

    /// Goes another way after a refusal that would end the call; false where there is none.
    pub(crate) fn detour(&mut self) -> bool {
        match self {
            Flow::Auto(flow) => flow.detour(),
            _ => false,
        }
    }

    /// Where it can go on later; `None` where nothing is to be had of that.
    pub(crate) fn bookmark(&self) -> Option<String> {
        let (place, sum) = match self {
            Flow::Auto(flow) => (flow.bookmark()?, flow.sum()),
            Flow::Conversations(flow) => (flow.bookmark()?, flow.sum()),
            Flow::Follow(flow) => (Bookmark::Next(flow.next()?.clone()), flow.sum()),
            Flow::Job(flow) => (flow.bookmark()?, flow.sum()),
            Flow::Listing(flow) => (flow.bookmark()?, flow.sum()),
            Flow::Each(_) | Flow::PerEntity(_) => return None,
        };
        Some(place.write(sum))
    }

    /// Goes on where the same report ended.
    ///
    /// # Errors
    /// `query.paging` where the text is of another report, or none of ours.
    pub(crate) fn resume(&mut self, text: &str) -> Result<(), Error> {
        let sum = match self {
            Flow::Auto(flow) => flow.sum(),
            Flow::Conversations(flow) => flow.sum(),
            Flow::Follow(flow) => flow.sum(),
            Flow::Job(flow) => flow.sum(),
            Flow::Listing(flow) => flow.sum(),
            Flow::Each(_) | Flow::PerEntity(_) => 0,
        };
        let place = Bookmark::read(text, sum)?;
        let fits = match self {
            Flow::Auto(flow) => flow.resume(place),
            Flow::Conversations(flow) => flow.resume(&place),
            Flow::Follow(flow) => flow.resume(place),
            Flow::Job(flow) => flow.resume(place),
            Flow::Listing(flow) => flow.resume(&place),
            Flow::Each(_) | Flow::PerEntity(_) => false,
        };
        if fits {
            return Ok(());
        }
        Err(Error::new(ErrorKind::QueryPaging, "`resume` belongs to a report that is asked in another way")
            .remedy("give it with just the report that ended with it"))
    }

    /// The operation that is asked, where it is another one from stage to stage.
    pub(crate) fn operation(&self) -> Option<String> {
        match self {
            Flow::Auto(flow) => flow.operation(),
            _ => None,
        }
    }
}

/// A place in something paged that survives a change of the page size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// Items before the next page.
    position: u64,
    size: u32,
}

impl Place {
    fn new(size: u32) -> Self {
        Place { position: 0, size: size.max(1) }
    }

    /// The page that holds the next item; it may begin before it, and what was had already is recognised.
    fn number(self) -> u64 {
        self.position / u64::from(self.size) + 1
    }

    /// Moves behind the present page.
    fn advance(&mut self) {
        self.position = self.number().saturating_mul(u64::from(self.size));
    }

    /// The place that a bookmark tells, with pages no larger than these.
    fn at(self, position: u32, size: u32) -> Place {
        Place { position: position.into(), size: size.clamp(1, self.size) }
    }

    /// What a bookmark tells, once something was read.
    fn told(self) -> Option<(u32, u32)> {
        (self.position > 0).then(|| Some((u32::try_from(self.position).ok()?, self.size)))?
    }

    /// For what cannot be recognised: at most half, and so that the next page begins just where the last one ended.
    fn halve_evenly(&mut self) -> bool {
        let even = (1..=self.size / 2).rev().find(|size| self.position.is_multiple_of(u64::from(*size)));
        even.inspect(|size| self.size = *size).is_some()
    }

    fn halve(&mut self) -> bool {
        let half = self.size / 2;
        if half == 0 {
            return false;
        }
        self.size = half;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn halving_never_skips_an_item() {
        let mut place = Place::new(25);
        place.advance();
        place.advance();
        assert_eq!((place.position, place.number()), (50, 3));
        assert!(place.halve());
        assert_eq!((place.size, place.number()), (12, 5), "page 5 of 12 begins at 48");
        place.advance();
        assert_eq!(place.position, 60);
        while place.halve() {}
        assert_eq!((place.size, place.number()), (1, 61));
    }
}
