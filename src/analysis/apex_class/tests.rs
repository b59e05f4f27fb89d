//! Small classes, and what must be said of them.
