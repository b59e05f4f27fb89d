//! What a change takes away, from facts written by hand.

use super::*;
