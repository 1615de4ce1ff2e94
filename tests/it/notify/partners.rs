//! The same against counterparts that nobody here wrote.
