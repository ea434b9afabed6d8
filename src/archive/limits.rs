//! How far an archive is opened.

/// How far an archive is opened. Each limit that is hit is a [`super::Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many archives may stand in each other. A `tar.gz` is two.
    pub depth: u32,
    /// How many members one archive may have, those of archives inside it counted too.
    pub members: u64,
    /// How many bytes may come out of one archive.
    pub total_bytes: u64,
    /// How many bytes may come out for each that goes in, once a mebibyte has come out.
    pub ratio: u64,
    /// How large an archive inside another may be that must be held whole, such as a zip in a zip.
    pub held_bytes: u64,
}

impl Limits {
    /// The most that [`Limits::depth`] may be: each level takes memory of its own.
    pub const MAX_DEPTH: u32 = 8;
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 5, members: 10_000, total_bytes: 256 << 20, ratio: 200, held_bytes: 16 << 20 }
    }
}
