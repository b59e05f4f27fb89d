//! Kind `apex-crypto`: keys, initialisation vectors, credentials and addresses written into
//! Apex, and digests that are broken.
//!
//! In: Apex classes and triggers. Out: one row for each place. A value is fixed where it is a
//! text in the code, also through a constant or a variable of the same class, decoded or put
//! together from such texts. What a label, a setting or a named credential holds is not fixed.
//! The texts themselves are in no value.
//!
//! Source: Apex Reference Guide, classes `Crypto`, `HttpRequest`, `EncodingUtil`.

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::{Input, Kind};
use crate::fact::Fact;
use crate::metadata::apex::model::{At, Expr, ExprKind, Literal, Method, Type, Unit};
use crate::metadata::apex::walk;
use crate::org::tokens;
use crate::source::Span;

mod fixed;

use fixed::Fixed;

/// The kind.
pub const KIND: Kind = Kind {
    name: "apex-crypto",
    meaning: "a key, credential or address written into Apex, or a broken digest; named `Class.method/what`",
    reads: &["ApexClass.source", "ApexTrigger.source"],
    values: &[
        ("class", "the class or trigger"),
        ("method", "its method"),
        (
            "what",
            "`hardcoded-key`, `static-iv`, `weak-digest`, `weak-mac`, `hardcoded-authorization`, `hardcoded-endpoint` (https), `cleartext-address` (http)",
        ),
        ("algorithm", "the algorithm, where the code names it"),
        ("header", "of a credential: the header it is put into"),
        ("host", "of an address: its host"),
        (
            "purpose",
            "of a digest: `secret` where names around it speak of passwords, tokens or signatures, `checksum` where they say that it only tells texts apart, else `other`",
        ),
        ("generated", "`true` for a class that was made from a WSDL"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    input.facts.apex.iter().flat_map(rows).collect()
}

fn rows(unit: &Unit) -> Vec<Fact> {
    let mut out = Vec::new();
    let mut counts: FxHashMap<CompactString, usize> = FxHashMap::default();
    for (ty, method) in unit.methods() {
        let Some(body) = &method.body else { continue };
        let fixed = Fixed::of(unit, ty, method);
        let mut seen = Seen { unit, ty, method, fixed, counts: &mut counts, out: &mut out };
        walk::expressions(body, &mut |expr| seen.look(expr));
    }
    out
}

struct Seen<'u, 'o> {
    unit: &'u Unit,
    ty: &'u Type,
    method: &'u Method,
    fixed: Fixed<'u>,
    counts: &'o mut FxHashMap<CompactString, usize>,
    out: &'o mut Vec<Fact>,
}

/// Words that say a digest only tells texts apart.
const TELLS_APART: [&str; 15] = [
    "checksum",
    "etag",
    "dedupe",
    "deduplicate",
    "duplicate",
    "cache",
    "fingerprint",
    "unique",
    "uniqueness",
    "gravatar",
    "changed",
    "same",
    "equal",
    "equals",
    "compare",
];

/// Words that say a digest protects something.
const SECRET: [&str; 11] = [
    "password",
    "secret",
    "token",
    "signature",
    "sign",
    "signed",
    "credential",
    "auth",
    "nonce",
    "ssn",
    "key",
];

/// Headers that carry a credential.
const CREDENTIAL_HEADERS: [&str; 9] = [
    "authorization",
    "x-api-key",
    "apikey",
    "api-key",
    "x-auth-token",
    "x-access-token",
    "ocp-apim-subscription-key",
    "x-client-secret",
    "client_secret",
];

impl<'u> Seen<'u, '_> {
    fn look(&mut self, expr: &'u Expr) {
        let ExprKind::Call { base, name, arguments } = &expr.kind else { return };
        let on_crypto = base.as_deref().is_some_and(is_crypto);
        match name.text.to_ascii_lowercase().as_str() {
            "setheader" => self.header(arguments),
            "setendpoint" => self.endpoint(arguments),
            method if on_crypto => self.crypto(method, arguments),
            _ => {}
        }
    }

    fn crypto(&mut self, method: &str, arguments: &'u [Expr]) {
        let algorithm = arguments.first().and_then(|first| self.fixed.text(first));
        let plain = algorithm.as_deref().map(|text| text.to_ascii_uppercase().replace('-', ""));
        let weak = |names: &[&str]| plain.as_deref().is_some_and(|text| names.contains(&text));
        let key = match method {
            "encrypt" | "decrypt" | "encryptwithmanagediv" | "decryptwithmanagediv" => Some(1),
            "generatemac" | "sign" | "verifymac" => Some(2),
            _ => None,
        };
        if let Some(at) = key.and_then(|key| self.fixed.bytes(arguments.get(key)?)) {
            self.say("hardcoded-key", at, algorithm.as_deref(), &[]);
        }
        let iv = arguments.get(2).filter(|_| matches!(method, "encrypt" | "decrypt"));
        if let Some(at) = iv.and_then(|iv| self.fixed.bytes(iv)) {
            self.say("static-iv", at, algorithm.as_deref(), &[]);
        }
        let Some(first) = arguments.first() else { return };
        if method == "generatedigest" && weak(&["MD5", "SHA1"]) {
            let purpose = [("purpose", self.purpose())];
            self.say("weak-digest", first.at, algorithm.as_deref(), &purpose);
        }
        let macs = ["HMACMD5", "HMACSHA1", "RSASHA1"];
        if matches!(method, "generatemac" | "verifymac" | "sign" | "verify") && weak(&macs) {
            self.say("weak-mac", first.at, algorithm.as_deref(), &[]);
        }
    }

    /// What the names around a digest say it is for.
    fn purpose(&self) -> &'static str {
        let mut words = tokens::of_name(&self.method.name.text);
        words.extend(tokens::of_name(&self.ty.name.text));
        words.extend(self.fixed.locals().flat_map(tokens::of_name));
        words.extend(self.method.params.iter().flat_map(|p| tokens::of_name(&p.name.text)));
        let has =
            |words: &[String], list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
        if has(&words, &SECRET) {
            return "secret";
        }
        let methods = self.ty.methods.iter();
        let compares = methods.flat_map(|method| tokens::of_name(&method.name.text));
        words.extend(compares);
        if has(&words, &TELLS_APART) { "checksum" } else { "other" }
    }

    fn header(&mut self, arguments: &'u [Expr]) {
        let [name, value] = arguments else { return };
        let Some(header) = self.fixed.text(name) else { return };
        let lower = header.to_ascii_lowercase();
        if !CREDENTIAL_HEADERS.contains(&lower.as_str()) {
            return;
        }
        let Some(at) = self.fixed.bytes(value) else { return };
        let Some(text) = self.fixed.text(value) else { return };
        let scheme = ["bearer", "basic", "oauth", "token", "apikey"];
        let rest = text.trim().split_once(' ').map_or(text.trim(), |(_, rest)| rest.trim());
        let bare = scheme.iter().any(|word| rest.eq_ignore_ascii_case(word));
        if !rest.is_empty() && !bare && !rest.contains("{!") && !rest.contains('$') {
            self.say("hardcoded-authorization", at, None, &[("header", &lower)]);
        }
    }

    fn endpoint(&mut self, arguments: &'u [Expr]) {
        let Some(first) = arguments.first() else { return };
        let Some((text, at)) = self.fixed.beginning(first) else { return };
        let Some((scheme, rest)) = text.split_once("://") else { return };
        let host = rest.split(['/', '?', ':', '#']).next().unwrap_or("").to_ascii_lowercase();
        let host = host.rsplit('@').next().unwrap_or("");
        let what = match scheme.to_ascii_lowercase().as_str() {
            "http" => "cleartext-address",
            "https" => "hardcoded-endpoint",
            _ => return,
        };
        let local = ["localhost", "127.0.0.1", ""].contains(&host);
        if !local {
            self.say(what, at, None, &[("host", host)]);
        }
    }

    fn say(&mut self, what: &str, at: At, algorithm: Option<&str>, more: &[(&str, &str)]) {
        let method = match self.method.name.text.is_empty() {
            true => "initialiser",
            false => self.method.name.text.as_str(),
        };
        let name = format_compact!("{}.{method}/{what}", self.ty.full_name);
        let count = self.counts.entry(name.clone()).or_insert(0);
        *count += 1;
        let name = if *count > 1 { format_compact!("{name}/{count}") } else { name };
        let span = Span { file: self.unit.file, start: at.start, end: at.end };
        let mut row = Fact::new(KIND.name, name, span);
        row.component = self.ty.full_name.clone();
        row.cap = self.unit.fact.cap;
        row.derive("class", &self.ty.full_name);
        row.derive("method", method);
        row.derive("what", what);
        // What stands in the place of an algorithm and is none may be a secret.
        if let Some(algorithm) = algorithm.filter(|text| text.len() <= 20) {
            row.derive("algorithm", algorithm);
        }
        more.iter().for_each(|(key, text)| row.derive(*key, text));
        row.derive("generated", is_generated(self.ty, self.unit));
        self.out.push(row);
    }
}

fn is_crypto(base: &Expr) -> bool {
    match &base.kind {
        ExprKind::Name(name) => name.eq_ignore_ascii_case("Crypto"),
        ExprKind::Member { base, name } => {
            let system =
                matches!(&base.kind, ExprKind::Name(n) if n.eq_ignore_ascii_case("System"));
            system && name.text.eq_ignore_ascii_case("Crypto")
        }
        _ => false,
    }
}

/// Stubs made from a WSDL declare their endpoint in a field of this name.
fn is_generated(ty: &Type, unit: &Unit) -> bool {
    let stub = |ty: &Type| ty.fields.iter().any(|f| f.name.text.eq_ignore_ascii_case("endpoint_x"));
    stub(ty) || unit.types.iter().any(stub)
}

/// Whether a literal is a text.
fn is_text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(Literal::Text, text) => Some(text),
        _ => None,
    }
}
