//! What agents are good at.

use crate::directory::{Directory, Named, User};
use crate::rng::{Rng, key};

/// The skills a user has, each with how well the user masters it.
pub(crate) fn skills_of<'a>(directory: &'a Directory, user: &User) -> Vec<(&'a Named, i64)> {
    mastered(directory, user, &directory.skills, 5)
}

/// The languages a user speaks, and how well.
pub(crate) fn languages_of<'a>(directory: &'a Directory, user: &User) -> Vec<(&'a Named, i64)> {
    mastered(directory, user, &directory.languages, 2)
}

fn mastered<'a>(directory: &Directory, user: &User, things: &'a [Named], most: usize) -> Vec<(&'a Named, i64)> {
    let (high, low) = user.entity.id.halves();
    let mut rng = Rng::new(key(&[directory.roster.seed(), high, low, 24]));
    let first = rng.between(0, things.len() as i64 - 1) as usize;
    let count = rng.between(1, most as i64) as usize;
    (0..count.min(things.len())).map(|at| (&things[(first + at) % things.len()], rng.between(1, 5))).collect()
}
