//! Private keys of OpenSSH and `PuTTY`.
//!
//! By hand, as both are rows of counted strings: the crate `ssh-key` brings ciphers that nobody here asks for.

use super::text::{lines, unescape};
use super::{Note, Parsed, is_name};
use crate::check::proof::Bytes;
use crate::check::proof::encoding::decode_base64;

/// More keys than this stand in no file; OpenSSH itself writes one.
const MAX_KEYS: u32 = 16;

/// What OpenSSH writes since 2014.
/// <https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key>
pub(super) fn openssh(bytes: &[u8]) -> Option<Parsed> {
    let mut bytes = Bytes(bytes.strip_prefix(b"openssh-key-v1\0")?);
    Some(container(&mut bytes).unwrap_or(Err("its parts do not fit its length")))
}

fn container(bytes: &mut Bytes<'_>) -> Option<Parsed> {
    let cipher = string(bytes)?;
    let (_kdf, _options) = (string(bytes)?, string(bytes)?);
    let count = bytes.u32().filter(|count| (1..=MAX_KEYS).contains(count))?;
    let mut kind = String::new();
    for _ in 0..count {
        kind = name(&mut Bytes(string(bytes)?))?;
    }
    let mut private = Bytes(string(bytes)?);
    if cipher != b"none" {
        return Some(Ok(Note::encrypted(kind)));
    }
    // Two equal numbers, by which OpenSSH knows that a passphrase was right; then the key, which names itself again.
    if private.u32()? != private.u32()? {
        return Some(Err("its two check numbers differ"));
    }
    (name(&mut private)? == kind).then(|| Ok(Note::plain(kind)))
}

/// A key file of `PuTTY`, version 2 or 3.
/// <https://the.earth.li/~sgtatham/putty/0.83/htmldoc/AppendixC.html>
pub(super) fn putty(text: &[u8]) -> Option<Parsed> {
    let text = unescape(text);
    let mut lines = lines(&text).into_iter().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let mut field = |key: &str| {
        let line = lines.next()?.strip_prefix(key.as_bytes())?;
        Some(line.iter().position(|&byte| byte == b':').and_then(|at| line.get(at + 1..))?.trim_ascii().to_vec())
    };
    let algorithm = field("PuTTY-User-Key-File-")?;
    let encrypted = field("Encryption")? != b"none";
    field("Comment")?;
    let public = counted(&field("Public-Lines")?, &mut lines)?;
    let mut next = lines.next()?;
    while next.starts_with(b"Key-Derivation") || next.starts_with(b"Argon2-") {
        next = lines.next()?;
    }
    let private = counted(next.strip_prefix(b"Private-Lines:")?.trim_ascii(), &mut lines)?;
    lines.next().filter(|line| line.starts_with(b"Private-MAC:"))?;
    let kind = name(&mut Bytes(&public)).filter(|kind| kind.as_bytes() == algorithm);
    let Some(kind) = kind else { return Some(Err("its public part is of another kind")) };
    if encrypted {
        return Some(Ok(Note::encrypted(kind)));
    }
    let mut private = Bytes(&private);
    while !private.0.is_empty() {
        if string(&mut private).is_none() {
            return Some(Err("its parts do not fit its length"));
        }
    }
    Some(Ok(Note::plain(kind)))
}

/// The bytes of as many lines of base 64 as `count` says.
fn counted<'t>(count: &[u8], lines: &mut impl Iterator<Item = &'t [u8]>) -> Option<Vec<u8>> {
    let count: u16 = std::str::from_utf8(count).ok()?.parse().ok()?;
    let taken: Vec<&[u8]> = lines.take(count.into()).collect();
    decode_base64(&taken.concat()).filter(|bytes| !bytes.is_empty())
}

/// Bytes behind their length in four bytes (RFC 4251, section 5).
fn string<'b>(bytes: &mut Bytes<'b>) -> Option<&'b [u8]> {
    let length = bytes.u32()?;
    bytes.take(usize::try_from(length).ok()?)
}

/// The name of a kind of key, such as `ssh-ed25519`.
fn name(bytes: &mut Bytes<'_>) -> Option<String> {
    let name = std::str::from_utf8(string(bytes)?).ok()?;
    is_name(name).then(|| name.to_owned())
}
