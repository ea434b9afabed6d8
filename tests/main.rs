//! The one test binary.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests start git")]
#![allow(missing_docs, reason = "a test's name is its documentation")]

mod cli;
mod flows;
mod house;
mod outputs;
mod papers;
mod paths;
mod properties;
mod rules;
mod support;
