//! What can be computed about a token: a right checksum, computed here, proves it, and a wrong one never lets it block.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64_NOPAD};
use sha2::{Digest as _, Sha256};
use stanch::model::{Confidence, Proof};
use stanch::rules::{RULES, Rule};

use super::drawn::{Drawn, NUMBERS, alone, drawn, texts};

/// Rules whose checksum says nothing when it is wrong (`docs/rules.md`, the column "may fail").
const NEVER_FAILS: &[&str] = &[
    "azure-annotated-key",
    "azure-api-management-key",
    "azure-batch-key",
    "azure-container-registry-password",
    "azure-cosmos-db-key",
    "azure-devops-pat",
    "azure-functions-key",
    "azure-iot-key",
    "azure-messaging-key",
    "azure-ml-classic-key",
    "azure-redis-key",
    "azure-search-key",
    "cloudflare-global-api-key",
    "nats-nkey-seed",
];
/// Keys without the mark of a service, which have no checksum.
const NONE: &str = "azure-account-key";
/// Marks of Azure's services, where each stands in a key, and a seed of its checksum.
const SEEDS: &[(&str, usize, &str)] = &[
    ("+ASt", 76, "Default0"),
    ("ACDb", 76, "MastRO00"),
    ("+ABa", 76, "AbAcct00"),
    ("APIM", 76, "Tenant00"),
    ("+AMC", 76, "Classic0"),
    ("AIoT", 33, "Device00"),
    ("+ASb", 33, "Listen00"),
    ("+AEh", 33, "Listen00"),
    ("+ARm", 33, "Listen00"),
    ("AZEG", 33, "SendRecv"),
    ("AzCa", 33, "Access00"),
    ("AzFu", 44, "Master00"),
    ("AzSe", 42, "Query000"),
    ("+ACR", 42, "ACRDflt0"),
];

const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ENTRA: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";

fn crc(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// The last `width` digits of a number, `digits` of which there are.
fn written(mut number: u32, digits: &str, width: usize) -> String {
    let base = u32::try_from(digits.len()).unwrap();
    let mut reversed = Vec::new();
    for _ in 0..width {
        reversed.push(char::from(digits.as_bytes()[(number % base) as usize]));
        number /= base;
    }
    reversed.iter().rev().collect()
}

/// Marvin in 32 bits, as its description has it.
fn marvin(bytes: &[u8], seed: &str) -> u32 {
    let mut padded = [bytes, &[0x80]].concat();
    padded.resize(padded.len().next_multiple_of(4), 0);
    let seed = u64::from_be_bytes(seed.as_bytes().try_into().unwrap());
    let (mut low, mut high) = (u32::try_from(seed & 0xFFFF_FFFF).unwrap(), u32::try_from(seed >> 32).unwrap());
    let words = padded.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap()));
    for word in words.chain([0]) {
        low = low.wrapping_add(word);
        for (turn, other) in [(20, 9), (27, 19)] {
            high ^= low;
            low = low.rotate_left(turn).wrapping_add(high);
            high = high.rotate_left(other);
        }
    }
    low ^ high
}

/// A drawn token with its checksum put right; none where it has none, or the check is of another kind.
fn completed(proof: Proof, token: &str) -> Option<String> {
    let key: [u8; 32] = Sha256::digest(token).into();
    Some(match proof {
        Proof::Crc32Base62 => {
            let (prefix, body) = token.split_once('_')?;
            let body = body.get(..body.len() - 6).filter(|body| matches!(body.len(), 30 | 70) && !body.contains(['.', '_', '-']))?;
            format!("{prefix}_{body}{}", written(crc(body), BASE62, 6))
        }
        Proof::Grafana => format!("{}_{:08x}", token.get(..37)?, crc(token.get(..37)?).swap_bytes()),
        Proof::Atlassian => {
            let body = token.get(..token.find(['=', '%'])?)?;
            format!("{body}={:08X}", crc(&format!("{body}=")))
        }
        Proof::Confluent => {
            let body = token.get(4..58)?;
            format!("cflt{body}{}", BASE64_NOPAD.encode(&crc(body).to_le_bytes()))
        }
        Proof::Zuplo => format!("{}_{:08x}", token.get(..37)?, crc(token.get(5..37)?)),
        Proof::GitlabRoutable => {
            let body = token.get(..token.len() - 7).filter(|body| body.find('.').is_some_and(|at| at >= 32))?;
            format!("{body}{}", written(crc(body), &BASE62.to_lowercase()[..36], 7))
        }
        Proof::Cloudflare => {
            let (prefix, body) = token.split_once('_')?;
            format!("{prefix}_{}{:08x}", body.get(..40)?, crc(body.get(..40)?))
        }
        Proof::EntraSecret => {
            let body = token.get(..37).filter(|body| body.get(3..6) == Some("8Q~"))?;
            format!("{body}{}", written(marvin(body.as_bytes(), "AadPwd00") / 66_u32.pow(3), ENTRA, 3))
        }
        Proof::AzureCask => {
            let sum = marvin(&BASE64.decode(token.get(..80)?.as_bytes()).ok()?, "Default0");
            let sum = BASE64.encode(&sum.to_le_bytes());
            format!("{}{}", token.get(..80)?, sum.get(..4).filter(|sum| !sum.contains(['+', '/']))?)
        }
        Proof::AzureKey => {
            let (.., seed) = SEEDS.iter().find(|(mark, at, _)| token.get(*at..at + 4) == Some(mark))?;
            // The bits that are left over before the padding are zero.
            let mut token = token.replace('-', "+").replace('_', "/");
            if let Some(padding) = token.find('=') {
                token.replace_range(padding - 1..padding, "A");
            }
            let bytes = BASE64.decode(token.as_bytes()).ok()?;
            let body = bytes.get(..bytes.len() - 4)?;
            BASE64.encode(&[body, &marvin(body, seed).to_le_bytes()].concat())
        }
        Proof::Base58Check => {
            let body = match token.as_bytes().first()? {
                b'5' => [&[0x80], key.as_slice()].concat(),
                b'K' | b'L' => [&[0x80], key.as_slice(), &[1]].concat(),
                _ => [&[0x04, 0x88, 0xAD, 0xE4], key.as_slice(), &[7; 42]].concat(),
            };
            bs58::encode([body.as_slice(), &Sha256::digest(Sha256::digest(&body))[..4]].concat()).into_string()
        }
        Proof::Bech32 => {
            let prefix = bech32::Hrp::parse(token.get(..token.find('1')?)?).ok()?;
            let written = bech32::encode::<bech32::Bech32>(prefix, &key).ok()?;
            if token.starts_with('A') { written.to_uppercase() } else { written.to_lowercase() }
        }
        Proof::Nkey => {
            let body = [&[(18 << 3) | (20 << 3 >> 5), (20 << 3 & 31) << 3], key.as_slice()].concat();
            let shifted = |sum: u16| (sum << 1) ^ if sum >> 15 == 1 { 0x1021 } else { 0 };
            let sum = body.iter().fold(0_u16, |sum, byte| (0..8).fold(sum ^ (u16::from(*byte) << 8), |sum, _| shifted(sum)));
            BASE32_NOPAD.encode(&[body, sum.to_le_bytes().to_vec()].concat())
        }
        _ => return None,
    })
}

/// The token with two neighbours in its body exchanged: the same form, and another checksum.
fn spoiled(token: &str) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let is_body = |byte: u8| byte.is_ascii_alphanumeric();
    let from = token.find('1').filter(|_| token.starts_with("nsec") || token.starts_with("AGE")).unwrap_or(0).max(8);
    let differs = |at: &usize| {
        bytes[*at] != bytes[at + 1]
            && is_body(bytes[*at])
            && is_body(bytes[at + 1])
            && bytes[*at].is_ascii_digit() == bytes[at + 1].is_ascii_digit()
    };
    let at = (from..bytes.len() - 10).find(differs).unwrap();
    bytes.swap(at, at + 1);
    String::from_utf8(bytes).unwrap()
}

/// How sure the rule is of a token, in the first place in which it finds it.
fn confidence(rule: &Rule, drawn: &Drawn, token: String) -> Option<Confidence> {
    let engine = alone(rule);
    let other = Drawn { secret: token, before: drawn.before.clone(), after: drawn.after.clone() };
    texts(rule, &other).find_map(|text| {
        let found = engine.scan(b"", text.as_bytes()).unwrap().matches;
        found.iter().find(|(_, found)| found.secret.of(text.as_bytes()) == other.secret.as_bytes()).map(|(_, found)| found.confidence)
    })
}

#[test]
fn a_right_checksum_proves_a_token_and_a_wrong_one_never_blocks() {
    let checked = |rule: &&Rule| {
        rule.proof.is_some_and(|proof| {
            use Proof::{
                Atlassian, AzureCask, AzureKey, Base58Check, Bech32, Cloudflare, Confluent, Crc32Base62, EntraSecret, GitlabRoutable,
                Grafana, Nkey, Zuplo,
            };
            matches!(
                proof,
                Crc32Base62
                    | Grafana
                    | Atlassian
                    | Confluent
                    | Zuplo
                    | GitlabRoutable
                    | Cloudflare
                    | EntraSecret
                    | AzureCask
                    | AzureKey
                    | Base58Check
                    | Bech32
                    | Nkey
            )
        })
    };
    let rules: Vec<&Rule> = RULES.iter().filter(checked).filter(|rule| rule.info.id != NONE).collect();
    assert!(rules.len() > 20, "{}", rules.len());
    let mut faults = Vec::new();
    for rule in rules {
        let mut tried = 0;
        for drawn in (0..NUMBERS * 2).filter_map(|number| drawn(rule, number, 0)) {
            let Some(token) = rule.proof.and_then(|proof| completed(proof, &drawn.secret)) else { continue };
            tried += 1;
            let sure = confidence(rule, &drawn, token.clone());
            if sure != Some(Confidence::Proved) {
                faults.push(format!("{}: a right checksum makes it {sure:?}", rule.info.id));
            }
            let most = if NEVER_FAILS.contains(&&*rule.info.id) || token.contains("-PQ-") { Confidence::High } else { Confidence::Medium };
            let sure = confidence(rule, &drawn, spoiled(&token));
            if sure > Some(most) {
                faults.push(format!("{}: a wrong checksum makes it {sure:?}", rule.info.id));
            }
        }
        if tried == 0 {
            faults.push(format!("{}: no token could be made", rule.info.id));
        }
    }
    faults.dedup();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
