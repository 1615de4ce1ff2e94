//! Whole rollouts through the real server, a real database and the sandbox's GitHub; the test says what time it is.

mod creating;
mod harness;
mod lifecycle;
mod neighbours;
mod story;
