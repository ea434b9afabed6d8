//! husky owns `core.hooksPath` and writes its folder anew at each `npm install`, so stanch stands in the files that
//! husky's own users write: a block at the top of `.husky/<event>`.

use std::fs;
use std::path::{Path, PathBuf};

use super::Event;
use super::install::{Error, Installed, file, write_script};

const BEGIN: &str = "# stanch:begin (`stanch uninstall` takes this block away)\n";
const END: &str = "# stanch:end\n";

/// Whether `core.hooksPath` is husky's: `.husky/_` since version 9, `.husky` before.
pub(super) fn is_husky(hooks_path: &str) -> bool {
    let path = Path::new(hooks_path);
    path.ends_with(".husky/_") || path.ends_with(".husky")
}

/// The folder of the users' own scripts.
fn scripts(hooks_dir: &Path) -> PathBuf {
    let is_inner = hooks_dir.file_name().is_some_and(|name| name == "_");
    if is_inner { hooks_dir.parent().unwrap_or(hooks_dir).to_owned() } else { hooks_dir.to_owned() }
}

pub(super) fn install(hooks_dir: &Path, events: &[Event]) -> Result<Installed, Error> {
    let folder = scripts(hooks_dir);
    let mut installed = Installed { folder: folder.clone(), ..Installed::default() };
    for event in events {
        let path = folder.join(event.name());
        let text = fs::read_to_string(&path).unwrap_or_default();
        if !text.is_empty() {
            installed.chained.push(event.name().to_owned());
        }
        installed.hooks.push(event.name());
        if text.contains(BEGIN) {
            continue;
        }
        let after_shebang = if text.starts_with("#!") { text.find('\n').map_or(text.len(), |end| end + 1) } else { 0 };
        let (shebang, rest) = text.split_at(after_shebang);
        let text = format!("{shebang}{BEGIN}{}{END}{rest}", block(*event));
        // husky runs a script whether or not it is executable, and its mode is its owner's.
        if path.exists() { fs::write(&path, text).map_err(file("write", &path)) } else { write_script(&path, &text) }?;
    }
    Ok(installed)
}

pub(super) fn uninstall(hooks_dir: &Path) -> Result<Vec<String>, Error> {
    let folder = scripts(hooks_dir);
    let mut gone = Vec::new();
    for event in Event::all() {
        let path = folder.join(event.name());
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let Some((before, rest)) = text.split_once(BEGIN) else { continue };
        let after = rest.split_once(END).map_or("", |(_, after)| after);
        if before.is_empty() && after.is_empty() {
            fs::remove_file(&path).map_err(file("remove", &path))?;
        } else {
            fs::write(&path, format!("{before}{after}")).map_err(file("write", &path))?;
        }
        gone.push(event.name().to_owned());
    }
    Ok(gone)
}

/// What stands at the top of a script. Lines that git writes to the hook are read once and given to what follows.
fn block(event: Event) -> String {
    let name = event.name();
    if event.reads_input() {
        return format!(
            "stanch_lines=$(cat)\nprintf '%s\\n' \"$stanch_lines\" | stanch hook {name} \"$@\" || exit $?\nexec 0<<STANCH_LINES\n$stanch_lines\nSTANCH_LINES\n"
        );
    }
    format!("stanch hook {name} \"$@\" || exit $?\n")
}
