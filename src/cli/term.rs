//! The terminal: data to standard output, talk to standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use owo_colors::{OwoColorize as _, Style};

use super::args::Color;
use crate::config::Env;

/// Where text goes, and whether in colour.
#[derive(Debug)]
pub(super) struct Term {
    colour_out: bool,
    colour_err: bool,
}

#[expect(clippy::unused_self, reason = "whoever prints holds the terminal")]
impl Term {
    pub(super) fn new(color: Color, env: &Env) -> Self {
        let wanted = |is_terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !env.no_color && (env.force_color || is_terminal),
        };
        Self { colour_out: wanted(io::stdout().is_terminal()), colour_err: wanted(io::stderr().is_terminal()) }
    }

    /// Whether standard output takes colours.
    pub(super) fn colour_out(&self) -> bool {
        self.colour_out
    }

    /// Whether standard error takes colours.
    pub(super) fn colour_err(&self) -> bool {
        self.colour_err
    }

    /// Writes data. A reader that has gone away is no error of ours.
    pub(super) fn out(&self, bytes: &[u8]) -> io::Result<()> {
        pass_broken_pipe(io::stdout().lock().write_all(bytes))
    }

    /// Writes a line of data.
    pub(super) fn line(&self, text: &str) -> io::Result<()> {
        self.out(format!("{text}\n").as_bytes())
    }

    /// Writes talk.
    pub(super) fn err(&self, bytes: &[u8]) -> io::Result<()> {
        pass_broken_pipe(io::stderr().lock().write_all(bytes))
    }

    /// Writes a line of talk.
    pub(super) fn say(&self, text: &str) -> io::Result<()> {
        self.err(format!("{text}\n").as_bytes())
    }

    /// A word of an error, for standard error.
    pub(super) fn bad(&self, text: &str) -> String {
        self.paint(text, Style::new().red().bold())
    }

    /// A word of a hint, for standard error.
    pub(super) fn good(&self, text: &str) -> String {
        self.paint(text, Style::new().green())
    }

    fn paint(&self, text: &str, style: Style) -> String {
        if self.colour_err { text.style(style).to_string() } else { text.to_owned() }
    }
}

/// What clap has to say: help and version are data, a mistake is talk and exit code 2.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell when the terminal itself fails.
    error.print().ok();
    let asked = matches!(error.kind(), clap::error::ErrorKind::DisplayHelp | clap::error::ErrorKind::DisplayVersion);
    let bare = error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if asked || bare { ExitCode::SUCCESS } else { ExitCode::from(super::error::EXIT_CODE) }
}

fn pass_broken_pipe(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
