//! The rules that the binary carries, made constants by `rules/build.rs`: nothing is parsed when stanch starts.

use std::borrow::Cow::Borrowed;

use super::Rule;
use crate::model::{Confidence, RuleInfo, Severity};

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));
