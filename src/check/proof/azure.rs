//! Azure's keys that name their service: a signature in the text and a Marvin checksum beside it. Cost: one pass over at
//! most 88 characters for each seed of the service, seven at most.
//!
//! The seeds and the checksum are those of <https://github.com/microsoft/security-utilities>.

use super::Proven;
use super::encoding::decode_base64;

/// A service: its signature, its name, and the eight-letter seeds of its kinds of keys.
type Service = (&'static [u8; 4], &'static str, &'static [[u8; 8]]);

/// The services whose keys have 64, 40, 39 or 32 bytes.
const SERVICES: &[Service] = &[
    (b"+ASt", "Azure Storage", &[*b"Default0"]),
    (b"ACDb", "Azure Cosmos DB", COSMOS),
    (b"+ABa", "Azure Batch", &[*b"AbAcct00"]),
    (b"+AMC", "Azure Machine Learning", &[*b"Classic0"]),
    (b"APIM", "Azure API Management", &[*b"Tenant00", *b"IoTHub00", *b"Gatewy00", *b"GitKey00"]),
    (b"AIoT", "Azure IoT", &[*b"IoTHub00", *b"DpsKey00", *b"Device00"]),
    (b"+ASb", "Azure Service Bus", MESSAGING),
    (b"+AEh", "Azure Event Hubs", MESSAGING),
    (b"+ARm", "Azure Relay", MESSAGING),
    (b"AzCa", "Azure Cache for Redis", &[*b"Access00"]),
    (b"AZEG", "Azure Event Grid", &[*b"SendRecv"]),
    (b"AzFu", "Azure Functions", &[*b"Master00", *b"System00", *b"Functi00"]),
    (b"AzSe", "Azure AI Search", &[*b"Query000", *b"PAdmin00"]),
    (b"+ACR", "Azure Container Registry", &[*b"ACRDflt0"]),
];
const COSMOS: &[[u8; 8]] = &[*b"MastRW00", *b"MastRO00", *b"SysAll00", *b"SystRO00", *b"SystRW00", *b"Encryp00", *b"Resour00"];
const MESSAGING: &[[u8; 8]] = &[*b"Send0000", *b"Listen00", *b"Manage00", *b"System00", *b"Unknown0"];

/// The seed of what names no kind.
const DEFAULT_SEED: [u8; 8] = *b"Default0";
/// The alphabet of Entra's client secrets, in the order of its checksum.
const ENTRA: &[u8; 66] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key of 64, 40, 39 or 32 bytes in base 64. Newer ones hold a signature and a checksum; older ones fit.
///
/// The check may fail for storage alone, which has one kind of key; the other services may have kinds unknown here.
pub(super) fn key(value: &[u8]) -> Proven {
    let signature_at = match value.len() {
        88 => 76,
        56 => 44,
        52 => 42,
        44 => 33,
        _ => return Proven::Silent,
    };
    let Some(bytes) = decode_base64(value) else { return Proven::Silent };
    let signature = value.get(signature_at..signature_at + 4);
    let Some((signature, name, seeds)) = SERVICES.iter().find(|(known, ..)| signature == Some(known.as_slice())) else {
        return Proven::Fits(None);
    };
    let Some((body, sum)) = bytes.split_last_chunk::<4>() else { return Proven::Silent };
    if seeds.iter().any(|seed| marvin(body, *seed).to_le_bytes() == *sum) {
        return Proven::Passed(Some(format!("{name} key")));
    }
    if *signature == b"+ASt" && value.len() == 88 {
        return Proven::Failed("its checksum does not agree");
    }
    Proven::Fits(None)
}

/// A common annotated security key: `JQQJ99` at character 52, a year and a month, the service's mark at 76, and four
/// characters of checksum. Keys in the vendor's own tests carry other checksums, so that it may pass and not fail.
pub(super) fn cask(value: &[u8]) -> Proven {
    let Some((head, sum)) = value.split_at_checked(80).filter(|(_, sum)| sum.len() >= 4) else { return Proven::Silent };
    let month = value.get(59).copied().unwrap_or(0);
    if value.get(52..58) != Some(b"JQQJ99") || !(b'A'..=b'L').contains(&month) || !head.iter().all(u8::is_ascii_alphanumeric) {
        return Proven::Silent;
    }
    let made = made(value).map(|made| format!("made {made}"));
    let Some(bytes) = decode_base64(head) else { return Proven::Fits(made) };
    let computed = marvin(&bytes, DEFAULT_SEED).to_le_bytes();
    let mut number = u32::from_be_bytes(computed);
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(nth(BASE62, number % 62));
        number /= 62;
    }
    digits.reverse();
    digits.resize(6, b'0');
    let plain = data_encoding::BASE64.encode(&computed);
    let sum = sum.get(..4);
    if sum == digits.get(..4) || sum == plain.as_bytes().get(..4) { Proven::Passed(made) } else { Proven::Fits(made) }
}

/// The year and the month in an annotated key: letters that count from 2024 and from January.
fn made(value: &[u8]) -> Option<String> {
    let year = value.get(58).filter(|year| year.is_ascii_uppercase())?;
    let month = value.get(59)?.checked_sub(b'A')? + 1;
    Some(format!("{}-{month:02}", 2024 + u32::from(year - b'A')))
}

/// A client secret of Entra: `8Q~` at character 3, and three characters of checksum at the end.
pub(super) fn entra_secret(value: &[u8]) -> Proven {
    let Some((body, tail)) = value.split_last_chunk::<3>().filter(|_| value.len() == 40) else { return Proven::Silent };
    if body.get(3..6) != Some(b"8Q~") || !value.iter().all(|byte| ENTRA.contains(byte)) {
        return Proven::Silent;
    }
    // Six digits are computed, and the first three of them written.
    let mut number = marvin(body, *b"AadPwd00") / 66_u32.pow(3);
    let mut written = [0; 3];
    for place in written.iter_mut().rev() {
        *place = nth(ENTRA, number % 66);
        number /= 66;
    }
    Proven::sum(written == *tail, true)
}

fn nth(alphabet: &[u8], place: u32) -> u8 {
    usize::try_from(place).ok().and_then(|place| alphabet.get(place)).copied().unwrap_or_default()
}

/// Marvin, the keyed checksum of .NET, in 32 bits.
fn marvin(bytes: &[u8], seed: [u8; 8]) -> u32 {
    let [a, b, c, d, low @ ..] = seed;
    let mut state = (u32::from_be_bytes(low), u32::from_be_bytes([a, b, c, d]));
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        state = mix(state.0.wrapping_add(u32::from_le_bytes(*word)), state.1);
    }
    let mut last = [0; 4];
    for (place, &byte) in last.iter_mut().zip(rest.iter().chain(b"\x80")) {
        *place = byte;
    }
    let (low, high) = mix(state.0.wrapping_add(u32::from_le_bytes(last)), state.1);
    let (low, high) = mix(low, high);
    low ^ high
}

fn mix(mut low: u32, mut high: u32) -> (u32, u32) {
    high ^= low;
    low = low.rotate_left(20).wrapping_add(high);
    high = high.rotate_left(9) ^ low;
    low = low.rotate_left(27).wrapping_add(high);
    (low, high.rotate_left(19))
}
