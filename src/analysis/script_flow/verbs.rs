//! What functions and methods do with what they are given, by their names.
//!
//! In: nothing. Out: lists of names and of words in names, in lower case. They judge no value.

/// Words of functions whose result does not tell what went in.
pub(super) const LETS_NOTHING_THROUGH: [&str; 24] = [
    "mask",
    "masked",
    "redact",
    "redacted",
    "hash",
    "hashed",
    "encrypt",
    "anonymize",
    "anonymise",
    "deidentify",
    "scrub",
    "is",
    "has",
    "validate",
    "check",
    "count",
    "compare",
    "equals",
    "includes",
    "test",
    "verify",
    "sha256",
    "digest",
    "refresh",
];

/// Words of functions whose result is a number, or text that a page shows as text.
pub(super) const MAKES_INERT: [&str; 16] = [
    "sanitize",
    "sanitise",
    "sanitized",
    "purify",
    "escape",
    "escaped",
    "encode",
    "encoded",
    "decimal",
    "number",
    "fixed",
    "int",
    "float",
    "currency",
    "locale",
    "date",
];

/// Methods that give a number, whatever they are called on.
pub(super) const GIVES_NUMBER: [&str; 14] = [
    "getfullyear",
    "getmonth",
    "getday",
    "gethours",
    "getminutes",
    "getseconds",
    "getmilliseconds",
    "gettime",
    "gettimezoneoffset",
    "charcodeat",
    "codepointat",
    "toprecision",
    "toexponential",
    "now",
];

/// Methods that walk a list and give a list of what they are given back.
pub(super) const MAPS: [&str; 4] = ["map", "flatmap", "then", "finally"];

/// Methods that walk a list and give of it what passes.
pub(super) const PICKS: [&str; 5] = ["filter", "find", "sort", "slice", "findlast"];

/// Methods that walk a list and say something of it.
pub(super) const ASKS: [&str; 8] =
    ["some", "every", "foreach", "includes", "indexof", "findindex", "startswith", "endswith"];

/// Methods that put what they are given into what they are called on.
pub(super) const ADDS: [&str; 8] =
    ["push", "unshift", "add", "set", "append", "concat", "splice", "fill"];
