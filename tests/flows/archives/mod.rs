//! Secrets inside archives, and archives that are hostile.

mod bounds;
mod inside;
