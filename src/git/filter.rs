//! What git does to a file between the work tree and its objects: line ends, encodings, filters of its attributes.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use bstr::{BStr, ByteSlice as _};

use super::{Error, Repo};
use crate::model::ObjectId;
use crate::process;

/// The attributes by which git changes a file's bytes (gitattributes(5)).
const ATTRIBUTES: [&str; 6] = ["text", "crlf", "eol", "ident", "filter", "working-tree-encoding"];

impl Repo {
    /// Of each path, whether git may change its bytes on their way into the work tree or out of it.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub fn are_filtered(&self, paths: &[&BStr]) -> Result<Vec<bool>, Error> {
        let converts = self.config("core.autocrlf").is_some_and(|value| !matches!(value.as_str(), "false" | "no" | "off" | "0" | ""));
        if converts || paths.is_empty() {
            return Ok(vec![true; paths.len()]);
        }
        let input: Vec<u8> = paths.iter().flat_map(|path| path.iter().chain(b"\0")).copied().collect();
        let arguments: Vec<&str> = ["check-attr", "-z", "--stdin"].into_iter().chain(ATTRIBUTES).collect();
        let said = self.at_root(&arguments, Some(&input), "read attributes")?;
        // Each answer is a path, an attribute and its value.
        let fields: Vec<&[u8]> = said.split_str("\0").collect();
        let is_said = |answer: &&[&[u8]]| matches!(answer, [_, _, value] if *value != b"unspecified" && *value != b"unset");
        let filtered: BTreeSet<&[u8]> = fields.chunks_exact(3).filter(is_said).filter_map(|answer| answer.first().copied()).collect();
        Ok(paths.iter().map(|path| filtered.contains(path.as_bytes())).collect())
    }

    /// The blob that `git add` would make of a file's bytes, stored.
    ///
    /// # Errors
    /// If a filter fails.
    pub fn clean(&self, path: &BStr, bytes: &[u8]) -> Result<ObjectId, Error> {
        let mut option = OsString::from("--path=");
        option.push(path.to_os_str_lossy());
        let arguments = ["hash-object".into(), "-w".into(), "--stdin".into(), option];
        let said = self.at_root(&arguments, Some(bytes), "store a file through its filters")?;
        ObjectId::from_hex(said.trim()).ok_or(Error::Git { doing: "store a file through its filters", said: String::new() })
    }

    /// The bytes that `git checkout` would make of a blob.
    ///
    /// # Errors
    /// If a filter fails.
    pub fn smudge(&self, path: &BStr, blob: ObjectId) -> Result<Vec<u8>, Error> {
        let mut option = OsString::from("--path=");
        option.push(path.to_os_str_lossy());
        let arguments = ["cat-file".into(), "--filters".into(), option, blob.to_string().into()];
        self.at_root(&arguments, None, "write a blob through its filters")
    }

    /// Asks git at the root of the work tree, whose attributes it then reads.
    fn at_root<A: Into<OsString> + Clone>(&self, arguments: &[A], input: Option<&[u8]>, doing: &'static str) -> Result<Vec<u8>, Error> {
        let folder = self.work_dir().unwrap_or(Path::new("."));
        let option = |name: &str, path: &Path| {
            let mut option = OsString::from(name);
            option.push(path);
            option
        };
        let mut all = vec![option("--git-dir=", self.git_dir()), option("--work-tree=", folder), "--no-replace-objects".into()];
        all.extend(arguments.iter().cloned().map(Into::into));
        let answer = process::ask(Path::new("git"), &all, folder, input)?;
        if answer.status.success() {
            return Ok(answer.stdout);
        }
        Err(Error::Git { doing, said: String::from_utf8_lossy(&answer.stderr).trim().to_owned() })
    }
}
