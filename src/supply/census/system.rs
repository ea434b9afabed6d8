//! What a system says that is installed on it: Debian's and Alpine's databases.

use bstr::{BString, ByteSlice};

use super::package::{Ecosystem, Found, Line};
use super::read::Files;

/// Debian's `status`: what is installed, not what only left its settings behind.
pub(super) fn dpkg(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let text = files.text(path)?;
    let root = root_of(path, "var/lib/dpkg/");
    let system = system(files, &root, "debian");
    let mut lines = Vec::new();
    for (at, paragraph) in paragraphs(&text, ": ") {
        let field = |name: &str| paragraph.iter().find(|(key, _)| *key == name).map(|(_, value)| *value).unwrap_or_default();
        // The files of images without a shell have no such field.
        let is_installed = field("Status").is_empty() || field("Status").ends_with(" installed");
        if !is_installed {
            continue;
        }
        if field("Package").is_empty() || field("Version").is_empty() {
            return Err(format!("line {at}: this package has no name or no version"));
        }
        let mut line = Line::pinned(Ecosystem::Debian, field("Package"), field("Version"), at);
        line.more.insert("arch", field("Architecture").to_owned());
        // Advisories name the source; its version is told where it is another.
        let source = field("Source");
        line.more.insert("upstream", source.replacen(" (", "@", 1).trim_end_matches(')').to_owned());
        name(&mut line, &system);
        lines.push(line);
    }
    Ok(lines.into())
}

/// Alpine's `installed`.
pub(super) fn apk(files: &mut Files<'_>, path: &BString) -> Result<Found, String> {
    let text = files.text(path)?;
    let root = root_of(path, "lib/apk/db/");
    let system = system(files, &root, "alpine");
    let mut lines = Vec::new();
    for (at, paragraph) in paragraphs(&text, ":") {
        let field = |name: &str| paragraph.iter().find(|(key, _)| *key == name).map(|(_, value)| *value).unwrap_or_default();
        if field("P").is_empty() || field("V").is_empty() {
            return Err(format!("line {at}: this package has no name or no version"));
        }
        let mut line = Line::pinned(Ecosystem::Alpine, field("P"), field("V"), at).licensed([field("L").to_owned()]);
        line.more.insert("arch", field("A").to_owned());
        line.more.insert("upstream", Some(field("o")).filter(|origin| *origin != field("P")).unwrap_or_default().to_owned());
        name(&mut line, &system);
        lines.push(line);
    }
    Ok(lines.into())
}

fn name(line: &mut Line, (id, release): &(String, String)) {
    line.more.insert("", id.clone());
    line.more.insert("distro", if release.is_empty() { String::new() } else { format!("{id}-{release}") });
}

/// What stands before a database in its path.
fn root_of(path: &BString, database: &str) -> String {
    path.to_str_lossy().split_once(database).map(|(root, _)| root.to_owned()).unwrap_or_default()
}

/// What a system calls itself, and its release.
fn system(files: &mut Files<'_>, root: &str, fallback: &str) -> (String, String) {
    let (mut id, mut release) = (fallback.to_owned(), String::new());
    let places = ["etc/os-release", "usr/lib/os-release"].map(|place| BString::from(format!("{root}{place}")));
    let text = places.iter().find(|place| files.has(place)).and_then(|place| files.text(place).ok()).unwrap_or_default();
    for line in text.lines() {
        match line.split_once('=') {
            Some(("ID", value)) => value.trim_matches(['"', '\'']).clone_into(&mut id),
            Some(("VERSION_ID", value)) => value.trim_matches(['"', '\'']).clone_into(&mut release),
            _ => {}
        }
    }
    (id, release)
}

/// The paragraphs of a database, with the line of the first field. Lines that go on with a field are left out.
fn paragraphs<'t>(text: &'t str, sign: &str) -> Vec<(usize, Vec<(&'t str, &'t str)>)> {
    let mut all: Vec<(usize, Vec<(&str, &str)>)> = Vec::new();
    let mut is_open = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            is_open = false;
        } else if let Some(field) = line.split_once(sign).filter(|_| !line.starts_with([' ', '\t'])) {
            if !is_open {
                all.push((number + 1, Vec::new()));
                is_open = true;
            }
            if let Some((_, fields)) = all.last_mut() {
                fields.push((field.0, field.1.trim()));
            }
        }
    }
    all
}
