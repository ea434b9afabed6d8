//! Private keys of PGP (RFC 9580), of which the armour, the head of the first packet and the checksum are read.
//!
//! By hand: a crate that knows the whole of it takes longer to build than all the rest of stanch.

use super::text::Text;
use super::{Note, Parsed};
use crate::check::proof::Bytes;
use crate::check::proof::encoding::decode_base64;

const SECRET_KEY: u8 = 5;
const SECRET_SUBKEY: u8 = 7;

/// What stands between the lines of the armour; `None` where it is cut off or begins with something else.
pub(super) fn block(text: &Text) -> Option<Parsed> {
    let (body, sum) = text.split_checksum();
    let bytes = decode_base64(&body.joined())?;
    let parsed = packet(&mut Bytes(&bytes))?;
    let [_, computed @ ..] = crc24(&bytes).to_be_bytes();
    if sum.is_some_and(|sum| data_encoding::BASE64.encode(&computed).as_bytes() != sum) {
        return Some(Err("its checksum does not agree"));
    }
    Some(parsed)
}

/// RFC 9580, section 6.1.1.
fn crc24(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(0x00B7_04CE, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte) << 16, |sum: u32, _| if sum & 0x0080_0000 == 0 { sum << 1 } else { sum << 1 ^ 0x0186_4CFB })
    });
    sum & 0x00FF_FFFF
}

/// The first packet: a private key, and whether a passphrase protects it.
fn packet(bytes: &mut Bytes<'_>) -> Option<Parsed> {
    let head = bytes.byte()?;
    let new = head & 0x40 != 0;
    let tag = if new { head & 0x3F } else { head >> 2 & 0x0F };
    if head & 0x80 == 0 || !matches!(tag, SECRET_KEY | SECRET_SUBKEY) {
        return None;
    }
    let length = length(bytes, new, head & 0x03)?;
    let mut body = Bytes(bytes.take(length)?);
    let version = body.byte()?;
    let _created = body.u32()?;
    let algorithm = match version {
        4 => body.byte()?,
        5 | 6 => {
            let algorithm = body.byte()?;
            let public = body.u32()?;
            body.take(usize::try_from(public).ok()?)?;
            return Some(Ok(note(algorithm, body.byte()?)));
        }
        _ => return Some(Ok(Note::plain("PGP"))),
    };
    Some(Ok(skip_public(&mut body, algorithm).and_then(|()| body.byte()).map_or_else(|| Note::plain("PGP"), |use_| note(algorithm, use_))))
}

/// How long the body of a packet is, in the new form of heads or in the old one, whose last two bits say the width.
fn length(bytes: &mut Bytes<'_>, new: bool, width: u8) -> Option<usize> {
    let length = match (new, width) {
        (false, 0) => u32::from(bytes.byte()?),
        (false, 1) => u32::from(bytes.u16()?),
        (false, 2) => bytes.u32()?,
        (false, _) => return Some(bytes.0.len()),
        (true, _) => match bytes.byte()? {
            short @ 0..192 => u32::from(short),
            long @ 192..224 => ((u32::from(long) - 192) << 8) + u32::from(bytes.byte()?) + 192,
            255 => bytes.u32()?,
            // In parts, which no key has.
            _ => return None,
        },
    };
    usize::try_from(length).ok()
}

/// Steps over the public numbers of a key.
fn skip_public(body: &mut Bytes<'_>, algorithm: u8) -> Option<()> {
    let (curve, numbers, derivation) = match algorithm {
        1..=3 => (false, 2, false),
        16 => (false, 3, false),
        17 => (false, 4, false),
        18 => (true, 1, true),
        19 | 22 => (true, 1, false),
        _ => return None,
    };
    if curve {
        let length = body.byte()?;
        body.take(length.into())?;
    }
    for _ in 0..numbers {
        let bits = usize::from(body.u16()?);
        body.take(bits.div_ceil(8))?;
    }
    if derivation {
        let length = body.byte()?;
        body.take(length.into())?;
    }
    Some(())
}

fn note(algorithm: u8, protection: u8) -> Note {
    let kind = match algorithm {
        1..=3 => "PGP, RSA",
        16 => "PGP, Elgamal",
        17 => "PGP, DSA",
        18 | 19 => "PGP, EC",
        22 | 27 => "PGP, Ed25519",
        _ => "PGP",
    };
    if protection == 0 { Note::plain(kind) } else { Note::encrypted(kind) }
}
