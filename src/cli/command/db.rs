//! `stanch db`.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::cli::args::{Db, DbCommand, Form, Place};
use crate::cli::error::Usage;
use crate::cli::session::Session;
use crate::cli::term::Term;
use crate::output::sanitize;
use crate::supply::osv::{Database, Status, import};

pub(in crate::cli) fn run(args: &Db, session: &Session, term: &Term) -> anyhow::Result<u8> {
    match &args.command {
        DbCommand::Import { dump, ecosystem, place } => {
            for status in import(&folder(place, session)?, dump, ecosystem, today())? {
                show(&status, term)?;
            }
            Ok(0)
        }
        DbCommand::Status { place, output } => status(&folder(place, session)?, *output, term),
    }
}

/// The day, in UTC.
pub(super) fn today() -> Date {
    Offset::UTC.to_datetime(Timestamp::now()).date()
}

/// The folder of the database.
pub(super) fn folder(place: &Place, session: &Session) -> anyhow::Result<PathBuf> {
    let own = || session.env.data.as_ref().map(|data| data.join("stanch/db"));
    let folder = place.db.clone().or_else(own);
    Ok(folder.ok_or_else(|| Usage::new("neither XDG_DATA_HOME nor HOME is set", "say where the database is: --db DIR"))?)
}

fn status(folder: &std::path::Path, output: Form, term: &Term) -> anyhow::Result<u8> {
    let held = match Database::open(folder)? {
        Some(database) => database.status()?,
        None => Vec::new(),
    };
    if output == Form::Json {
        let shown = serde_json::json!({ "version": 1, "databases": held });
        term.line(&format!("{shown:#}"))?;
    } else {
        for status in &held {
            show(status, term)?;
        }
    }
    if held.is_empty() {
        term.say("there is no database; `stanch db import` brings one")?;
        return Ok(2);
    }
    Ok(0)
}

fn show(status: &Status, term: &Term) -> anyhow::Result<()> {
    let Status { ecosystem, newest, imported, digest, records, withdrawn, packages } = status;
    let ecosystem = sanitize::text(ecosystem);
    let about = if *packages == 0 { String::new() } else { format!(", {withdrawn} of them withdrawn, of {packages} packages") };
    term.line(&format!("{ecosystem}  {records} records{about}"))?;
    term.line(&format!("  newest of {newest}, {} days old; imported on {imported}", status.age(today())))?;
    term.line(&format!("  sha256 {digest}"))?;
    Ok(())
}
