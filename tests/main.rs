//! The one test binary.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::string_slice,
    clippy::use_debug,
    clippy::type_complexity,
    reason = "a test may stop where it stands, knows its own texts, and starts git"
)]
#![allow(missing_docs, reason = "a test's name is its documentation")]

mod archives;
mod cli;
mod decoding;
mod flows;
mod house;
mod outputs;
mod papers;
mod paths;
mod properties;
mod rules;
mod support;
