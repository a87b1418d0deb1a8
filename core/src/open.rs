//! What is open at a time, such as calls and the exchanges under way.

/// Things by their ids, which only grow: few enough for a list, in the order in which they were opened. A map for each
/// kind of thing is kilobytes of code.
#[derive(Debug)]
pub(crate) struct Open<Id, T>(Vec<(Id, T)>);

impl<Id: Copy + Ord, T> Open<Id, T> {
    pub(crate) fn new() -> Self {
        Open(Vec::new())
    }

    /// Adds what has the largest id so far.
    pub(crate) fn insert(&mut self, id: Id, thing: T) {
        self.0.push((id, thing));
    }

    pub(crate) fn get(&self, id: Id) -> Option<&T> {
        self.0.get(self.place(id)?).map(|(_, thing)| thing)
    }

    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        let place = self.place(id)?;
        self.0.get_mut(place).map(|(_, thing)| thing)
    }

    pub(crate) fn remove(&mut self, id: Id) -> Option<T> {
        self.place(id).map(|place| self.0.remove(place).1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Id, &T)> {
        self.0.iter().map(|(id, thing)| (*id, thing))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, thing)| thing)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn place(&self, id: Id) -> Option<usize> {
        self.0.binary_search_by_key(&id, |(known, _)| *known).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_found_until_it_is_removed() {
        let mut open = Open::new();
        for id in [1, 4, 9] {
            open.insert(id, id * 10);
        }
        assert_eq!(open.remove(4), Some(40));
        assert_eq!(open.remove(4), None);
        assert_eq!((open.get(4), open.get(9)), (None, Some(&90)));
        *open.get_mut(9).unwrap() = 91;
        assert_eq!(open.iter().collect::<Vec<_>>(), [(1, &10), (9, &91)]);
        assert_eq!((open.values().sum::<i32>(), open.len(), open.is_empty()), (101, 2, false));
    }
}
