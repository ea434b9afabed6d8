//! The first door: arguments to a plan, a report to the terminal, an outcome to an exit code. The only room that
//! prints.

mod args;
mod command;
mod error;
mod progress;
mod pushing;
mod scanning;
mod session;
mod term;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use session::Session;
use term::Term;

/// Runs the program.
pub fn main() -> ExitCode {
    let session = Session::begin();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return term::usage(&error),
    };
    let term = Term::new(args.color, &session.env);
    match dispatch(args.command, &session, &term) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            error::show(&error, &term);
            ExitCode::from(error::EXIT_CODE)
        }
    }
}

fn dispatch(command: Command, session: &Session, term: &Term) -> anyhow::Result<u8> {
    match command {
        Command::Init(args) => command::init::run(&args, session, term),
        Command::Install(args) => command::install::install(&args, term),
        Command::Uninstall => command::install::uninstall(term),
        Command::Doctor => command::doctor::run(session, term),
        Command::Scan(args) => command::scan::run(&args, session, term),
        Command::Fix(args) => command::fix::run(&args, session, term),
        Command::Allow(args) => command::allow::run(&args, term),
        Command::Baseline(args) => command::baseline::run(&args, session, term),
        Command::Rules(args) => command::rules::run(&args, term),
        Command::Tools(args) => command::tools::run(&args, term),
        Command::Vulns(args) => command::vulns::run(&args, session, term),
        Command::Db(args) => command::db::run(&args, session, term),
        Command::Sbom(args) => command::sbom::run(&args, session, term),
        Command::Explain(args) => command::explain::run(&args, term),
        Command::Hook(args) => command::hook::run(&args, session, term),
        Command::Completions { shell } => command::manual::completions(shell, term),
        Command::Man => command::manual::man(term),
        Command::Schema => command::manual::schema(term),
    }
}
