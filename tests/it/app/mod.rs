//! Whole rollouts through the real server, a real database and the sandbox's GitHub; the test says what time it is.

mod creating;
mod emergency;
mod harness;
mod lifecycle;
mod neighbours;
mod rights;
mod story;
mod waiting;
