//! Values that look live, put together when a test runs, so that no file of ours holds one.

/// What npm's access tokens begin with.
const PREFIX: &str = "npm_";
/// How many characters follow, before the checksum.
const BODY: usize = 30;
/// How many characters the checksum has.
const CHECKSUM: usize = 6;
/// How much of a value shown anywhere counts as the value shown.
const TELLING: usize = 8;

/// The token of a number: always the same one.
pub(crate) fn secret(number: usize) -> String {
    let set: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').collect();
    let mut dice = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(number as u64 + 1);
    let body: String = (0..BODY)
        .map(|_| {
            // Marsaglia's xorshift64.
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            set[(dice >> 33) as usize % set.len()]
        })
        .collect();
    let checksum = checksum(body.as_bytes());
    format!("{PREFIX}{body}{checksum}")
}

/// The CRC-32 of the body in base 62, as npm and GitHub write it.
fn checksum(body: &[u8]) -> String {
    let digits: Vec<char> = ('0'..='9').chain('A'..='Z').chain('a'..='z').collect();
    let mut number = crc32fast::hash(body) as usize;
    let mut written: Vec<char> = (0..CHECKSUM)
        .map(|_| {
            let digit = digits[number % digits.len()];
            number /= digits.len();
            digit
        })
        .collect();
    written.reverse();
    written.into_iter().collect()
}

/// Whether `bytes` hold any telling part of a value.
pub(super) fn shows(bytes: &[u8], value: &str) -> bool {
    let body = value.as_bytes().get(PREFIX.len()..).unwrap_or_default();
    body.windows(TELLING).any(|part| bstr::ByteSlice::contains_str(bytes, part))
}
