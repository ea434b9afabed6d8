//! Other programs: the only room that starts any. An argument list, never a shell string; what they say comes back
//! as bytes. It knows nothing of what it runs.

mod group;
mod job;

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

pub use group::Scratch;
pub use job::{End, Ended, Job, run};

/// A program could not be run.
#[derive(Debug, thiserror::Error)]
#[error("cannot run `{}`", program.display())]
pub struct Error {
    /// The program.
    pub program: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Answer {
    /// Its exit status.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
}

/// Runs a program in `folder` to its end. It reads `input`, or nothing, on its standard input, and must read all of it
/// before it says more than a pipe holds.
///
/// # Errors
/// If it cannot be started.
pub fn ask<A: AsRef<OsStr>>(program: &Path, arguments: &[A], folder: &Path, input: Option<&[u8]>) -> Result<Answer, Error> {
    ask_with(program, arguments, folder, input, &[])
}

/// The same with variables of its own in the program's environment.
///
/// # Errors
/// If it cannot be started.
pub fn ask_with<A: AsRef<OsStr>>(
    program: &Path,
    arguments: &[A],
    folder: &Path,
    input: Option<&[u8]>,
    variables: &[(&str, &OsStr)],
) -> Result<Answer, Error> {
    let fail = |source| Error { program: program.to_owned(), source };
    let mut command = quiet(program);
    command.args(arguments).envs(variables.iter().copied()).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() }).spawn().map_err(fail)?;
    give(&mut child, input).map_err(fail)?;
    let output = child.wait_with_output().map_err(fail)?;
    Ok(Answer { status: output.status, stdout: output.stdout, stderr: output.stderr })
}

/// Runs a program that shares our output, gives it `input` on its standard input, and waits for its end.
///
/// # Errors
/// If it cannot be started.
pub fn hand_on(program: &Path, arguments: &[OsString], input: Option<&[u8]>) -> Result<ExitStatus, Error> {
    let fail = |source| Error { program: program.to_owned(), source };
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::inherit() };
    let mut child = command(program).args(arguments).stdin(stdin).spawn().map_err(fail)?;
    give(&mut child, input).map_err(fail)?;
    child.wait().map_err(fail)
}

/// Starts a program and reads its standard output as it comes.
///
/// # Errors
/// If it cannot be started.
pub fn stream(program: &Path, arguments: &[OsString]) -> Result<Stream, Error> {
    let fail = |source| Error { program: program.to_owned(), source };
    let child = quiet(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    Ok(Stream { child: child.map_err(fail)? })
}

/// The output of a running program. It ends with an error if the program fails, so that half an output never
/// passes for a whole one.
#[derive(Debug)]
pub struct Stream {
    child: Child,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match self.child.stdout.as_mut() {
            Some(stdout) => stdout.read(buffer)?,
            None => 0,
        };
        if count == 0 && !buffer.is_empty() {
            let status = self.child.wait()?;
            if !status.success() {
                return Err(io::Error::other(format!("the program ended with {status}")));
            }
        }
        Ok(count)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Whoever stops reading early is done with the program; it may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Writes `input` to a program that reads it.
fn give(child: &mut Child, input: Option<&[u8]>) -> io::Result<()> {
    let (Some(bytes), Some(mut pipe)) = (input, child.stdin.take()) else { return Ok(()) };
    match pipe.write_all(bytes) {
        // A program may well end without reading what it is told.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A program that never asks anybody anything and never fetches objects lazily.
fn quiet(program: &Path) -> Command {
    let mut command = command(program);
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    command
}

#[expect(clippy::disallowed_methods, reason = "this is the room that starts programs")]
fn command(program: &Path) -> Command {
    Command::new(program)
}
