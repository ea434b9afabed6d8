//! A single text: a commit message being written, or standard input.

use std::path::{Path, PathBuf};

use bstr::BString;

use super::{Error, FarReader, Reader, Source};
use crate::model::{Candidate, Coverage, Origin, Since};

/// The file of a commit message.
#[derive(Debug)]
pub struct MessageFile {
    /// The file.
    pub path: PathBuf,
}

impl Source for MessageFile {
    fn subject(&self) -> String {
        "the commit message".to_owned()
    }

    fn list(&self, emit: &mut dyn FnMut(Candidate)) -> Result<Coverage, Error> {
        let path = BString::from(self.path.clone().into_os_string().into_encoded_bytes());
        emit(Candidate { path, origin: Origin::Message, id: None, mode: None, since: Since::Nothing });
        Ok(Coverage::default())
    }

    fn reader(&self) -> Result<Reader<'_>, Error> {
        Ok(Reader::of_files(Path::new("")))
    }

    fn far_reader(&self) -> Result<FarReader, Error> {
        Ok(FarReader::of_files(Path::new("")))
    }
}

/// Standard input.
#[derive(Debug)]
pub struct Stdin {
    /// The name that findings give it.
    pub name: BString,
}

impl Source for Stdin {
    fn subject(&self) -> String {
        "standard input".to_owned()
    }

    fn list(&self, emit: &mut dyn FnMut(Candidate)) -> Result<Coverage, Error> {
        emit(Candidate { path: self.name.clone(), origin: Origin::Stdin, id: None, mode: None, since: Since::Nothing });
        Ok(Coverage::default())
    }

    fn reader(&self) -> Result<Reader<'_>, Error> {
        Ok(Reader::of_files(Path::new("")))
    }

    fn far_reader(&self) -> Result<FarReader, Error> {
        Ok(FarReader::of_files(Path::new("")))
    }
}
