//! What a team wants its files to be, where that is more than a check that is on or off.

/// What checks ask of files: `[quality]` of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wants {
    /// The most bytes of a file.
    pub most_bytes: u64,
    /// How every line ends; none where each file may choose.
    pub line_end: Option<LineEnd>,
    /// Whether two blanks behind text in Markdown break the line, and stay.
    pub markdown_breaks: bool,
    /// How many blanks deeper JSON stands than what holds it.
    pub json_indent: usize,
}

impl Default for Wants {
    /// 500 kB are the most, as pre-commit's `check-added-large-files` counts them.
    fn default() -> Self {
        Self { most_bytes: 500 << 10, line_end: None, markdown_breaks: true, json_indent: 2 }
    }
}

impl Wants {
    /// The stricter of each of what two versions of the settings want; `other` is the newer one. Where they want different
    /// ends of lines, each file may choose.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let line_end = match (self.line_end, other.line_end) {
            (Some(old), Some(new)) if old != new => None,
            (old, new) => old.or(new),
        };
        Self {
            most_bytes: self.most_bytes.min(other.most_bytes),
            line_end,
            markdown_breaks: self.markdown_breaks && other.markdown_breaks,
            json_indent: other.json_indent,
        }
    }
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// A lone `\r`, as on old machines of Apple.
    Cr,
}

impl LineEnd {
    /// All, the one first that is kept where two are as frequent.
    pub const ALL: &[Self] = &[Self::Lf, Self::CrLf, Self::Cr];

    /// The word of the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lf => "lf",
            Self::CrLf => "crlf",
            Self::Cr => "cr",
        }
    }

    /// The value of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|end| end.name() == word)
    }

    /// Its bytes.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
        }
    }

    /// What people call it.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Cr => "CR",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_of_two_versions_holds() {
        let usual = Wants::default();
        let strict = Wants { most_bytes: 1, line_end: Some(LineEnd::Lf), markdown_breaks: false, json_indent: 4 };
        assert_eq!(usual.and(strict), strict);
        assert_eq!(strict.and(usual), Wants { json_indent: 2, ..strict });
        assert_eq!(strict.and(Wants { line_end: Some(LineEnd::Cr), ..strict }).line_end, None);
    }
}
