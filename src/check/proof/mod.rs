//! What can be computed about a value without asking anybody: checksums, structure, keys that parse.
//!
//! Each check is linear in a value of at most [`MAX_BYTES`]. It speaks of the form alone: a token whose checksum agrees may be
//! revoked, and nothing here looks whether it is.

mod azure;
mod checksum;
mod encoding;
mod jwt;
mod key;
mod token;

use crate::model::Proof;

/// Longer values are not looked at, in bytes. The longest keys people use have a tenth of it.
pub const MAX_BYTES: usize = 64 << 10;

/// What a check says of a value. The texts are for people and hold nothing of what makes the value a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proven {
    /// It holds what chance does not bring about: a checksum agrees, a key parses.
    Passed(Option<String>),
    /// The shape agrees, as it does for many a text that is no secret. It proves nothing; the note is worth telling.
    Fits(Option<String>),
    /// It has the very prefix and length of a form whose check is known, and the check disagrees.
    Failed(&'static str),
    /// It is seen to be no secret: what it holds is public, empty or known to all, or nearly all of it is missing.
    Void(&'static str),
    /// It has another form than the check knows.
    Silent,
}

impl Proven {
    /// What there is to tell: a note, or why the check disagrees.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Passed(note) | Self::Fits(note) => note.as_deref(),
            Self::Failed(reason) | Self::Void(reason) => Some(reason),
            Self::Silent => None,
        }
    }

    /// Passed where `agrees`; else failed where the form is pinned, and silent where it may be another's.
    fn sum(agrees: bool, pinned: bool) -> Self {
        match (agrees, pinned) {
            (true, _) => Self::Passed(None),
            (false, true) => Self::Failed("its checksum does not agree"),
            (false, false) => Self::Silent,
        }
    }
}

/// Looks at a value. With a clock in `today_unix_secs`, the date in a token is told as one that is past or to come.
pub fn prove(proof: Proof, value: &[u8], today_unix_secs: Option<u64>) -> Proven {
    if value.len() > MAX_BYTES {
        return Proven::Silent;
    }
    let text = value.trim_ascii();
    match proof {
        Proof::Crc32Base62 => checksum::base62(text),
        Proof::Grafana => checksum::grafana(text),
        Proof::Atlassian => checksum::atlassian(text),
        Proof::Confluent => checksum::confluent(text),
        Proof::Zuplo => checksum::zuplo(text),
        Proof::GitlabRoutable => checksum::gitlab(text),
        Proof::Cloudflare => checksum::cloudflare(text),
        Proof::AwsAccount => token::aws_account(text),
        Proof::Jwt => jwt::jwt(text, today_unix_secs),
        Proof::PrivateKey => key::private_key(value),
        Proof::AzureCask => azure::cask(text),
        Proof::AzureKey => azure::key(text),
        Proof::EntraSecret => azure::entra_secret(text),
        Proof::JfrogReference => token::jfrog(text, today_unix_secs),
        Proof::JiraDataCenter => token::jira(text),
        Proof::Base58Check => encoding::base58check(text),
        Proof::Bech32 => encoding::bech32(text),
        Proof::Nkey => encoding::nkey(text),
        Proof::Luhn => encoding::luhn(text),
        Proof::Base64Json => token::base64_json(text),
        Proof::BasicAuth => token::basic_auth(text),
        Proof::DiscordBot => token::discord(text),
        Proof::Macaroon => token::macaroon(text),
        Proof::Base64 => encoding::base64(text),
    }
}

/// Reads bytes from the front of a slice; `None` where they run out.
#[derive(Clone, Copy, Debug)]
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }
}

/// The day of a moment: `2024-01-02`.
fn day(unix_secs: i64) -> Option<String> {
    let moment = jiff::Timestamp::from_second(unix_secs).ok()?.to_string();
    moment.split_once('T').map(|(day, _)| day.to_owned())
}

/// Tells a last day of use: `expired 2024-01-02`.
fn expiry(unix_secs: i64, today_unix_secs: Option<u64>) -> Option<String> {
    let day = day(unix_secs)?;
    let past = today_unix_secs.and_then(|today| i64::try_from(today).ok()).map(|today| unix_secs <= today);
    Some(match past {
        Some(true) => format!("expired {day}"),
        Some(false) => format!("expires {day}"),
        None => format!("good until {day}"),
    })
}

#[cfg(test)]
mod tests;
