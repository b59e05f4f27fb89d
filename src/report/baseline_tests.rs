//! A baseline on findings, on a fixed day.

use super::*;
