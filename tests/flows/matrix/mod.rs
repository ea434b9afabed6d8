//! Every row of the table of scanner outcomes (research, hook managers, 5b), by what it is about. The number of a
//! row stands in the comment of its test.

mod commit;
mod content;
mod gate;
mod push;
