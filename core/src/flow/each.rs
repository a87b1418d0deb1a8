//! One request after another, one page each.

use std::collections::VecDeque;

use super::Taken;
use crate::plan::Ask;

#[derive(Debug)]
pub(crate) struct Each(VecDeque<Ask>);

impl Each {
    pub(super) fn new(asks: Vec<Ask>) -> Self {
        Each(asks.into())
    }

    pub(super) fn ask(&self) -> Option<Ask> {
        self.0.front().cloned()
    }

    pub(super) fn take(&mut self) -> Taken {
        self.0.pop_front();
        Taken { deliver: true, items: 1, ..Taken::default() }
    }
}
