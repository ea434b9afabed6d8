//! Files that are large.

use super::whole;
use crate::quality::{Defect, File};

/// A file above the bound. The pointer of git LFS that stands for a large one is small.
pub(in crate::quality) fn large_file(file: &File<'_>) -> Vec<Defect> {
    let bytes = file.size.unwrap_or(file.bytes.len() as u64);
    let kilobytes = bytes.div_ceil(1 << 10);
    let most = file.wants.most_bytes;
    let detail = || format!("{kilobytes} kB, and {} kB are the most", most >> 10);
    if bytes > most { vec![whole(Some(detail()))] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_above_the_bound_is_large() {
        let details = |length: usize| {
            let bytes = vec![0; length];
            let defects = large_file(&File { path: b"a", bytes: &bytes, ..File::default() });
            defects.into_iter().map(|defect| defect.detail.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(details(0), [""; 0]);
        assert_eq!(details(500 << 10), [""; 0]);
        assert_eq!(details((500 << 10) + 1), ["501 kB, and 500 kB are the most"]);
    }
}
