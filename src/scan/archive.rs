//! Archives, told by their first bytes. They are searched as bytes and not opened.

/// The first bytes of gzip, bzip2, xz, zstd, 7z, RAR and of zip with all that is made of it (jar, whl, docx, apk).
const MAGIC: [&[u8]; 7] = [
    &[0x1F, 0x8B],
    b"BZh",
    &[0xFD, b'7', b'z', b'X', b'Z', 0],
    &[0x28, 0xB5, 0x2F, 0xFD],
    b"7z\xBC\xAF\x27\x1C",
    b"Rar!\x1A\x07",
    b"PK\x03\x04",
];

/// Whether a blob that begins so is a compressed archive.
pub(super) fn is_archive(head: &[u8]) -> bool {
    MAGIC.iter().any(|magic| head.starts_with(magic))
}
