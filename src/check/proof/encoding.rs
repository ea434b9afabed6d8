//! Alphabets, and the checksums that some of them carry. Cost: one pass; base 58 is quadratic, in at most 128 characters.

use bstr::ByteSlice as _;
use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD};
use sha2::{Digest as _, Sha256};

use super::Proven;
use crate::check::stand_in;

/// The longest text in base 58 that is looked at; extended keys have 111 characters.
const MAX_BASE58_BYTES: usize = 128;

/// The first bytes of Bitcoin's extended private keys and their names. SLIP-132 lists them.
const EXTENDED: &[([u8; 4], &str)] = &[
    ([0x04, 0x88, 0xAD, 0xE4], "xprv"),
    ([0x04, 0x9D, 0x78, 0x78], "yprv"),
    ([0x04, 0xB2, 0x43, 0x0C], "zprv"),
    ([0x02, 0x95, 0xB0, 0x05], "Yprv"),
    ([0x02, 0xAA, 0x7A, 0x99], "Zprv"),
    ([0x04, 0x35, 0x83, 0x94], "tprv"),
    ([0x04, 0x4A, 0x4E, 0x28], "uprv"),
    ([0x04, 0x5F, 0x18, 0xBC], "vprv"),
];

/// Base 64 of whole bytes, as an encoder writes it: in either alphabet, with all of its padding or none. What it encodes may
/// be seen to be no secret.
pub(super) fn base64(value: &[u8]) -> Proven {
    if let Some(bytes) = decode_base64(value).filter(|bytes| !bytes.is_empty()) {
        if bytes.starts_with(b"-----BEGIN CERTIFICATE") {
            return Proven::Void("it encodes a certificate, which is public");
        }
        // A structure may hold a secret, among other words.
        let is_word = bytes.trim_ascii().iter().all(|&byte| byte.is_ascii_graphic() && byte != b'{');
        if is_word && stand_in::of(bytes.trim_ascii()).is_some() {
            return Proven::Void("what it encodes is no secret by its form");
        }
        return Proven::Fits(Some(format!("{} bytes", bytes.len())));
    }
    let body = value.trim_end_with(|padding| padding == '=');
    let in_alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    // No encoder writes bits that are left over or half a padding, but many decoders take them.
    let decodes = !body.is_empty() && body.len() % 4 != 1 && body.iter().all(in_alphabet);
    if decodes { Proven::Silent } else { Proven::Void("it is not base64 of whole bytes") }
}

/// Decodes base 64 in either alphabet, with all of its padding or none; the bits that are left over must be zero.
pub(super) fn decode_base64(value: &[u8]) -> Option<Vec<u8>> {
    let body = value.strip_suffix(b"==").or_else(|| value.strip_suffix(b"=")).unwrap_or(value);
    if body.len() != value.len() && !value.len().is_multiple_of(4) {
        return None;
    }
    let url = body.iter().any(|byte| matches!(byte, b'-' | b'_'));
    if url { BASE64URL_NOPAD.decode(body).ok() } else { BASE64_NOPAD.decode(body).ok() }
}

/// Base 58 whose last four bytes are the start of a SHA-256 of a SHA-256: keys of Bitcoin and its kin.
pub(super) fn base58check(value: &[u8]) -> Proven {
    if value.len() > MAX_BASE58_BYTES {
        return Proven::Silent;
    }
    let pinned = match value.len() {
        51 => value.starts_with(b"5") || value.starts_with(b"9"),
        52 => matches!(value.first(), Some(b'K' | b'L' | b'c')),
        111 => EXTENDED.iter().any(|(_, name)| value.starts_with(name.as_bytes())),
        _ => false,
    };
    let bytes = bs58::decode(value).into_vec().ok();
    let parts = bytes.as_deref().and_then(<[u8]>::split_last_chunk::<4>);
    let agrees = |&(body, sum): &(&[u8], &[u8; 4])| Sha256::digest(Sha256::digest(body)).starts_with(sum);
    let Some((body, _)) = parts.filter(agrees) else { return Proven::sum(false, pinned) };
    match (body.len(), body.first()) {
        (33 | 34, Some(0x80)) => Proven::Passed(Some("main network".to_owned())),
        (33 | 34, Some(0xEF)) => Proven::Passed(Some("test network".to_owned())),
        (78, _) => match EXTENDED.iter().find(|(version, _)| body.starts_with(version)) {
            Some((_, name)) => Proven::Passed(Some(format!("extended key, {name}"))),
            None => Proven::Fits(None),
        },
        // Addresses and public keys have the same checksum.
        _ => Proven::Fits(None),
    }
}

/// Bech32 with its checksum: keys of age and Nostr. Texts with another prefix may be public and only fit.
pub(super) fn bech32(value: &[u8]) -> Proven {
    let Ok(text) = std::str::from_utf8(value) else { return Proven::Silent };
    let starts = |prefix: &str| value.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()));
    let secret = match value.len() {
        63 => starts("nsec1"),
        74 => starts("age-secret-key-1"),
        77 => starts("age-secret-key-pq-1"),
        _ => false,
    };
    match (bech32::primitives::decode::CheckedHrpstring::new::<bech32::Bech32>(text), secret) {
        (Ok(_), true) => Proven::Passed(None),
        (Ok(_), false) => Proven::Fits(None),
        // Post-quantum keys are young, and their length is not sure to stay.
        (Err(_), _) => Proven::sum(false, secret && value.len() != 77),
    }
}

/// A seed of NATS: base 32, its kind in the first bytes, a CRC-16 in the last two.
pub(super) fn nkey(value: &[u8]) -> Proven {
    if value.len() != 58 {
        return Proven::Silent;
    }
    let kind = match value {
        [b'S', b'U', ..] => "user",
        [b'S', b'A', ..] => "account",
        [b'S', b'O', ..] => "operator",
        [b'S', b'N', ..] => "server",
        [b'S', b'C', ..] => "cluster",
        [b'S', b'X', ..] => "curve",
        _ => return Proven::Silent,
    };
    let Ok(bytes) = BASE32_NOPAD.decode(value) else { return Proven::Silent };
    let Some((body, sum)) = bytes.split_last_chunk::<2>() else { return Proven::Silent };
    if crc16(body).to_le_bytes() == *sum { Proven::Passed(Some(format!("{kind} seed"))) } else { Proven::Silent }
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, &byte| {
        (0..8).fold(sum ^ (u16::from(byte) << 8), |sum: u16, _| if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ 0x1021 })
    })
}

/// Digits, grouped or not, whose last one is the check digit of ISO/IEC 7812. One number in ten has it by chance.
pub(super) fn luhn(value: &[u8]) -> Proven {
    let digits: Vec<u8> = value.iter().filter(|byte| byte.is_ascii_digit()).map(|digit| digit - b'0').collect();
    if !(12..=19).contains(&digits.len()) || !value.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-')) {
        return Proven::Silent;
    }
    let sum: u32 = digits.iter().rev().enumerate().map(|(place, &digit)| weighed(digit, place % 2 == 1)).sum();
    if sum.is_multiple_of(10) { Proven::Fits(None) } else { Proven::Failed("its check digit does not agree") }
}

fn weighed(digit: u8, doubled: bool) -> u32 {
    let digit = u32::from(digit);
    match (doubled, digit) {
        (false, _) => digit,
        (true, 0..5) => digit * 2,
        (true, _) => digit * 2 - 9,
    }
}
