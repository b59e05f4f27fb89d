//! What a pack is about: everything, or a part of it.
//!
//! In: a family of rules. Out: whether it belongs. It knows no rule.

/// What a pack is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// OAuth clients and what they reach.
    Oauth,
    /// Who reaches PHI.
    Access,
    /// Code.
    Apex,
    /// Everything.
    All,
}

impl Scope {
    /// The word on the command line and in the pack.
    pub fn word(self) -> &'static str {
        match self {
            Self::Oauth => "oauth",
            Self::Access => "access",
            Self::Apex => "apex",
            Self::All => "all",
        }
    }

    /// The same for a person.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Oauth => "OAuth clients, vendors and the register only",
            Self::Access => "access to PHI only",
            Self::Apex => "code only",
            Self::All => "everything that was retrieved",
        }
    }

    /// Whether rules of this family are told.
    pub(super) fn has_family(self, family: &str) -> bool {
        match self {
            Self::All => true,
            Self::Oauth => matches!(family, "oauth" | "vendor" | "register"),
            Self::Access => matches!(family, "access" | "guest" | "break-glass" | "session"),
            Self::Apex => matches!(family, "apex" | "ui"),
        }
    }

    /// Whether a table is part of the pack.
    pub(super) fn has_table(self, table: &str) -> bool {
        match table {
            "oauth-clients" => matches!(self, Self::All | Self::Oauth),
            "phi-access" | "login-ranges" => matches!(self, Self::All | Self::Access),
            "apex-access" => matches!(self, Self::All | Self::Apex),
            "phi-inventory" => self != Self::Apex,
            "safeguards" | "log-sources" => self == Self::All,
            _ => true,
        }
    }
}
