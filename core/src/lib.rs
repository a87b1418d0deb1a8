//! pegcount
