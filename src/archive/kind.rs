//! Kinds of archives, told by their first bytes and never by their names.

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// gzip (RFC 1952).
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// Zstandard (RFC 8878).
    Zstd,
    /// tar, of POSIX or GNU.
    Tar,
    /// zip, and all that is made of it: jar, wheel, docx, xlsx, apk.
    Zip,
    /// A bundle of git.
    Bundle,
    /// A database of `SQLite`.
    Sqlite,
    /// 7z, RAR, cabinets, and what `compress`, lzip and LZ4 make: they are not opened.
    Foreign,
}

/// Where tar says what it is, in bytes from the start.
const TAR_MARK_AT: usize = 257;
/// How many bytes tell every kind.
pub(super) const HEAD_BYTES: u64 = 512;

/// The kind of archive that begins so, if it is one.
pub fn kind(head: &[u8]) -> Option<Kind> {
    match head {
        [0x1F, 0x8B, 8, ..] => Some(Kind::Gzip),
        // A digit for the size of blocks, then the mark of a block or that of the end.
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Some(Kind::Bzip2),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => Some(Kind::Bzip2),
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Kind::Xz),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Kind::Zstd),
        [b'P', b'K', 3, 4, ..] => Some(Kind::Zip),
        _ if head.starts_with(b"SQLite format 3\0") => Some(Kind::Sqlite),
        _ if head.starts_with(b"# v2 git bundle\n") || head.starts_with(b"# v3 git bundle\n") => Some(Kind::Bundle),
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Some(Kind::Foreign),
        [b'R', b'a', b'r', b'!', 0x1A, 0x07, ..] => Some(Kind::Foreign),
        [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => Some(Kind::Foreign),
        [b'L', b'Z', b'I', b'P', 1, ..] | [0x1F, 0x9D, 0x80..=0x90, ..] | [0x04, 0x22, 0x4D, 0x18, ..] => Some(Kind::Foreign),
        _ => head.get(TAR_MARK_AT..).is_some_and(|mark| mark.starts_with(b"ustar")).then_some(Kind::Tar),
    }
}
