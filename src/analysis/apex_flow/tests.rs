//! What texts of rows say.

use super::row::shown;

#[test]
fn an_endpoint_is_shown_without_path_query_and_credentials() {
    for (address, wanted) in [
        ("https://lab.example.com/in?ssn=1", "lab.example.com"),
        ("https://user:word@lab.example.com:8443/in", "lab.example.com:8443"),
        (" https://lab.example.com", "lab.example.com"),
        ("callout:Lab/patients/7", "callout:Lab"),
        ("callout:Lab", "callout:Lab"),
        ("own-org:/services/data", "own-org"),
        ("/services/apexrest/in", "own-org"),
    ] {
        assert_eq!(shown(address), wanted, "{address}");
    }
}
