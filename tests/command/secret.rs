//! No value of a secret is ever printed, in no format, whatever is wrong around it.

use crate::support::{PROJECT, Project};

/// Every secret here contains this.
const MARK: &str = "hunter-two-94c1";

const METADATA: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";

/// Path below the package directory, root element, lines of the body; `@` is a secret.
const FILES: &[(&str, &str, &str)] = &[
    (
        "connectedApps/Lab.connectedApp-meta.xml",
        "ConnectedApp",
        "<label>Lab</label>\n<oauthConfig>\n<callbackUrl>http://lab.example.com/cb</callbackUrl>\n\
         <consumerKey>lab-client</consumerKey>\n<consumerSecret>@</consumerSecret>\n\
         <scopes>Full</scopes>\n</oauthConfig>",
    ),
    (
        "extlClntAppGlobalOauthSets/Visits.ecaGlblOauth-meta.xml",
        "ExtlClntAppGlobalOauthSettings",
        "<callbackUrl>http://visits.example.com/cb</callbackUrl>\n<consumerKey>visits</consumerKey>\n\
         <consumerSecret>@</consumerSecret>\n<externalClientApplication>Visits</externalClientApplication>",
    ),
    (
        "authproviders/Login.authprovider-meta.xml",
        "AuthProvider",
        "<authorizeUrl>http://login.example.com</authorizeUrl>\n<consumerSecret>@</consumerSecret>\n\
         <ecKey>@</ecKey>\n<friendlyName>Login</friendlyName>\n<providerType>OpenIdConnect</providerType>",
    ),
    (
        "namedCredentials/Claims.namedCredential-meta.xml",
        "NamedCredential",
        "<awsAccessSecret>@</awsAccessSecret>\n<endpoint>http://claims.example.com</endpoint>\n\
         <label>Claims</label>\n<oauthRefreshToken>@</oauthRefreshToken>\n<oauthToken>@</oauthToken>\n\
         <password>@</password>\n<principalType>NamedUser</principalType>\n<protocol>Password</protocol>",
    ),
    (
        "dataSources/Archive.dataSource-meta.xml",
        "ExternalDataSource",
        "<endpoint>http://archive.example.com</endpoint>\n<label>Archive</label>\n\
         <oauthRefreshToken>@</oauthRefreshToken>\n<oauthToken>@</oauthToken>\n<password>@</password>\n\
         <protocol>Password</protocol>",
    ),
    (
        "installedPackages/acme.installedPackage-meta.xml",
        "InstalledPackage",
        "<activateRSS>true</activateRSS>\n<password>@</password>\n<versionNumber>1.0</versionNumber>",
    ),
    (
        "networks/Portal.network-meta.xml",
        "Network",
        "<networkAuthApiSettings>\n<recaptchaSecretKey>@</recaptchaSecretKey>\n\
         </networkAuthApiSettings>\n<status>Live</status>",
    ),
    (
        "externalCredentials/Claims.externalCredential-meta.xml",
        "ExternalCredential",
        "<externalCredentialParameters>\n<parameterName>Authorization</parameterName>\n\
         <parameterType>AuthHeader</parameterType>\n<parameterValue>Bearer @</parameterValue>\n\
         </externalCredentialParameters>\n<externalCredentialParameters>\n\
         <parameterName>X-Key</parameterName>\n<parameterType>AuthParameter</parameterType>\n\
         <parameterValue>api_key=@</parameterValue>\n</externalCredentialParameters>\n\
         <label>Claims</label>",
    ),
];

/// A project with every secret, each written by `write`.
fn project(write: impl Fn(&str) -> String) -> Project {
    let project = Project::new(&[PROJECT]);
    for (path, root, body) in FILES {
        let mut number = 0;
        let body: Vec<String> = body
            .split('@')
            .map(str::to_owned)
            .reduce(|before, after| {
                number += 1;
                format!("{before}{}{after}", write(&format!("{MARK}-{number}")))
            })
            .into_iter()
            .collect();
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} {METADATA}>\n{}\n</{root}>\n",
            body.concat()
        );
        project.write(&format!("force-app/main/default/{path}"), &text);
    }
    project
}

/// Everything that is written about a project.
fn written(project: &Project) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for format in ["text", "json", "sarif"] {
        for full in [&[][..], &["--full", "--sarif-accepted"]] {
            let ran = project.check(&[full, &["--format", format]].concat());
            assert!(ran.code == 0 || ran.code == 1 || ran.code == 3, "{}", ran.err);
            all.push((format!("{format} {full:?}"), ran.out + &ran.err));
        }
    }
    project.check(&["--full", "-o", "r.txt", "-o", "r.json", "-o", "r.sarif"]);
    for file in ["r.txt", "r.json", "r.sarif"] {
        all.push((file.to_owned(), project.read(file)));
    }
    all
}

fn assert_hidden(project: &Project) {
    for (format, text) in written(project) {
        // Half of it would be too much, too.
        for part in [MARK, "hunter-two", "94c1"] {
            let line = text.lines().find(|line| line.contains(part));
            assert!(line.is_none(), "{format}: {}", line.unwrap_or_default());
        }
    }
}

#[test]
fn no_secret_is_printed() {
    assert_hidden(&project(str::to_owned));
}

#[test]
fn nor_where_it_is_written_in_several_lines_or_by_references() {
    assert_hidden(&project(|secret| format!("\n    {secret}\n")));
    assert_hidden(&project(|secret| format!("<![CDATA[{secret}]]>")));
    assert_hidden(&project(|secret| format!("&#65;{secret}&amp;")));
}

#[test]
fn nor_where_it_breaks_the_file() {
    assert_hidden(&project(|secret| format!("a&{secret};b")));
    assert_hidden(&project(|secret| format!("a&{secret}")));
    assert_hidden(&project(|secret| format!("a<{secret}>b")));
    assert_hidden(&project(|secret| format!("a<{secret}")));
    assert_hidden(&project(|secret| format!("a<b {secret}=c>")));
    assert_hidden(&project(|secret| format!("a]]>{secret}\u{1}")));
    assert_hidden(&project(|secret| format!("\n<<<<<<< HEAD\n{secret}\n=======\n")));
    assert_hidden(&project(|secret| format!("<!-- {secret} -- {secret} -->")));
    assert_hidden(&project(|secret| format!("</{secret}>")));
}

#[test]
fn nor_where_the_file_is_broken() {
    let project = project(str::to_owned);
    for (path, root, _) in FILES {
        let path = format!("force-app/main/default/{path}");
        let text = project.read(&path);
        project.write(&path, text.trim_end().trim_end_matches(&format!("</{root}>")));
    }
    assert_hidden(&project);
}

#[test]
fn the_secrets_are_found() {
    let ran = project(str::to_owned).check(&["--format", "json"]);
    let found = ran.findings("open");
    for subject in ["Lab", "Visits", "Login", "Claims", "Archive", "acme", "Portal"] {
        let expected = format!("secret-committed-in-metadata {subject}");
        assert!(found.contains(&expected), "{expected}: {found:#?}");
    }
}
