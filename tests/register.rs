//! The register from the outside: what a check says of it both ways, and what the command
//! lists and adds.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::BTreeSet;

use phorce::config::Register;
use support::{AS_OF, PROJECT, Project, Ran, run};

const REGISTER: &str = "compliance/register.toml";
const NAMED: (&str, &str) = ("phorce.toml", "register = \"compliance/register.toml\"\n");

/// Families and rules whose findings are looked at here.
const ABOUT: [&str; 10] = [
    "oauth-client-not-in-register",
    "privileged-holder-not-in-register",
    "bypass-not-in-register",
    "phi-object-not-in-register",
    "register-entry-stale",
    "register-entry-incomplete",
    "register-review-overdue",
    "package-without-vendor-evidence",
    "egress-host-not-approved",
    "vendor-agreement-missing-or-expired",
];

/// `severity rule subject path:line` of what a check says of the register, sorted.
fn said(project: &Project, flags: &[&str]) -> Vec<String> {
    let ran = project.check(&[flags, &["--format", "json"]].concat());
    assert_eq!(ran.err, "");
    let json = ran.json();
    let findings = json["findings"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let about = findings.filter(|finding| ABOUT.contains(&finding["rule"].as_str().unwrap()));
    let mut said: Vec<String> = about
        .map(|f| {
            let place = format!("{}:{}", text(&f["path"]), f["line"]);
            let place = place.replace("force-app/main/default/", "");
            format!("{} {} {} {place}", text(&f["severity"]), text(&f["rule"]), text(&f["subject"]))
        })
        .collect();
    said.sort();
    said
}

fn verdicts(ran: &Ran) -> BTreeSet<(String, String)> {
    let json = ran.json();
    let rules = json["rules"].as_array().unwrap().iter();
    let about = rules.filter(|rule| ABOUT.contains(&rule["id"].as_str().unwrap()));
    about
        .map(|rule| {
            let text = |key: &str| rule[key].as_str().unwrap().to_owned();
            (text("verdict"), text("reason"))
        })
        .collect()
}

fn register(project: &Project, flags: &[&str]) -> Ran {
    run(project.phorce().args(["register", "--as-of", AS_OF]).args(flags))
}

#[test]
fn each_of_the_six_is_compared_both_ways() {
    let project = Project::of_org("registered");
    assert_eq!(
        said(&project, &[]),
        [
            "low oauth-client-not-in-register Badge_Kiosk connectedApps/Badge_Kiosk.connectedApp-meta.xml:2",
            "low register-entry-stale bypass/Skip_Old_Rules compliance/register.toml:81",
            "low register-entry-stale endpoint/fax.example.org compliance/register.toml:33",
            "low register-entry-stale holder/Nurse compliance/register.toml:67",
            "low register-entry-stale oauth-client/Old_Planner compliance/register.toml:15",
            "low register-entry-stale package/oldforms compliance/register.toml:51",
            "low register-entry-stale phi-object/Old_Patient__c compliance/register.toml:95",
            "medium bypass-not-in-register Bypass_Alerts permissionsets/Data_Load.permissionset-meta.xml:5",
            "medium egress-host-not-approved Maps remoteSiteSettings/Maps.remoteSite-meta.xml:5",
            "medium package-without-vendor-evidence acmeforms installedPackages/acmeforms.installedPackage-meta.xml:5",
            "medium package-without-vendor-evidence labkit installedPackages/labkit.installedPackage-meta.xml:5",
            "medium phi-object-not-in-register Visit__c objects/Visit__c/Visit__c.object-meta.xml:2",
            "medium privileged-holder-not-in-register Data_Load permissionsets/Data_Load.permissionset-meta.xml:11",
            "medium register-entry-incomplete holder/Org_Setup compliance/register.toml:61",
            "medium register-review-overdue endpoint/*.lab.example compliance/register.toml:30",
            "medium register-review-overdue holder/Org_Setup compliance/register.toml:64",
            "medium vendor-agreement-missing-or-expired oauth-client/Visit_Planner compliance/register.toml:10",
        ]
    );
}

#[test]
fn the_date_decides_what_is_overdue() {
    let project = Project::of_org("registered");
    let on = |day: &str| -> Vec<String> {
        let ran = run(project.phorce().args(["check", "--as-of", day, "--format", "json"]));
        let found = ran.findings("open").into_iter().filter(|finding| {
            finding.starts_with("register-review") || finding.starts_with("vendor-agreement")
        });
        found.collect()
    };
    assert_eq!(on("2025-12-01"), [""; 0]);
    assert_eq!(
        on("2025-12-02"),
        [
            "register-review-overdue holder/Org_Setup",
            "vendor-agreement-missing-or-expired oauth-client/Visit_Planner"
        ],
        "a review a year and a day old, an agreement that ends in 29 days"
    );
    assert_eq!(on("2026-12-02").len(), 13, "every review, and the agreement");
}

#[test]
fn without_a_register_one_notice_speaks_for_all_rules() {
    let project = Project::of_org("registered");
    std::fs::remove_file(project.path().join("phorce.toml")).unwrap();
    assert_eq!(said(&project, &[]), [""; 0]);
    let ran = project.check(&["--format", "json"]);
    let why = ("not-assessed".to_owned(), "phorce.toml names no register".to_owned());
    assert_eq!(verdicts(&ran), BTreeSet::from([why]));
    let json = ran.json();
    let notices = json["notices"].as_array().unwrap();
    let about = |n: &&serde_json::Value| n["message"].as_str().unwrap().contains("register");
    let about: Vec<_> = notices.iter().filter(about).collect();
    assert_eq!(about.len(), 1, "{about:?}");
    let message = about[0]["message"].as_str().unwrap();
    assert!(message.starts_with("phorce.toml names no register, so 10 rules are not assessed; "));
    let with = Project::of_org("registered").check(&["--format", "json"]).json();
    let with = with["notices"].to_string();
    assert!(!with.contains("names no register"), "{with}");
}

#[test]
fn a_register_that_cannot_be_read_is_refused_with_its_line() {
    let refused = |text: &str, flags: &[&str]| {
        let project = Project::of_org("registered");
        project.write(REGISTER, text);
        let ran = project.check(flags);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        ran.err
    };
    assert_eq!(
        refused("# x\n\n[[holder]]\nname = 'x'\nownr = ''\n", &[]),
        "phorce: compliance/register.toml:5: unknown key 'ownr' in [[holder]]; did you mean 'owner'?\n"
    );
    let project = Project::of_org("registered");
    std::fs::remove_file(project.path().join(REGISTER)).unwrap();
    let missing = "phorce: phorce.toml:1: 'register': compliance/register.toml: it is not there; \
        `phorce register --update` writes it\n";
    for ran in [project.check(&[]), register(&project, &[])] {
        assert_eq!((ran.code, ran.err.as_str()), (2, missing));
    }
    project.write("phorce.toml", "fail-on = 'low'\nregister = 'compliance'\n");
    project.write("compliance/other.toml", "");
    let folder = project.check(&[]);
    assert_eq!(folder.code, 2);
    assert_eq!(
        folder.err,
        "phorce: phorce.toml:2: 'register': compliance: it is not a regular file\n"
    );
    project.write("phorce.toml", NAMED.1);
    std::fs::write(project.path().join(REGISTER), b"# \xff\n").unwrap();
    assert!(project.check(&[]).err.contains("it is not UTF-8; save it with that encoding"));
}

#[test]
fn a_path_that_leads_out_is_refused() {
    for (path, why) in [
        ("../register.toml", "leads out of the project; name a file below the one of this file"),
        ("/etc/register.toml", "is not relative; name a file below the one of this file"),
        ("", "is empty; name a file"),
        ("compliance/", "is a folder; name a file in it"),
        ("a\\b.toml", "has a backslash; write forward slashes"),
    ] {
        let error = phorce::config::parse("p", &format!("\nregister = '{path}'\n")).unwrap_err();
        assert_eq!(error[0].to_string(), format!("p:2: 'register': '{path}' {why}"));
    }
}

#[test]
fn of_a_part_of_the_project_no_entry_is_stale() {
    let project = Project::of_org("registered");
    let part = project.check(&["force-app/main/default/permissionsets", "--format", "json"]);
    let json = part.json();
    let stale = json["rules"].as_array().unwrap().iter();
    let stale = stale.clone().find(|rule| rule["id"] == "register-entry-stale").unwrap();
    assert_eq!(stale["verdict"], "checked");
    let why = "only a part of the project was looked at; check its root folder";
    assert!(stale["reason"].as_str().unwrap().ends_with(why), "{stale}");
    assert!(!part.findings("open").iter().any(|finding| finding.contains("stale")));
    assert!(part.findings("open").contains(&"bypass-not-in-register Bypass_Alerts".to_owned()));
}

#[test]
fn a_configuration_elsewhere_names_a_register_beside_it() {
    let project = Project::of_org("registered");
    let text = project.read(REGISTER);
    project.write("ci/phorce.toml", "register = \"./list.toml\"\n");
    project.write("ci/list.toml", &text);
    std::fs::remove_file(project.path().join("phorce.toml")).unwrap();
    let found = said(&project, &["--config", "ci/phorce.toml"]);
    assert_eq!(found.len(), 17);
    assert!(found[1].ends_with("bypass/Skip_Old_Rules ci/list.toml:81"), "{}", found[1]);
    let outside =
        Project::new(&[("ours.toml", "register = \"list.toml\"\n"), ("list.toml", &text)]);
    let config = outside.path().join("ours.toml").display().to_string();
    let found = said(&project, &["--config", &config]);
    let list = outside.path().join("list.toml").display().to_string();
    assert!(found[1].ends_with(&format!(" {list}:81")), "{}", found[1]);
}

#[test]
fn the_list_says_what_is_missing_and_what_to_look_at() {
    let project = Project::of_org("registered");
    let ran = register(&project, &[]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let out = ran.out.replace("force-app/main/default/", "");
    assert_eq!(
        out,
        "compliance/register.toml: 12 entries

Not in the register: 6
  oauth-client  Badge_Kiosk       connectedApps/Badge_Kiosk.connectedApp-meta.xml:2
  endpoint      maps.example.org  remoteSiteSettings/Maps.remoteSite-meta.xml:5  (Maps)
  package       acmeforms         installedPackages/acmeforms.installedPackage-meta.xml:5
  holder        Data_Load         permissionsets/Data_Load.permissionset-meta.xml:11  (ModifyAllData)
  bypass        Bypass_Alerts     permissionsets/Data_Load.permissionset-meta.xml:5
  phi-object    Visit__c          objects/Visit__c/Visit__c.object-meta.xml:2

To look at: 11
  compliance/register.toml:10  medium: The agreement with the vendor of oauth-client/Visit_Planner ended on 2025-12-31 (vendor-agreement-missing-or-expired)
  compliance/register.toml:30  medium: The review of endpoint/*.lab.example was due on 2026-01-01, 14 days ago (register-review-overdue)
  compliance/register.toml:61  medium: The entry about holder/Org_Setup does not say: owner (register-entry-incomplete)
  compliance/register.toml:64  medium: The last review of holder/Org_Setup was 410 days ago; at most 365 is the rule (register-review-overdue)
  installedPackages/labkit.installedPackage-meta.xml:5  medium: labkit is installed in version 3.2, and version 3.1 is what was reviewed (package-without-vendor-evidence)
  compliance/register.toml:15  low: The register lists oauth-client/Old_Planner, and nothing here is that (register-entry-stale)
  compliance/register.toml:33  low: The register lists endpoint/fax.example.org, and nothing here is that (register-entry-stale)
  compliance/register.toml:51  low: The register lists package/oldforms, and nothing here is that (register-entry-stale)
  compliance/register.toml:67  low: The register lists holder/Nurse, which gives no privilege any more (register-entry-stale)
  compliance/register.toml:81  low: The register lists bypass/Skip_Old_Rules, and nothing here is that (register-entry-stale)
  compliance/register.toml:95  low: The register lists phi-object/Old_Patient__c, and nothing here is that (register-entry-stale)

`phorce register --update` adds what is not in the register.
"
    );
}

#[test]
fn an_update_adds_what_is_missing_and_keeps_every_byte() {
    let project = Project::of_org("registered");
    let before = project
        .read(REGISTER)
        .replace("[[phi-object]]\nname        = \"Old", "\n  [[phi-object]] # odd\r\nname=\"Old");
    project.write(REGISTER, &before);
    let ran = register(&project, &["--update"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("6 entries added to compliance/register.toml; "), "{}", ran.out);
    let after = project.read(REGISTER);
    assert!(after.starts_with(&before));
    let added = Register::read("r", &after).unwrap();
    assert_eq!(added.entries.len(), 18);
    let added = after.strip_prefix(&before).unwrap().replace("\r\n", "\n");
    let heads: Vec<&str> = added.lines().filter(|l| l.starts_with("name ")).collect();
    assert_eq!(
        heads,
        [
            "name        = \"Badge_Kiosk\"",
            "name        = \"maps.example.org\"",
            "name        = \"acmeforms\"",
            "name        = \"Data_Load\"",
            "name        = \"Bypass_Alerts\"",
            "name        = \"Visit__c\"",
        ]
    );
    let holder = "\n# force-app/main/default/permissionsets/Data_Load.permissionset-meta.xml: \
        ModifyAllData\n[[holder]]\nname        = \"Data_Load\"\ntype        = \"PermissionSet\"\n\
        owner       = \"\"\npurpose     = \"\"\ncriticality = \"\"\nlast-review = \"\"\n\
        next-review = \"\"\n";
    assert!(added.contains(holder), "{added}");

    let again = register(&project, &["--update"]);
    assert_eq!(again.code, 0);
    let nothing =
        "compliance/register.toml lists everything that has to be in it; nothing was added\n";
    assert_eq!((again.out.as_str(), project.read(REGISTER)), (nothing, after));
    let said = said(&project, &[]);
    assert!(!said.iter().any(|finding| finding.contains("-not-in-register")), "{said:?}");
    let blank = said.iter().filter(|finding| finding.contains("medium register-entry-incomplete"));
    assert_eq!(blank.count(), 7, "a blank owner is no owner: {said:?}");
}

#[test]
fn an_update_writes_a_register_where_there_is_none() {
    let project = Project::of_org("registered");
    std::fs::remove_dir_all(project.path().join("compliance")).unwrap();
    let ran = register(&project, &["--update"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let text = project.read(REGISTER);
    assert!(text.starts_with("# The register: who answers for what "));
    assert_eq!(Register::read("r", &text).unwrap().entries.len(), 12);
    assert!(!said(&project, &[]).iter().any(|finding| finding.contains("-not-in-register")));
    assert_eq!(register(&project, &[]).code, 1, "what is blank is to be looked at");
}

#[test]
fn a_register_in_order_is_said_to_be() {
    let (path, text) = support::profile("Desk", &["RunReports"]);
    let project = Project::new(&[PROJECT, NAMED, (REGISTER, ""), (&path, &text)]);
    let ran = register(&project, &[]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        ran.out,
        "compliance/register.toml: 0 entries\n\nNothing is missing, and nothing is out of date.\n"
    );
    let (path, text) = support::profile("Desk", &["ViewAllData"]);
    project.write(&path, &text);
    assert_eq!(register(&project, &[]).code, 1);
    let accept = "\n[[accept]]\nrule = \"privileged-holder-not-in-register\"\nsubject = \"Desk\"\n\
        reason = \"r\"\nby = \"b\"\nuntil = 2026-03-01\n\
        not-reasonable-because = \"n\"\ninstead = \"i\"\n";
    project.write("phorce.toml", &format!("{}{accept}", NAMED.1));
    assert_eq!(register(&project, &[]).code, 0, "an accepted risk is not missing");
}

#[test]
fn what_the_command_cannot_do_is_said() {
    let (path, text) = support::profile("Desk", &["ViewAllData"]);
    let project = Project::new(&[PROJECT, (&path, &text)]);
    for flags in [&[][..], &["--update"]] {
        let ran = register(&project, flags);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert_eq!(
            ran.err,
            "phorce: phorce.toml names no register; write register = \"compliance/register.toml\" \
             into it, above its first table\n"
        );
    }
    project.write("phorce.toml", NAMED.1);
    project.write(REGISTER, "");
    project.write("force-app/main/default/profiles/Broken.profile-meta.xml", "<Profile>");
    let ran = register(&project, &[]);
    assert_eq!(ran.code, 3);
    assert!(ran.out.contains("Not read: force-app/main/default/profiles/Broken"), "{}", ran.out);
    assert_eq!(register(&project, &["--allow-incomplete"]).code, 1);
    assert_eq!(register(&project, &["--update"]).code, 3);
    assert!(project.read(REGISTER).contains("name        = \"Desk\""));
    let nothing = register(&Project::new(&[NAMED, (REGISTER, "")]), &[]);
    assert_eq!(nothing.code, 2);
    assert!(nothing.err.contains("no Salesforce metadata found"), "{}", nothing.err);
}

/// Two projects under one register: a package in each folder.
fn two_projects() -> Project {
    let package = |name: &str| {
        let path = format!(
            "{name}/force-app/main/default/installedPackages/{name}.installedPackage-meta.xml"
        );
        (
            path,
            "<InstalledPackage xmlns=\"http://soap.sforce.com/2006/04/metadata\"><versionNumber>1</versionNumber></InstalledPackage>\n",
        )
    };
    let project = Project::new(&[NAMED]);
    for name in ["east", "west"] {
        project.write(&format!("{name}/sfdx-project.json"), PROJECT.1);
        let (path, text) = package(name);
        project.write(&path, text);
    }
    project
}

#[test]
fn several_orgs_have_one_register() {
    let project = two_projects();
    project.write(
        REGISTER,
        "[[package]]\nname = 'west'\n[[package]]\nname = 'east'\n[[package]]\nname = 'north'\n",
    );
    let said = said(&project, &[]);
    let stale: Vec<_> = said.iter().filter(|finding| finding.contains("stale")).collect();
    assert_eq!(stale, ["low register-entry-stale package/north compliance/register.toml:6"]);
    let blank = said.iter().filter(|finding| finding.contains("incomplete"));
    assert_eq!(blank.count(), 3, "an entry is judged once: {said:?}");
    project.write(REGISTER, "");
    assert_eq!(register(&project, &["--update"]).code, 0);
    assert_eq!(Register::read("r", &project.read(REGISTER)).unwrap().entries.len(), 2);
}

#[test]
fn what_one_org_does_not_show_is_not_said_to_be_gone() {
    let project = two_projects();
    project.write("south/sfdx-project.json", PROJECT.1);
    let (path, text) = support::profile("Desk", &["RunReports"]);
    project.write(&format!("south/{path}"), &text);
    project.write(REGISTER, "[[package]]\nname = 'north'\n[[package]]\nname = 'WEST'\n");
    let said = said(&project, &[]);
    assert!(!said.iter().any(|finding| finding.contains("stale")), "{said:?}");
    assert_eq!(said.iter().filter(|finding| finding.contains("incomplete")).count(), 2);
}

#[test]
fn a_host_that_several_components_name_is_listed_once_at_the_first() {
    let site = |path: &str, element: &str, rest: &str| {
        let path = format!("force-app/main/default/{path}-meta.xml");
        let root = element;
        let text = format!(
            "<{root} xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n{rest}\n</{root}>\n"
        );
        (path, text)
    };
    let remote = "<isActive>true</isActive>\n<url>https://Maps.example.org/a</url>";
    let trusted = "<endpointUrl>https://maps.example.org</endpointUrl>\n<isActive>true</isActive>\n\
        <isApplicableToConnectSrc>true</isApplicableToConnectSrc>";
    let project = Project::new(&[PROJECT, NAMED, (REGISTER, "")]);
    for (path, text) in [
        site("remoteSiteSettings/Maps.remoteSite", "RemoteSiteSetting", remote),
        site("remoteSiteSettings/Atlas.remoteSite", "RemoteSiteSetting", remote),
        site("cspTrustedSites/Tiles.cspTrustedSite", "CspTrustedSite", trusted),
    ] {
        project.write(&path, &text);
    }
    let out = register(&project, &[]).out;
    let rows: Vec<&str> = out.lines().filter(|line| line.starts_with("  ")).collect();
    assert_eq!(rows.len(), 1, "{out}");
    let row = "  endpoint  maps.example.org  \
        force-app/main/default/cspTrustedSites/Tiles.cspTrustedSite-meta.xml:2  (Atlas, Maps, Tiles)";
    assert_eq!(rows[0].to_lowercase(), row.to_lowercase());
    assert_eq!(register(&project, &["--update"]).code, 0);
    let text = project.read(REGISTER);
    assert_eq!(text.matches("[[endpoint]]").count(), 1, "{text}");
    assert!(text.contains("Tiles.cspTrustedSite-meta.xml: Atlas, Maps, Tiles\n"), "{text}");
    assert_eq!(register(&project, &[]).out.matches("Not in the register").count(), 0);
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let ran = Project::new(&[]).run(&["schema", "register"]);
    assert_eq!(ran.code, 0);
    let validator = jsonschema::validator_for(&ran.json()).unwrap();
    let project = Project::of_org("registered");
    let blanks = Project::of_org("registered");
    assert_eq!(register(&blanks, &["--update"]).code, 0);
    for text in [project.read(REGISTER), blanks.read(REGISTER), String::new()] {
        assert!(validator.is_valid(&as_json(&text)), "{text}");
    }
    for broken in [
        "[[holders]]\nname = 'x'",
        "[holder]\nname = 'x'",
        "[[holder]]\nowner = 'x'",
        "[[holder]]\nname = ' '",
        "[[holder]]\nname = 'x'\nversion = '1'",
        "[[package]]\nname = 'x'\ntype = 'Profile'",
        "[[package]]\nname = 'x'\nbaa = '31.1.2026'",
        "[[package]]\nname = 'x'\nbaa = true",
        "[[package]]\nname = 'x'\ncriticality = 'hgih'",
        "[[holder]]\nname = 'x'\ntype = 'Group'",
        "[[endpoint]]\nname = 'https://lab.example.org'",
        "[[endpoint]]\nname = '*.org'",
        "[[endpoint]]\nname = 'lab*.example.org'",
        "[[package]]\nname = 'x'\nbaa-until = 2026-01-31",
        "[[package]]\nname = 'x'\nno-baa = 'r'\nbaa = 2026-01-31",
    ] {
        assert!(Register::read("r", broken).is_err(), "{broken}");
        assert!(!validator.is_valid(&as_json(broken)), "{broken}");
    }
}

/// TOML as JSON: a date is a text.
fn as_json(text: &str) -> serde_json::Value {
    fn convert(value: toml::Value) -> serde_json::Value {
        match value {
            toml::Value::Datetime(date) => date.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(convert).collect(),
            toml::Value::Table(table) => {
                table.into_iter().map(|(key, value)| (key, convert(value))).collect()
            }
            other => serde_json::to_value(other).unwrap(),
        }
    }
    convert(toml::Value::Table(toml::from_str(text).unwrap()))
}
