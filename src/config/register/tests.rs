//! Tests of the register's reader.
