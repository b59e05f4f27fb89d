//! Accepted risks on findings, on a fixed day.

use super::*;
