//! How little a value reads like words: the bits that a model of letter pairs spends on it.
//!
//! The model is a table of how often one letter follows another in the words and names of program text. It knows no
//! word, so it needs no dictionary and works for names that nobody wrote down. A random value costs about seven bits a
//! character, a word or a name between three and four and a half.

/// What the table counts: the letters, any digit, and any other byte.
const SYMBOLS: usize = 28;
const DIGIT: usize = 26;
const OTHER: usize = 27;
/// Steps of the table in a bit.
const STEPS_PER_BIT: f32 = 2.5;
/// A digit is one of ten: log2(10) bits beside the cost of being one.
const DIGIT_BITS: f32 = 3.32;
/// What a byte costs that is neither letter nor digit, beside the cost of being one.
const OTHER_BITS: f32 = 1.5;
/// What a change from lower to upper case costs within a word; names in camel case pay it once a word.
const RISE_BITS: f32 = 2.0;
/// What a change from upper to lower case costs after two capitals and more.
const FALL_BITS: f32 = 1.5;

/// For each symbol, what each symbol after it costs: minus the logarithm of its share, in steps, as digits of base 36.
/// Counted over sixty million bytes of Go, Python, Perl and C source and their documentation.
const COSTS: [&[u8; SYMBOLS]; SYMBOLS] = [
    b"pcbbmkdqdrh8a7vct887ffkkgqjc", // a
    b"algi7mksabo8kn9jxabj8rufalf7", // b
    b"9ohl8mq9eob8jo5iscg8doquiuia", // c
    b"blnd4lnm8qqfnlbntgfhdmrrixh4", // d
    b"djcbgcipkgpbe9lfh89bogjchum4", // e
    b"bokkccpq7zweml7nwbgcbxpvhzg3", // f
    b"epim6ofa8ttdgbegzabgdnqvmmn4", // g
    b"8utp4urs9zpcjmahyak8bwtwmyg8", // h
    b"ecadebcspumac59fse87oeyhvhrc", // i
    b"aqkk6orsfqlpqobjop2qdskyswmc", // j
    b"aiki4lgjaoognfgjqjbifqfulqk4", // k
    b"8jne6bjr7eq9onakzncbclpuevo7", // l
    b"7dmh5oou9npbbm98tpdlfnrshxl7", // m
    b"apb9ag9oeriinh8kup98fitxgsm5", // n
    b"ifc8lbgqiohd96ebw7dbbfemomr9", // o
    b"6rli7onhbxkaln9cv8aabnqrcxi9", // p
    b"ijllqnqtmuqelhnnihfk1lfsvtl8", // q
    b"anff5jes9yggec9jycbbfimxeyq6", // r
    b"gsfn7lnebxkejmcbpj97domvgvo4", // s
    b"aoih8ks78yqhgmadyadcdshndsm5", // t
    b"d9edaegvctp8b8jbz787qpvjsred", // u
    b"5pir3oks9ztnhlelznkknsqqoxa8", // v
    b"6pni9pn85zniqd8nvadoouestzl8", // w
    b"ckakajtmczxmdol9to86orviir66", // x
    b"fmjogogsgytdfdc8wbbcopduqpn2", // y
    b"8moo3ksf6xpbemclukkkkrnrhgf7", // z
    b"hhgghhwptytqtrtozsnrvqxczq24", // #
    b"ac9bccecajibcbbbnc99efdhkncc", // _
];

/// The mean cost of a byte of `value`, in bits; 0 for an empty value.
pub(in crate::check) fn surprise(value: &[u8]) -> f32 {
    let mut bits = 0.0;
    let mut before = OTHER;
    let mut capitals = 0_u8;
    for &byte in value {
        let symbol = symbol(byte);
        let rises = byte.is_ascii_uppercase() && capitals == 0 && before < DIGIT;
        // A capital within a word begins another one.
        let from = if rises { OTHER } else { before };
        bits += cost(from, symbol);
        bits += match symbol {
            DIGIT => DIGIT_BITS,
            OTHER => OTHER_BITS,
            _ if rises => RISE_BITS,
            _ if byte.is_ascii_lowercase() && capitals > 1 => FALL_BITS,
            _ => 0.0,
        };
        capitals = if byte.is_ascii_uppercase() { capitals.saturating_add(1) } else { 0 };
        before = symbol;
    }
    #[expect(clippy::cast_precision_loss, reason = "a length that is off by one in sixteen million changes nothing")]
    let length = value.len().max(1) as f32;
    bits / length
}

fn symbol(byte: u8) -> usize {
    match byte.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => usize::from(letter - b'a'),
        b'0'..=b'9' => DIGIT,
        _ => OTHER,
    }
}

fn cost(from: usize, to: usize) -> f32 {
    let digit = COSTS.get(from).and_then(|row| row.get(to)).copied().unwrap_or(b'z');
    let steps = char::from(digit).to_digit(36).unwrap_or(35);
    f32::from(u8::try_from(steps).unwrap_or(35)) / STEPS_PER_BIT
}

#[cfg(test)]
mod tests {
    use super::surprise;

    #[test]
    fn words_and_names_cost_less_than_random_values() {
        for text in ["password", "someFunctionName", "connection_string", "thisIsNotASecret", "READ_ONLY_ACCESS"] {
            assert!(surprise(text.as_bytes()) < 4.6, "{text} costs {}", surprise(text.as_bytes()));
        }
        for text in ["kq9ZxW3vTr8LpB2m", "x7gq0vzk4jw9rd2h", "9f8c1e7a0b3d5c6f2a4e"] {
            assert!(surprise(text.as_bytes()) > 5.0, "{text} costs {}", surprise(text.as_bytes()));
        }
        assert!(surprise(b"").abs() < 0.001);
    }
}
