//! Keys, digests, credentials and addresses, on sources as they are read.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

use std::collections::BTreeMap;

use jiff::civil::Date;

use phorce::config::Config;
use phorce::engine::gather::gather_kinds;
use phorce::source::Sources;

fn rows(code: &str) -> Vec<String> {
    let path = "force-app/main/default/classes/Vault.cls".to_owned();
    let sources = Sources::in_memory(BTreeMap::from([(path, code.as_bytes().to_vec())]));
    let as_of = Date::constant(2026, 1, 1);
    let gathered = gather_kinds(&sources, &["apex-crypto"], &Config::default(), as_of).unwrap();
    let show = |row: &std::sync::Arc<phorce::fact::Fact>| {
        let at = row.place.start as usize..row.place.end as usize;
        format!("{} {}", row.text("what").unwrap(), code.get(at).unwrap())
    };
    gathered.orgs[0].facts.of("apex-crypto").iter().map(show).collect()
}

fn body(body: &str) -> Vec<String> {
    rows(&format!(
        "public class Vault {{ static final String KEY = 'abcdefghijklmnop'; static String open = 'x'; \
         void go(String given, HttpRequest r) {{ {body} }} void other() {{ open = 'y'; }} }}"
    ))
}

#[test]
fn a_key_is_fixed_through_names_and_decoding() {
    let key = ["hardcoded-key 'abcdefghijklmnop'"];
    assert_eq!(body("Crypto.encryptWithManagedIV('AES128', Blob.valueOf(KEY), b);"), key);
    assert_eq!(
        body("Blob k = Blob.valueOf(Vault.KEY); System.Crypto.generateMac('hmacSHA256', b, k);"),
        key
    );
    assert_eq!(
        body(
            "Crypto.decrypt('AES256', EncodingUtil.base64Decode('QUJD'), Blob.valueOf('1234'), b);"
        ),
        ["hardcoded-key 'QUJD'", "static-iv '1234'"]
    );
    for safe in [
        "Crypto.encryptWithManagedIV('AES128', Blob.valueOf(given), b);",
        "Crypto.encryptWithManagedIV('AES128', Blob.valueOf(open), b);",
        "Crypto.encryptWithManagedIV('AES128', Crypto.generateAesKey(128), b);",
        "Crypto.encryptWithManagedIV('AES128', EncodingUtil.base64Decode(Label.Key), b);",
        "Crypto.signWithCertificate('RSA-SHA256', b, 'My_Cert');",
    ] {
        assert!(body(safe).is_empty(), "{safe}");
    }
}

#[test]
fn broken_digests_are_told_by_their_names() {
    assert_eq!(body("Crypto.generateDigest('md5', b);"), ["weak-digest 'md5'"]);
    assert_eq!(body("Crypto.generateDigest('SHA-1', b);"), ["weak-digest 'SHA-1'"]);
    assert_eq!(body("Crypto.generateMac('hmacSHA1', b, k);"), ["weak-mac 'hmacSHA1'"]);
    assert_eq!(body("Crypto.sign('RSA-SHA1', b, k);"), ["weak-mac 'RSA-SHA1'"]);
    assert!(
        body("Crypto.generateDigest('SHA-256', b); Crypto.generateMac('hmacSHA256', b, k);")
            .is_empty()
    );
}

#[test]
fn a_credential_is_more_than_its_scheme() {
    let secret = ["hardcoded-authorization 'abcdefghijklmnop'"];
    assert_eq!(body("r.setHeader('Authorization', 'Bearer ' + KEY);"), secret);
    assert_eq!(body("r.setHeader('X-API-Key', KEY);"), secret);
    assert_eq!(
        body(
            "r.setHeader('Authorization', 'Basic ' + EncodingUtil.base64Encode(Blob.valueOf('user:word')));"
        ),
        ["hardcoded-authorization 'user:word'"]
    );
    for safe in [
        "r.setHeader('Authorization', 'Bearer ' + given);",
        "r.setHeader('Authorization', 'Bearer {!$Credential.OAuthToken}');",
        "r.setHeader('Authorization', 'Bearer ');",
        "r.setHeader('Content-Type', 'application/json');",
    ] {
        assert!(body(safe).is_empty(), "{safe}");
    }
}

#[test]
fn addresses_have_a_scheme_and_a_host() {
    assert_eq!(
        body("r.setEndpoint('http://lab.example.org/x?y=' + given);"),
        ["cleartext-address 'http://lab.example.org/x?y='"]
    );
    assert_eq!(
        body("String u = 'https://lab.example.org'; r.setEndpoint(u + '/x');"),
        ["hardcoded-endpoint 'https://lab.example.org'"]
    );
    for safe in [
        "r.setEndpoint('callout:Lab/x');",
        "r.setEndpoint(given + 'http://x.example.org');",
        "r.setEndpoint('http://localhost:8080');",
        "String ns = 'http://schemas.example.org/soap';",
    ] {
        assert!(body(safe).is_empty(), "{safe}");
    }
}

#[test]
fn tests_are_left_out() {
    assert!(
        rows("@IsTest class Vault { void go() { Crypto.generateDigest('MD5', b); } }").is_empty()
    );
}
