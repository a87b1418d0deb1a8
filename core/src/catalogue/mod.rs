//! The facts of every reporting operation.
