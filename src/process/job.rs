//! A program in bounds: a group of its own, a deadline, so many bytes of output. In whichever way it ends, nothing of it
//! is left running.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::group::Group;
use super::{Error, quiet};

/// How long the output of a program that has ended may take to come to its end.
const GRACE: Duration = Duration::from_secs(2);
/// How much of an output is read at once, in bytes.
const CHUNK_BYTES: usize = 64 << 10;
/// What git says to its hooks of the repository it works on, which is another than the one a job sees; `git rev-parse
/// --local-env-vars` lists them.
const LOCAL: [&str; 17] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// What to run, and how far it may go.
#[derive(Clone, Debug)]
pub struct Job<'j> {
    /// The program; a name without a slash is looked for on the `PATH`.
    pub program: &'j Path,
    /// Its arguments.
    pub arguments: &'j [OsString],
    /// The `PATH` on which it is looked for, and that it gets; ours without it.
    pub path: Option<&'j OsStr>,
    /// Where it runs.
    pub folder: &'j Path,
    /// What it reads on its standard input; nothing without it.
    pub input: Option<&'j [u8]>,
    /// After so long it is killed.
    pub timeout: Duration,
    /// How much it may say on either of its outputs, in bytes; what says more is killed.
    pub output_bytes: usize,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Code(i32),
    /// By this signal, which somebody else sent.
    Signal(i32),
    /// It was killed because it took too long.
    TimedOut,
    /// It was killed because it said too much.
    SaidTooMuch,
    /// It ended, and what it left behind kept its output open.
    LeftOpen,
}

/// A job that has ended.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub end: End,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
}

/// Runs a job to its end, and ends all that it started.
///
/// # Errors
/// If it cannot be started.
pub fn run(job: &Job<'_>) -> Result<Ended, Error> {
    let fail = |source| Error { program: job.program.to_owned(), source };
    let mut command = quiet(job.program);
    for name in LOCAL.iter().chain(&["CLICOLOR_FORCE", "FORCE_COLOR"]) {
        command.env_remove(name);
    }
    if let Some(path) = job.path {
        command.env("PATH", path);
    }
    command.env("NO_COLOR", "1").env("TERM", "dumb").args(job.arguments).current_dir(job.folder);
    command.stdin(if job.input.is_some() { Stdio::piped() } else { Stdio::null() }).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (mut group, mut child) = Group::start(command).map_err(fail)?;
    let (tell, told) = mpsc::channel();
    feed(&mut child, job.input);
    listen(child.stdout.take(), 0, job.output_bytes, &tell);
    listen(child.stderr.take(), 1, job.output_bytes, &tell);
    group.watch(tell);
    let mut heard = Heard::default();
    let cut = heard.until(Instant::now() + job.timeout, &told, |heard| heard.has_ended || (cfg!(not(unix)) && heard.is_silent()));
    group.kill();
    child.kill().ok();
    let status = child.wait().map_err(fail)?;
    // Whatever held the pipes open is dead now, so their ends come at once.
    let rest = heard.until(Instant::now() + GRACE, &told, Heard::is_silent);
    let end = match (cut, rest) {
        (Some(end), _) => end,
        (None, Some(End::TimedOut)) => End::LeftOpen,
        (None, Some(end)) => end,
        (None, None) => status.code().map_or_else(|| End::Signal(signal_of(status)), End::Code),
    };
    let [stdout, stderr] = heard.outputs.map(Option::unwrap_or_default);
    Ok(Ended { end, stdout, stderr })
}

/// What is heard of a running job.
pub(super) enum News {
    /// It has ended.
    Ended,
    /// One of its outputs has ended, and this is all of it.
    Output(usize, Vec<u8>),
    /// It has said too much.
    TooMuch,
}

#[derive(Default)]
struct Heard {
    has_ended: bool,
    outputs: [Option<Vec<u8>>; 2],
}

impl Heard {
    fn is_silent(&self) -> bool {
        self.outputs.iter().all(Option::is_some)
    }

    /// Listens until `is_done` or until a deadline; tells why it must be cut off.
    fn until(&mut self, deadline: Instant, told: &mpsc::Receiver<News>, is_done: impl Fn(&Self) -> bool) -> Option<End> {
        while !is_done(self) {
            match told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(News::Ended) => self.has_ended = true,
                Ok(News::Output(number, bytes)) => {
                    if let Some(output) = self.outputs.get_mut(number) {
                        *output = Some(bytes);
                    }
                }
                Ok(News::TooMuch) => return Some(End::SaidTooMuch),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Some(End::TimedOut),
            }
        }
        None
    }
}

/// Writes to a program on a thread of its own: it may read late, or never.
fn feed(child: &mut Child, input: Option<&[u8]>) {
    if let (Some(input), Some(mut pipe)) = (input, child.stdin.take()) {
        let input = input.to_vec();
        // A program may well end without reading what it is told.
        thread::spawn(move || pipe.write_all(&input).ok());
    }
}

/// Reads an output on a thread of its own, so that no program waits for another to be read.
fn listen(pipe: Option<impl Read + Send + 'static>, number: usize, most: usize, tell: &Sender<News>) {
    let tell = tell.clone();
    thread::spawn(move || {
        let (mut bytes, mut chunk) = (Vec::new(), vec![0; CHUNK_BYTES]);
        let mut pipe = pipe;
        while let Some(Ok(read @ 1..)) = pipe.as_mut().map(|pipe| retry(pipe, &mut chunk)) {
            bytes.extend_from_slice(chunk.get(..read).unwrap_or_default());
            if bytes.len() > most {
                tell.send(News::TooMuch).ok();
                bytes.truncate(most);
                break;
            }
        }
        drop(pipe);
        tell.send(News::Output(number, bytes)).ok();
    });
}

fn retry(pipe: &mut impl Read, chunk: &mut [u8]) -> io::Result<usize> {
    loop {
        match pipe.read(chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

#[cfg(unix)]
fn signal_of(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal().unwrap_or(0)
}

#[cfg(not(unix))]
fn signal_of(_: std::process::ExitStatus) -> i32 {
    0
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str, input: Option<&[u8]>, timeout: Duration) -> Ended {
        let arguments = ["-c".into(), script.into()];
        let job = Job {
            program: Path::new("sh"),
            arguments: &arguments,
            path: None,
            folder: Path::new("."),
            input,
            timeout,
            output_bytes: 1 << 20,
        };
        run(&job).expect("because there is a shell")
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn output_code_and_signal_are_told() {
        let ended = sh("cat; echo err >&2; exit 3", Some(b"in"), LONG);
        assert_eq!((ended.end, ended.stdout.as_slice(), ended.stderr.as_slice()), (End::Code(3), b"in".as_slice(), b"err\n".as_slice()));
        assert_eq!(sh("kill -SEGV $$", None, LONG).end, End::Signal(11));
    }

    #[test]
    fn input_that_is_not_read_and_output_that_is_large_do_not_block() {
        let input = vec![b'x'; 4 << 20];
        assert_eq!(sh("exit 0", Some(&input), LONG).end, End::Code(0));
        assert_eq!(sh("cat", Some(&input[..1 << 19]), LONG).stdout.len(), 1 << 19);
    }

    #[test]
    fn a_hang_and_a_flood_are_cut_off() {
        let begun = Instant::now();
        assert_eq!(sh("sleep 1000 & sleep 1000", None, Duration::from_millis(200)).end, End::TimedOut);
        let flood = sh("while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done", None, LONG);
        assert_eq!(flood.end, End::SaidTooMuch);
        assert!(begun.elapsed() < LONG && flood.stdout.len() <= 1 << 20);
    }

    #[test]
    fn what_is_left_behind_is_ended_in_its_group_and_outside_of_it() {
        // A fork in the group holds the output open; one in a session of its own does too, where there is `setsid`.
        for fork in ["sleep 987", "setsid sleep 987"] {
            let begun = Instant::now();
            let ended = sh(&format!("{fork} & echo $!; exit 0"), None, LONG);
            assert_eq!(ended.end, End::Code(0), "{fork}");
            assert!(begun.elapsed() < LONG);
            let pid = String::from_utf8(ended.stdout).unwrap().trim().to_owned();
            let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            // It is gone, or dead and waits for its new parent to notice.
            assert!(state.is_empty() || state.contains(") Z "), "{fork}: {state}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let job = Job {
            program: Path::new("no-such-program-here"),
            arguments: &[],
            path: None,
            folder: Path::new("."),
            input: None,
            timeout: LONG,
            output_bytes: 9,
        };
        assert_eq!(run(&job).unwrap_err().source.kind(), io::ErrorKind::NotFound);
    }
}
