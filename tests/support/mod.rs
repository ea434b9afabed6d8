//! Repositories for tests: real git in a temporary home with a scrubbed environment, and planted secrets that no run
//! may show and no file of ours may keep.

pub(crate) mod pack;
mod pieces;
mod ran;
mod secrets;
mod state;

use std::cell::{Cell, RefCell};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

pub(crate) use pieces::PIECES;
pub(crate) use ran::Ran;
pub(crate) use secrets::secret;
pub(crate) use state::{State, files_below};

/// After so long a program that should have ended hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program under test.
pub(crate) const STANCH: &str = env!("CARGO_BIN_EXE_stanch");

/// A folder with a home and repositories in it, and what was planted there.
#[derive(Debug)]
struct World {
    folder: tempfile::TempDir,
    secrets: RefCell<Vec<String>>,
    clock: Cell<u64>,
}

/// A repository, or any other folder of a test's world.
#[derive(Clone, Debug)]
pub(crate) struct TestRepo {
    world: Rc<World>,
    dir: PathBuf,
}

impl TestRepo {
    /// A folder outside any repository.
    pub(crate) fn folder() -> Self {
        let folder = tempfile::Builder::new().prefix("stanch-flow-").tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for name in ["home", "tmp", "work", "reports"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        let world = World { folder, secrets: RefCell::default(), clock: Cell::new(0) };
        Self { world: Rc::new(world), dir: root.join("work") }
    }

    /// A repository without commits and without hooks.
    pub(crate) fn new() -> Self {
        let repo = Self::folder();
        repo.git(["init", "-q", "-b", "main"]).ok();
        repo
    }

    /// A repository without commits in which stanch is installed.
    pub(crate) fn guarded() -> Self {
        let repo = Self::new();
        repo.stanch(["install"]).ok();
        repo
    }

    /// A repository with one clean commit in which stanch is installed.
    pub(crate) fn started() -> Self {
        let repo = Self::guarded();
        repo.commit_file("README.md", "# a project\n").clean();
        repo
    }

    /// A guarded repository whose `main` a remote has.
    pub(crate) fn shared() -> Self {
        let repo = Self::started();
        repo.remote();
        repo.git(["push", "-q", "-u", "origin", "main"]).clean();
        repo
    }

    /// A guarded repository with a commit past the hooks for each of `one.py`, `two.py` and `three.py`, the second of
    /// which leaks.
    pub(crate) fn three_commits() -> Self {
        let repo = Self::started();
        repo.slip("one.py", "x = 1\n");
        repo.slip("two.py", repo.leak());
        repo.slip("three.py", "x = 1\n");
        repo
    }

    /// A guarded repository with one clean commit, of another kind: `--object-format=sha256`.
    pub(crate) fn started_with(option: &str) -> Self {
        let repo = Self::folder();
        repo.git(["init", "-q", "-b", "main", option]).ok();
        repo.stanch(["install"]).ok();
        repo.commit_file("README.md", "# a project\n").clean();
        repo
    }

    /// Another folder of the same world, made if it is not there.
    pub(crate) fn beside(&self, name: &str) -> Self {
        self.at(self.root().join(name))
    }

    /// The same world seen from `dir`, a path from this folder or an absolute one.
    pub(crate) fn at(&self, dir: impl AsRef<Path>) -> Self {
        let dir = self.dir.join(dir);
        fs::create_dir_all(&dir).unwrap();
        Self { world: Rc::clone(&self.world), dir }
    }

    /// A bare repository beside this one, which this one knows as `origin`.
    pub(crate) fn remote(&self) -> Self {
        let remote = self.bare("remote.git");
        self.git([OsStr::new("remote"), OsStr::new("add"), OsStr::new("origin"), remote.dir.as_os_str()]).ok();
        remote
    }

    /// A bare repository of the same object format beside this one.
    pub(crate) fn bare(&self, name: &str) -> Self {
        let bare = self.beside(name);
        let format = self.ask(["rev-parse", "--show-object-format"]);
        bare.git(["init", "-q", "--bare", "-b", "main", &format!("--object-format={format}")]).ok();
        bare
    }

    /// A clone of `from` beside it, without hooks.
    pub(crate) fn clone_of(&self, from: &Self, name: &str, options: &[&str]) -> Self {
        let clone = self.beside(name);
        let url = format!("file://{}", from.dir.display());
        let mut arguments = vec!["clone", "-q"];
        arguments.extend(options);
        arguments.extend([url.as_str(), "."]);
        clone.git(arguments).ok();
        clone
    }

    /// The folder of the whole world.
    pub(crate) fn root(&self) -> PathBuf {
        self.world.folder.path().canonicalize().unwrap()
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.join(name)
    }

    /// A value that looks live, known to this world and to nobody else.
    pub(crate) fn secret(&self) -> String {
        let mut secrets = self.world.secrets.borrow_mut();
        let value = secret(secrets.len());
        secrets.push(value.clone());
        value
    }

    /// A line of code with a new secret on it.
    pub(crate) fn leak(&self) -> String {
        format!("NPM_TOKEN = \"{}\"\n", self.secret())
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes a script that can be run.
    pub(crate) fn script(&self, name: impl AsRef<Path>, text: &str) {
        self.write(&name, text);
        fs::set_permissions(self.dir.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        fs::read(self.dir.join(name)).unwrap()
    }

    pub(crate) fn read_text(&self, name: impl AsRef<Path>) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    pub(crate) fn remove(&self, name: impl AsRef<Path>) {
        fs::remove_file(self.dir.join(name)).unwrap();
    }

    /// Writes and stages a file.
    pub(crate) fn stage(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        self.write(&name, content);
        self.git([OsStr::new("add"), OsStr::new("--"), name.as_ref().as_os_str()]).ok();
    }

    /// Writes, stages and commits a file.
    pub(crate) fn commit_file(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Ran {
        self.stage(name, content);
        self.git(["commit", "-q", "-m", "a change"])
    }

    /// Writes, stages and commits a file past the hooks, and tells the commit.
    pub(crate) fn slip(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> String {
        self.stage(name, content);
        self.git(["commit", "-q", "--no-verify", "-m", "a change"]).ok();
        self.ask(["rev-parse", "HEAD"])
    }

    /// Pushes past the hooks.
    pub(crate) fn slip_push(&self, refs: &[&str]) {
        let mut arguments = vec!["push", "-q", "--no-verify", "origin"];
        arguments.extend(refs);
        self.git(arguments).ok();
    }

    /// Runs git. What it says may hold no secret.
    #[track_caller]
    pub(crate) fn git<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, arguments: I) -> Ran {
        self.run(self.program("git", arguments), b"")
    }

    /// Runs git with some of its environment set.
    #[track_caller]
    pub(crate) fn git_env<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, env: &[(&str, &str)], arguments: I) -> Ran {
        let mut command = self.program("git", arguments);
        command.envs(env.iter().copied());
        self.run(command, b"")
    }

    /// Runs stanch. What it says may hold no secret.
    #[track_caller]
    pub(crate) fn stanch<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, arguments: I) -> Ran {
        self.run(self.program(STANCH, arguments), b"")
    }

    /// Runs stanch with `input` on its standard input.
    #[track_caller]
    pub(crate) fn stanch_fed<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, input: &[u8], arguments: I) -> Ran {
        self.run(self.program(STANCH, arguments), input)
    }

    /// Asks git something that may well hold a secret, such as a file's content: its standard output, trimmed.
    #[track_caller]
    pub(crate) fn ask<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, arguments: I) -> String {
        let output = self.program("git", arguments).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// A program in this folder, with an environment that is the same on every machine.
    pub(crate) fn program<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, name: &str, arguments: I) -> Command {
        let root = self.root();
        let clock = self.world.clock.get() + 1;
        self.world.clock.set(clock);
        // A second of its own for each commit, so that two that are equal otherwise have ids of their own.
        let date = format!("{} +0000", 1_700_000_000 + clock);
        let mut command = Command::new(name);
        command.args(arguments).current_dir(&self.dir).env_clear();
        command.env("PATH", path_with_stanch()).env("HOME", root.join("home")).env("TMPDIR", root.join("tmp"));
        for (key, value) in [
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_ALLOW_PROTOCOL", "file"),
            ("GIT_EDITOR", "true"),
            ("GIT_SEQUENCE_EDITOR", "true"),
            ("GIT_AUTHOR_NAME", "A. Author"),
            ("GIT_AUTHOR_EMAIL", "author@example.org"),
            ("GIT_COMMITTER_NAME", "C. Committer"),
            ("GIT_COMMITTER_EMAIL", "committer@example.org"),
            ("GIT_AUTHOR_DATE", &date),
            ("GIT_COMMITTER_DATE", &date),
        ] {
            command.env(key, value);
        }
        command
    }

    /// Runs a program to its end. What it says may hold no secret.
    #[track_caller]
    pub(crate) fn run(&self, mut command: Command, input: &[u8]) -> Ran {
        let what = format!("{command:?}");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.process_group(0).spawn().unwrap();
        let group = child.id();
        // A program may well end without reading what it is told.
        child.stdin.take().unwrap().write_all(input).ok();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || tell.send(child.wait_with_output()));
        let Ok(output) = told.recv_timeout(PATIENCE) else {
            Command::new("sh").args(["-c", &format!("kill -KILL -{group}")]).status().unwrap();
            panic!("it hangs: {what}");
        };
        let ran = Ran::new(what, output.unwrap(), &self.root());
        for secret in self.world.secrets.borrow().iter() {
            assert!(!secrets::shows(&ran.stdout, secret) && !secrets::shows(&ran.stderr, secret), "a secret is shown:\n{ran}");
        }
        ran
    }

    /// All that a check may not touch: work tree, index and locks.
    pub(crate) fn state(&self) -> State {
        State::of(&self.dir, &self.git_dir())
    }

    /// The git folder of this work tree.
    pub(crate) fn git_dir(&self) -> PathBuf {
        self.dir.join(self.ask(["rev-parse", "--absolute-git-dir"]))
    }

    /// A new folder for report files; none of them may hold a secret.
    pub(crate) fn reports(&self) -> PathBuf {
        self.root().join("reports")
    }
}

impl Drop for World {
    /// At the end of a flow, no secret may stand in what stanch keeps, in a report, in the home or in a temporary file.
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let root = self.folder.path();
        let kept = |path: &Path| {
            let mut parts = path.components().map(|part| part.as_os_str().as_bytes());
            let first = parts.clone().next().unwrap_or_default();
            [b"home".as_slice(), b"tmp", b"reports"].contains(&first) || parts.any(|part| part == b"stanch")
        };
        for (path, file) in files_below(root) {
            for secret in self.secrets.borrow().iter().filter(|_| kept(&path)) {
                assert!(!secrets::shows(&file.bytes, secret), "a secret is kept in {}", path.display());
            }
        }
    }
}

/// The `PATH` with the folder of the program under test in front.
fn path_with_stanch() -> OsString {
    let mut path = Path::new(STANCH).parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(path_without_stanch());
    path
}

/// The `PATH` of the machine, without folders where a stanch is installed.
pub(crate) fn path_without_stanch() -> OsString {
    let path = std::env::var_os("PATH").unwrap();
    std::env::join_paths(std::env::split_paths(&path).filter(|folder| !folder.join("stanch").exists())).unwrap()
}
