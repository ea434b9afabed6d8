//! What is wrong in a Django project, where a line alone does not tell: it stands in an expression of several lines, in a
//! form, in a script, or beside other migrations.

mod csrf;
mod migrations;
mod python;
mod script;

pub(super) use csrf::csrf_token;
pub(super) use migrations::{gap, leaves};
pub(super) use python::{allowed_hosts, irreversible_migration};
pub(super) use script::variable;
