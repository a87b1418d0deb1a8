//! A simulated Genesys Cloud organisation.
