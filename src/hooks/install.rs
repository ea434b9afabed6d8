//! Coming and going. What was there is renamed beside ours and runs after it; going puts it back byte for byte.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::survey::{aside, calls_aside};
use super::{Event, husky};
use crate::process;

/// The script of `hooks/`, the same under every name.
pub const SCRIPT: &str = include_str!("../../hooks/pre-commit");
/// What a hook that was there before is renamed to, after its own name.
pub const KEPT: &str = ".stanch-kept";
/// Beside our scripts, when they stand in front of another folder of hooks: its path.
const FRONT_OF: &str = "front-of";
/// The configuration as it was before we came, and as we left it.
const CONFIG_BEFORE: &str = "config.before";
const CONFIG_AFTER: &str = "config.after";

/// What stops an installation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file's part.
    #[error("cannot {doing} `{}`", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program's part.
    #[error(transparent)]
    Process(#[from] process::Error),
    /// A hook that was kept earlier would be lost.
    #[error("there are two hooks to keep: `{}` and `{}`", path.display(), kept.display())]
    InTheWay {
        /// The hook that stands where ours should.
        path: PathBuf,
        /// The one that is kept already.
        kept: PathBuf,
    },
    /// git does not take a setting.
    #[error("`git config` refused to set `{key}`: {said}")]
    Config {
        /// The setting.
        key: &'static str,
        /// What git said.
        said: String,
    },
}

/// Where things are in a repository.
#[derive(Clone, Debug)]
pub struct Places {
    /// The git folder that all linked work trees share.
    pub common_dir: PathBuf,
    /// The root of the work tree; none in a bare repository.
    pub work_dir: Option<PathBuf>,
    /// What `core.hooksPath` says, in whichever file.
    pub hooks_path: Option<String>,
    /// This program.
    pub binary: PathBuf,
}

impl Places {
    /// What stanch keeps of this repository.
    fn own(&self) -> PathBuf {
        self.common_dir.join("stanch")
    }

    /// The folder of our scripts when they stand in front of another one.
    fn front(&self) -> PathBuf {
        self.own().join("hooks")
    }

    /// Where `git config --local` writes.
    fn config(&self) -> PathBuf {
        self.common_dir.join("config")
    }

    /// The folder from which git calls hooks now.
    pub fn hooks_dir(&self) -> PathBuf {
        match &self.hooks_path {
            Some(path) => self.work_dir.as_ref().unwrap_or(&self.common_dir).join(path),
            None => self.common_dir.join("hooks"),
        }
    }
}

/// What an installation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Installed {
    /// The folder of our scripts.
    pub folder: PathBuf,
    /// Names of hooks under which we stand now.
    pub hooks: Vec<&'static str>,
    /// Names of hooks that were there before and run after ours.
    pub chained: Vec<String>,
}

/// Installs stanch for `events`. Doing it again changes nothing.
///
/// # Errors
/// If a file cannot be written, or git does not take a setting.
pub fn install(places: &Places, events: &[Event]) -> Result<Installed, Error> {
    let is_untouched = remember_config(places)?;
    configure(places, "stanch.binary", &places.binary)?;
    let installed = match &places.hooks_path {
        None => into_folder(&places.hooks_dir(), events.iter().copied()),
        Some(path) if husky::is_husky(path) => husky::install(&places.hooks_dir(), events),
        Some(_) if places.hooks_dir() == places.front() => into_folder(&places.front(), events.iter().copied()),
        Some(path) => in_front_of(places, path, events),
    }?;
    if is_untouched {
        note_config(places)?;
    }
    Ok(installed)
}

/// Takes stanch away and puts back what was there. Names the hooks that it took away.
///
/// # Errors
/// If a file cannot be written.
pub fn uninstall(places: &Places) -> Result<Vec<String>, Error> {
    let mut gone = Vec::new();
    for folder in [places.common_dir.join("hooks"), places.hooks_dir()] {
        gone.extend(out_of_folder(&folder)?);
    }
    if let Some(path) = &places.hooks_path
        && husky::is_husky(path)
    {
        gone.extend(husky::uninstall(&places.hooks_dir())?);
    }
    if places.front().is_dir() {
        fs::remove_dir_all(places.front()).map_err(file("remove", &places.front()))?;
    }
    restore_config(places)?;
    gone.sort();
    gone.dedup();
    Ok(gone)
}

/// The hook that our script stands in front of: beside it under its kept name, or in the folder it names.
pub fn kept_hook(script: &Path, event: Event, work_dir: &Path) -> Option<PathBuf> {
    let folder = script.parent()?;
    let beside = folder.join(format!("{}{KEPT}", event.name()));
    if beside.is_file() {
        // Once it moved us aside, a manager's earlier script would call us, and we it, without end.
        let is_aside = script.file_name().is_some_and(|name| name != event.name());
        return Some(beside).filter(|path| is_executable(path) && !(is_aside && calls_aside(path)));
    }
    let other = fs::read_to_string(folder.join(FRONT_OF)).ok()?;
    Some(work_dir.join(other.trim_end_matches('\n')).join(event.name())).filter(|path| is_executable(path))
}

/// Whether a file of a hooks folder is our script, of whichever version.
pub(super) fn is_ours(path: &Path) -> bool {
    fs::read_to_string(path)
        .is_ok_and(|text| text == SCRIPT || (text.lines().count() <= 15 && text.contains(" hook --script \"$0\" \"${0##*/}\"")))
}

/// Whether git would run it.
#[cfg(unix)]
pub(super) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Whether git would run it.
#[cfg(not(unix))]
pub(super) fn is_executable(path: &Path) -> bool {
    path.is_file()
}

pub(super) fn file<'p>(doing: &'static str, path: &'p Path) -> impl Fn(io::Error) -> Error + 'p {
    move |source| Error::File { doing, path: path.to_owned(), source }
}

pub(super) fn write_script(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(file("write", path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(file("make executable", path))?;
    }
    Ok(())
}

/// Writes our script under each name; what has the name already is kept beside it.
fn into_folder(folder: &Path, events: impl Iterator<Item = Event>) -> Result<Installed, Error> {
    fs::create_dir_all(folder).map_err(file("create", folder))?;
    let mut installed = Installed { folder: folder.to_owned(), ..Installed::default() };
    let places: Vec<(Event, Place)> = events.map(|event| (event, Place::new(folder, event))).collect();
    if let Some((_, Place { path, kept })) = places.iter().find(|(_, place)| place.would_lose_a_hook()) {
        return Err(Error::InTheWay { path: path.clone(), kept: kept.clone() });
    }
    for (event, place) in places {
        let Place { path, kept } = &place;
        installed.hooks.push(event.name());
        if place.is_called_aside() {
            installed.chained.push(event.name().to_owned());
            continue;
        }
        if exists(path) && !is_ours(path) {
            place.leave_aside()?;
            fs::rename(path, kept).map_err(file("rename", path))?;
        }
        if kept.exists() {
            installed.chained.push(event.name().to_owned());
        }
        write_script(path, SCRIPT)?;
    }
    Ok(installed)
}

fn out_of_folder(folder: &Path) -> Result<Vec<String>, Error> {
    let mut gone = Vec::new();
    for event in Event::all() {
        let place = Place::new(folder, event);
        let Place { path, kept } = &place;
        let was_aside = place.leave_aside()?;
        let was_here = is_ours(path);
        if was_here {
            fs::remove_file(path).map_err(file("remove", path))?;
            if exists(kept) {
                fs::rename(kept, path).map_err(file("rename", kept))?;
            }
        } else if was_aside && exists(kept) {
            fs::remove_file(kept).map_err(file("remove", kept))?;
        }
        if was_here || was_aside {
            gone.push(event.name().to_owned());
        }
    }
    Ok(gone)
}

/// The place of one hook in a folder.
struct Place {
    path: PathBuf,
    kept: PathBuf,
}

impl Place {
    fn new(folder: &Path, event: Event) -> Self {
        Self { path: folder.join(event.name()), kept: folder.join(format!("{}{KEPT}", event.name())) }
    }

    /// Our script where a manager moved it aside.
    fn ours_aside(&self) -> Option<PathBuf> {
        aside(&self.path).find(|aside| is_ours(aside))
    }

    /// Whether a manager stands here that moved our script aside and calls it: there we stay.
    fn is_called_aside(&self) -> bool {
        calls_aside(&self.path) && self.ours_aside().is_some()
    }

    /// Whether the manager whose hook we keep has come again, so that what we keep is only an older copy.
    fn is_outdated(&self) -> bool {
        calls_aside(&self.kept) && calls_aside(&self.path)
    }

    fn would_lose_a_hook(&self) -> bool {
        let two = exists(&self.path) && !is_ours(&self.path) && exists(&self.kept);
        two && self.ours_aside().is_none() && !self.is_outdated()
    }

    /// Takes our script away where a manager that stands here now moved it aside, and leaves the manager what it would
    /// have moved aside without us. Tells whether there was one.
    fn leave_aside(&self) -> Result<bool, Error> {
        let Some(aside) = self.ours_aside() else { return Ok(false) };
        fs::remove_file(&aside).map_err(file("remove", &aside))?;
        if exists(&self.kept) && !is_ours(&self.path) && !self.is_outdated() {
            fs::rename(&self.kept, &aside).map_err(file("rename", &self.kept))?;
        }
        Ok(true)
    }
}

/// Whether there is a file or a link, be it to nowhere.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Puts a folder of our scripts in front of the one that `core.hooksPath` names. Each hook that the other folder
/// holds gets a script, also those for which we have nothing to look at: git would not find them any more.
fn in_front_of(places: &Places, path: &str, events: &[Event]) -> Result<Installed, Error> {
    let other = places.hooks_dir();
    let wanted = Event::all().filter(|event| events.contains(event) || is_executable(&other.join(event.name())));
    let mut installed = into_folder(&places.front(), wanted)?;
    let front_of = places.front().join(FRONT_OF);
    fs::write(&front_of, format!("{path}\n")).map_err(file("write", &front_of))?;
    configure(places, "core.hooksPath", &places.front())?;
    installed.chained =
        Event::all().filter(|event| is_executable(&other.join(event.name()))).map(|event| event.name().to_owned()).collect();
    Ok(installed)
}

fn configure(places: &Places, key: &'static str, value: &Path) -> Result<(), Error> {
    let (file, value) = (places.config().into_os_string(), value.as_os_str().to_owned());
    let arguments = ["config".into(), "--file".into(), file, key.into(), value];
    let answer = process::ask(Path::new("git"), &arguments, &places.common_dir, None)?;
    if answer.status.success() {
        return Ok(());
    }
    Err(Error::Config { key, said: String::from_utf8_lossy(&answer.stderr).trim().to_owned() })
}

/// Keeps the configuration as it is before we touch it. Tells whether going may still put that back whole: not once
/// somebody else has changed the configuration since we came.
fn remember_config(places: &Places) -> Result<bool, Error> {
    let (own, config) = (places.own(), places.config());
    let before = own.join(CONFIG_BEFORE);
    if before.exists() {
        let now = fs::read(&config).map_err(file("read", &config))?;
        return Ok(fs::read(own.join(CONFIG_AFTER)).is_ok_and(|after| after == now));
    }
    fs::create_dir_all(&own).map_err(file("create", &own))?;
    fs::copy(&config, &before).map_err(file("copy", &config))?;
    Ok(true)
}

fn note_config(places: &Places) -> Result<(), Error> {
    let config = places.config();
    fs::copy(&config, places.own().join(CONFIG_AFTER)).map(drop).map_err(file("copy", &config))
}

/// Puts the configuration back as it was if nobody else has touched it, else takes out our settings alone.
fn restore_config(places: &Places) -> Result<(), Error> {
    let (own, config) = (places.own(), places.config());
    let (before, after) = (own.join(CONFIG_BEFORE), own.join(CONFIG_AFTER));
    let Ok(original) = fs::read(&before) else { return Ok(()) };
    let now = fs::read(&config).map_err(file("read", &config))?;
    if fs::read(&after).is_ok_and(|after| after == now) {
        fs::write(&config, original).map_err(file("write", &config))?;
    } else {
        let unset = |key: &str| {
            let arguments = ["config".into(), "--file".into(), config.clone().into_os_string(), "--unset".into(), key.into()];
            process::ask(Path::new("git"), &arguments, &places.common_dir, None)
        };
        unset("stanch.binary")?;
        if places.hooks_path.as_ref().is_some_and(|path| Path::new(path) == places.front()) {
            let asked = ["config".into(), "--file".into(), before.clone().into_os_string(), "core.hooksPath".into()];
            let earlier = process::ask::<std::ffi::OsString>(Path::new("git"), &asked, &places.common_dir, None)?;
            if earlier.status.success() {
                configure(places, "core.hooksPath", Path::new(String::from_utf8_lossy(&earlier.stdout).trim()))?;
            } else {
                unset("core.hooksPath")?;
            }
        }
    }
    for path in [before, after] {
        fs::remove_file(&path)
            .or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
            .map_err(file("remove", &path))?;
    }
    Ok(())
}
