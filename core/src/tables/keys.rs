//! Which member of an object a key is.

/// The keys of a table's objects.
#[derive(Debug)]
pub(super) struct Keys {
    names: Vec<&'static str>,
    /// Names by their hash: a table of fixed size, made for each page anew in less time than one row takes.
    slots: [u8; SLOTS],
    /// Which name came after each the last time, and which was the first.
    after: Vec<u8>,
}

const SLOTS: usize = 256;
const EMPTY: u8 = u8::MAX;

/// Keys of one object differ in length, first or later letters; a full hash would cost more than a second look.
fn slot(bytes: &[u8]) -> usize {
    let at = |nth: usize| usize::from(bytes.get(nth).copied().unwrap_or(0));
    let (first, middle, last) = (at(0), at(bytes.len() / 2), at(bytes.len().wrapping_sub(1)));
    bytes.len().wrapping_mul(67) ^ first ^ middle.wrapping_mul(5) ^ last.wrapping_mul(31) ^ (at(8) << 1)
}

impl Keys {
    /// A name that is empty is none.
    pub(super) fn new(names: impl Iterator<Item = &'static str>) -> Self {
        let names: Vec<&str> = names.collect();
        let mut slots = [EMPTY; SLOTS];
        for (nth, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let free =
                (slot(name.as_bytes())..).map(|at| at % SLOTS).take(SLOTS).find(|at| slots.get(*at) == Some(&EMPTY));
            if let (Some(place), Ok(nth)) = (free.and_then(|at| slots.get_mut(at)), u8::try_from(nth)) {
                *place = nth;
            }
        }
        Keys { after: vec![EMPTY; names.len() + 1], names, slots }
    }

    pub(super) fn find(&self, key: &str) -> Option<usize> {
        let mut at = slot(key.as_bytes());
        loop {
            match *self.slots.get(at % SLOTS)? {
                EMPTY => return None,
                nth if *self.names.get(usize::from(nth))? == key => return Some(usize::from(nth)),
                _ => at += 1,
            }
        }
    }

    /// What probably comes after a key, or first: servers write the members of all objects in one order.
    pub(super) fn guess(&self, last: Option<usize>) -> Option<(usize, &'static str)> {
        let nth = usize::from(*self.after.get(last.map_or(0, |last| last + 1))?);
        Some((nth, *self.names.get(nth)?))
    }

    /// What came after a key, or first.
    pub(super) fn learn(&mut self, last: Option<usize>, nth: usize) {
        if let (Some(after), Ok(nth)) = (self.after.get_mut(last.map_or(0, |last| last + 1)), u8::try_from(nth)) {
            *after = nth;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn every_name_is_found_and_nothing_else() {
        let names = ["", "a", "ab", "ba", "name", "emitDate", "emitData", "conversationId", "conversationIds"];
        let keys = Keys::new(names.into_iter());
        for (nth, name) in names.iter().enumerate() {
            assert_eq!(keys.find(name), (nth > 0).then_some(nth), "{name}");
            assert_eq!(keys.find(&format!("{name}x")), None);
        }
    }

    #[test]
    fn a_guess_is_what_came_last_time() {
        let mut keys = Keys::new(["a", "b", "c"].into_iter());
        assert_eq!([keys.guess(None), keys.guess(Some(2))], [None, None]);
        keys.learn(None, 2);
        keys.learn(Some(2), 0);
        assert_eq!(
            [keys.guess(None), keys.guess(Some(2)), keys.guess(Some(0))],
            [Some((2, "c")), Some((0, "a")), None]
        );
        keys.learn(None, 1);
        assert_eq!(keys.guess(None), Some((1, "b")));
    }
}
