//! What a tree is made of, and what is known of it.

pub mod osv;
pub mod version;
