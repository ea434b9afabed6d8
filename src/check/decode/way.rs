//! The way back: where decoded bytes stood before they were decoded.

use crate::model::Span;

/// How many bytes of text make how many decoded ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    text: u16,
    decoded: u16,
}

impl Ratio {
    /// Bytes that stand for themselves.
    pub(super) const PLAIN: Self = Self { text: 1, decoded: 1 };
    /// RFC 4648, section 4: four characters of six bits make three bytes.
    pub(super) const BASE64: Self = Self { text: 4, decoded: 3 };
    /// Two hexadecimal digits a byte; as many bytes a character of ASCII in UTF-16.
    pub(super) const PAIR: Self = Self { text: 2, decoded: 1 };

    /// That of some bytes of text that make so many.
    pub(super) fn of(text: usize, decoded: usize) -> Self {
        let short = |bytes: usize| u16::try_from(bytes).unwrap_or(u16::MAX);
        if text == decoded { Self::PLAIN } else { Self { text: short(text), decoded: short(decoded) } }
    }

    pub(super) fn text(self) -> usize {
        self.text.into()
    }

    pub(super) fn decoded(self) -> usize {
        self.decoded.into()
    }
}

/// Stretches of decoded bytes, in order, and where each began. A span of several stretches leads back to all between
/// the first and the last of them.
#[derive(Debug, Default)]
pub(super) struct Way {
    steps: Vec<Step>,
}

/// Kept small, as a text can have one for each of its escapes; no text that is held at once is as long as four bytes can count.
#[derive(Debug)]
struct Step {
    decoded: u32,
    text: u32,
    ratio: Ratio,
}

impl Step {
    fn decoded(&self) -> usize {
        self.decoded as usize
    }

    fn text(&self) -> usize {
        self.text as usize
    }
}

impl Way {
    /// From `decoded` on the bytes come from `text` on. Steps are told in order.
    pub(super) fn step(&mut self, decoded: usize, text: usize, ratio: Ratio) {
        let goes_on = self.steps.last().is_some_and(|last| {
            let bytes = decoded - last.decoded();
            last.ratio == ratio && bytes.is_multiple_of(ratio.decoded()) && last.text() + bytes / ratio.decoded() * ratio.text() == text
        });
        if !goes_on {
            let short = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
            self.steps.push(Step { decoded: short(decoded), text: short(text), ratio });
        }
    }

    /// The smallest span of text that makes all of `decoded`.
    pub(super) fn back(&self, decoded: Span) -> Span {
        let start = self
            .at(decoded.start)
            .map_or(0, |step| step.text() + (decoded.start - step.decoded()) * step.ratio.text() / step.ratio.decoded());
        let Some(last) = decoded.end.checked_sub(1).filter(|&last| last >= decoded.start) else { return Span { start, end: start } };
        let end = self
            .at(last)
            .map_or(0, |step| step.text() + ((decoded.end - step.decoded()) * step.ratio.text()).div_ceil(step.ratio.decoded()));
        Span { start, end }
    }

    fn at(&self, decoded: usize) -> Option<&Step> {
        let after = self.steps.partition_point(|step| step.decoded() <= decoded);
        self.steps.get(after.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_leads_back_to_all_that_made_it() {
        let mut way = Way::default();
        way.step(0, 10, Ratio::PLAIN);
        way.step(4, 14, Ratio::of(6, 1));
        way.step(5, 20, Ratio::PLAIN);
        assert_eq!(way.back(Span { start: 3, end: 5 }), Span { start: 13, end: 20 });
        assert_eq!(way.back(Span { start: 4, end: 6 }), Span { start: 14, end: 21 });
        assert_eq!(way.back(Span { start: 4, end: 4 }), Span { start: 14, end: 14 });

        let mut way = Way::default();
        way.step(0, 0, Ratio::BASE64);
        way.step(3, 4, Ratio::BASE64);
        way.step(6, 9, Ratio::BASE64);
        assert_eq!(way.steps.len(), 2, "what goes on in the same way is one step");
        assert_eq!(way.back(Span { start: 1, end: 2 }), Span { start: 1, end: 3 });
        assert_eq!(way.back(Span { start: 5, end: 7 }), Span { start: 6, end: 11 });
    }
}
