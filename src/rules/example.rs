//! Examples of rules: texts with fillers in place of secrets, so that no file holds a value that looks alive.

/// A filler that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown filler `${{{filler}}}`")]
pub struct FillerError {
    /// As written.
    pub filler: String,
}

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGIT: &str = "0123456789";
/// Bytes in a line of PEM armour (RFC 7468, section 2).
const ARMOUR_LINE: usize = 64;

/// Puts characters in place of `${alnum:36}` and its kind: the same ones for the same example each time. A `${…}`
/// that is no filler, such as a shell variable, stays.
///
/// # Errors
/// If a filler has a number but an unknown word.
pub fn fill(example: &str) -> Result<String, FillerError> {
    let mut dice =
        Dice(example.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)));
    let mut filled = String::new();
    let mut rest = example;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((filler, after)) = after.split_once('}') else {
            filled.push_str("${");
            rest = after;
            continue;
        };
        match filler.split_once(':').map(|(word, count)| (word, count.parse::<usize>())) {
            Some((word, Ok(count))) => {
                let drawn = characters(word, count, &mut dice);
                filled.push_str(&drawn.ok_or_else(|| FillerError { filler: filler.to_owned() })?);
            }

            _ if filler == "uuid" => filled.push_str(&uuid(&mut dice)),
            _ => {
                filled.push_str("${");
                filled.push_str(filler);
                filled.push('}');
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn characters(word: &str, count: usize, dice: &mut Dice) -> Option<String> {
    let set = match word {
        "alnum" => format!("{UPPER}{LOWER}{DIGIT}"),
        "alpha" => format!("{UPPER}{LOWER}"),
        "lower" => LOWER.to_owned(),
        "upper" => UPPER.to_owned(),
        "digit" => DIGIT.to_owned(),
        "hex" => format!("{DIGIT}abcdef"),
        "HEX" => format!("{DIGIT}ABCDEF"),
        "loweralnum" => format!("{LOWER}{DIGIT}"),
        "upperalnum" => format!("{UPPER}{DIGIT}"),
        "base32" => format!("{UPPER}234567"),
        "base64" => format!("{UPPER}{LOWER}{DIGIT}+/"),
        "base64url" => format!("{UPPER}{LOWER}{DIGIT}_-"),
        // BIP 173, without `1`, which parts the prefix from the rest.
        "bech32" => "qpzry9x8gf2tvdw0s3jn54khce6mua7l".to_owned(),
        "base58" => format!("{UPPER}{LOWER}{DIGIT}").replace(['0', 'O', 'I', 'l'], ""),
        "base64lines" => {
            let lines: Option<Vec<String>> = (0..count).map(|_| characters("base64", ARMOUR_LINE, dice)).collect();
            return lines.map(|lines| lines.join("\n"));
        }
        _ => return None,
    };
    let set: Vec<char> = set.chars().collect();
    Some((0..count).filter_map(|_| set.get(dice.below(set.len())).copied()).collect())
}

fn uuid(dice: &mut Dice) -> String {
    let parts = [8, 4, 4, 4, 12].map(|count| characters("hex", count, dice).unwrap_or_default());
    parts.join("-")
}

/// A small generator (Marsaglia's xorshift64*): fixed for ever, which the standard library's is not.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize;
        high % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_become_characters_and_shell_variables_stay() {
        let filled = fill("a ${hex:8} ${HOME} ${uuid} ${base64lines:2}").unwrap();
        assert_eq!(filled, fill("a ${hex:8} ${HOME} ${uuid} ${base64lines:2}").unwrap());
        assert!(filled.starts_with("a ") && filled.contains("${HOME}"));
        assert_eq!(filled.len(), 2 + 8 + 1 + 7 + 1 + 36 + 1 + 64 + 1 + 64);
        assert!(fill("${what:3}").is_err());
        assert_eq!(fill("${").unwrap(), "${");
    }
}
