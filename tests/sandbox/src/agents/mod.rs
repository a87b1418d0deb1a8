//! The agents: when they are to work, what of their day goes to conversations, and what they are seen doing.

pub(crate) mod presence;
pub(crate) mod roster;
pub(crate) mod timeline;
pub(crate) mod work;
