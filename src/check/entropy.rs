//! How random bytes look.

/// Shannon entropy in bits per byte: 0 for one repeated byte, log2 of the length at most.
pub(super) fn shannon(bytes: &[u8]) -> f32 {
    let mut counts = [0_u32; 256];
    for &byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a count that is off by one in sixteen million changes nothing")]
    let total = bytes.len() as f32;
    let bits = |&count: &u32| {
        #[expect(clippy::cast_precision_loss, reason = "as above")]
        let share = count as f32 / total;
        -share * share.log2()
    };
    counts.iter().filter(|&&count| count > 0).map(bits).sum()
}

#[cfg(test)]
mod tests {
    use super::shannon;

    #[test]
    fn a_repeated_byte_has_none_and_sixteen_different_ones_have_four_bits() {
        assert!(shannon(b"aaaaaaaa") < 0.001);
        assert!((shannon(b"0123456789abcdef") - 4.0).abs() < 0.001);
        assert!(shannon(b"").abs() < 0.001);
    }
}
