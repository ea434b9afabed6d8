//! What git's operations do to its hooks (research, hook managers, 5a), and what stanch makes of each.

mod commit;
mod history;
mod push;
