//! A process and all that it starts. What runs, and the folders it works in, are known to one list, so that a signal that
//! ends us ends them first.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;

use super::job::News;

/// By this variable a process is known that left its group: whoever starts a session of its own keeps its environment.
const MARK: &str = "STANCH_JOB";
/// How often processes are looked for that left their group, while there are still some.
const SWEEPS: usize = 20;

static RUNNING: Mutex<Running> = Mutex::new(Running { groups: Vec::new(), folders: Vec::new() });
static WATCH: Once = Once::new();
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// What must not outlive us.
struct Running {
    groups: Vec<(u32, String)>,
    folders: Vec<PathBuf>,
}

fn running() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A process in a group of its own.
pub(super) struct Group {
    id: u32,
    mark: String,
    is_over: bool,
}

impl Group {
    /// Starts a program as the first of a group.
    pub(super) fn start(mut command: Command) -> io::Result<(Self, Child)> {
        WATCH.call_once(watch_signals);
        let mark = format!("{}-{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        command.env(MARK, &mark);
        own_group(&mut command);
        // Under the lock, so that no signal comes between the start and the entry.
        let mut running = running();
        let child = command.spawn()?;
        running.groups.push((child.id(), mark.clone()));
        Ok((Self { id: child.id(), mark, is_over: false }, child))
    }

    /// Tells when the first process has ended. It stays to be waited for, so that its number is not given to another.
    pub(super) fn watch(&self, tell: Sender<News>) {
        let id = self.id;
        thread::spawn(move || {
            if await_end(id) {
                tell.send(News::Ended).ok();
            }
        });
    }

    /// Ends all of its processes, also those that left it.
    pub(super) fn kill(&mut self) {
        if !std::mem::replace(&mut self.is_over, true) {
            kill_all(self.id, &self.mark);
            running().groups.retain(|(id, _)| *id != self.id);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A new folder among the temporary ones. It goes away with this value, and when a signal ends the program.
#[derive(Debug)]
pub struct Scratch {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Scratch {
    /// Makes it.
    ///
    /// # Errors
    /// If the disk says so.
    pub fn new() -> io::Result<Self> {
        WATCH.call_once(watch_signals);
        let mut running = running();
        let folder = tempfile::Builder::new().prefix("stanch-").tempdir()?;
        running.folders.push(folder.path().to_owned());
        drop(running);
        // Programs tell paths with every link followed.
        let path = folder.path().canonicalize()?;
        Ok(Self { folder, path })
    }

    /// Where it is, without links in the way.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(self.folder.path());
        running().folders.retain(|folder| folder != self.folder.path());
    }
}

/// Removes a folder, also one in which a program made folders that nobody may write to (a cache of modules).
fn remove(folder: &Path) {
    if std::fs::remove_dir_all(folder).is_err() {
        open_up(folder);
        std::fs::remove_dir_all(folder).ok();
    }
}

/// Makes a folder and those in it the owner's to change; no link is followed.
#[cfg(unix)]
fn open_up(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).ok();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

#[cfg(not(unix))]
fn open_up(_: &Path) {}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(unix)]
fn pid(id: u32) -> Option<rustix::process::Pid> {
    rustix::process::Pid::from_raw(i32::try_from(id).ok()?)
}

#[cfg(unix)]
fn await_end(id: u32) -> bool {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let Some(pid) = pid(id) else { return false };
    while matches!(waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT), Err(rustix::io::Errno::INTR)) {}
    true
}

#[cfg(unix)]
fn kill_all(id: u32, mark: &str) {
    use rustix::process::{Signal, kill_process, kill_process_group};
    if let Some(group) = pid(id) {
        kill_process_group(group, Signal::KILL).ok();
    }
    for _ in 0..SWEEPS {
        let left: Vec<u32> = marked(mark).into_iter().filter(|left| *left != id).collect();
        if left.is_empty() {
            return;
        }
        for pid in left.into_iter().filter_map(pid) {
            kill_process(pid, Signal::KILL).ok();
        }
    }
}

/// The processes whose environment holds a mark; where the system does not tell, none.
#[cfg(unix)]
fn marked(mark: &str) -> Vec<u32> {
    let entry = format!("{MARK}={mark}");
    let is_marked = |folder: &Path| {
        let environment = std::fs::read(folder.join("environ")).unwrap_or_default();
        environment.split(|&byte| byte == 0).any(|variable| variable == entry.as_bytes())
    };
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbered = processes.filter_map(|process| Some((process.file_name().to_str()?.parse().ok()?, process.path())));
    numbered.filter(|(_, folder)| is_marked(folder)).map(|(id, _)| id).collect()
}

/// Ends what runs before a signal ends us, as it would have without this.
#[cfg(unix)]
fn watch_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // Kept until the end: nothing more may start.
            let running = running();
            running.groups.iter().for_each(|(id, mark)| kill_all(*id, mark));
            running.folders.iter().for_each(|folder| remove(folder));
            signal_hook::low_level::emulate_default_handler(signal).ok();
        }
    });
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}

#[cfg(not(unix))]
fn await_end(_: u32) -> bool {
    // Nobody tells; the ends of its outputs and the deadline do.
    false
}

#[cfg(not(unix))]
fn kill_all(_: u32, _: &str) {}

#[cfg(not(unix))]
fn watch_signals() {}
