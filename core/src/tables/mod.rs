//! Answers as Arrow tables.
