//! What a finding says: places, counts, ordinals; the project's patterns and acceptances.

use crate::support::{AS_OF, Project, Ran, run};

fn scan(project: &Project, arguments: &[&str]) -> Ran {
    run(project.phorce().args(["scan", "--as-of", AS_OF]).args(arguments))
}

const LOG: &str = "\
61.0 APEX_CODE,FINEST;DB,INFO
10:01:17.2 (1)|EXECUTION_STARTED
10:01:17.2 (2)|CODE_UNIT_STARTED|[EXTERNAL]|01p5g00000Kd2aB|Admission.admit()
10:01:17.2 (3)|METHOD_ENTRY|[31]|01p5g00000Kd2aC|ChartService.load(Id)
10:01:17.2 (4)|USER_DEBUG|[44]|DEBUG|SSN: 219-45-6781
10:01:17.2 (5)|USER_DEBUG|[52]|DEBUG|SSN: 318-22-4410
10:01:17.2 (6)|USER_DEBUG|[44]|DEBUG|SSN: 219456781
10:01:17.2 (7)|METHOD_EXIT|[31]|01p5g00000Kd2aC|ChartService.load(Id)
*** Skipped 44 bytes of detailed log
10:01:17.2 (9)|USER_DEBUG|[7]|DEBUG|SSN: 318-22-4410
";

#[test]
fn a_finding_names_place_count_and_ordinals_and_no_value() {
    let project = Project::new(&[("a.log", LOG), ("b.csv", "Id,Tax No\n1,318-22-4410\n")]);
    let ran = scan(&project, &["a.log", "b.csv", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let json = ran.json();
    let found: Vec<_> = json["findings"].as_array().unwrap().iter().collect();
    let subjects: Vec<_> = found.iter().map(|f| f["subject"].as_str().unwrap()).collect();
    assert_eq!(
        subjects,
        ["a.log/USER_DEBUG/ChartService.load/ssn", "a.log/USER_DEBUG/ssn", "b.csv/Tax No/ssn"]
    );
    let first = found[0];
    assert_eq!(
        first["message"],
        "USER_DEBUG in ChartService.load lines 44, 52 writes Social Security numbers: 3 in this log, 2 different"
    );
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(5), Some(43)));
    let members = |finding: &serde_json::Value| -> Vec<(String, u64)> {
        let members = finding["members"].as_array().unwrap().iter();
        members
            .map(|m| (m["name"].as_str().unwrap().to_owned(), m["line"].as_u64().unwrap()))
            .collect()
    };
    assert_eq!(members(first), [("value 1".to_owned(), 5), ("value 2".to_owned(), 6)]);
    assert_eq!(members(found[1]), [("value 2".to_owned(), 10)]);
    assert_eq!(members(found[2]), [("value 2".to_owned(), 2)]);
    assert!(json["notices"][0]["message"].as_str().unwrap().contains("left out here"));
    for value in ["219", "318", "6781", "4410"] {
        assert!(!ran.out.contains(&format!("{value}-")) && !ran.out.contains(&format!("-{value}")));
    }
}

#[test]
fn runs_give_the_same_bytes() {
    let project = Project::new(&[("a.log", LOG), ("b.csv", "Id,Tax No\n1,318-22-4410\n")]);
    for format in ["text", "json", "sarif", "csv"] {
        let first = scan(&project, &["b.csv", "a.log", "--format", format]);
        assert_eq!(first, scan(&project, &["a.log", "b.csv", "--format", format]));
        assert_eq!(first.code, 1, "{format}");
    }
    assert_eq!(scan(&project, &["a.log", "--fail-on", "critical"]).code, 0);
    assert_eq!(scan(&project, &["a.log", "--exit-zero"]).code, 0);
}

#[test]
fn json_keeps_to_its_schema_and_sarif_has_a_place() {
    let project = Project::new(&[("a.log", LOG)]);
    let schema = run(project.phorce().args(["schema", "report"])).json();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let json = scan(&project, &["a.log", "--format", "json"]).json();
    let faults: Vec<String> = schema.iter_errors(&json).map(|fault| fault.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
    let sarif = scan(&project, &["a.log", "--format", "sarif"]).json();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a.log");
    assert_eq!(place["region"]["startLine"], 5);
    let csv = scan(&project, &["a.log", "--format", "csv"]).out;
    assert!(csv.lines().nth(1).unwrap().contains("value 1 (line 5); value 2 (line 6)"), "{csv}");
}

#[test]
fn patterns_of_the_project_find_its_own_numbers() {
    let toml = "[scan]\npatterns = [\n\
        { kind = \"mrn\", pattern = \"(?-u:\\\\bK[0-9]{6}\\\\b)\", context = [\"file number\"] },\n\
        { kind = \"study-subject\", pattern = \"(?-u:\\\\bST-[0-9]{4}\\\\b)\" },\n]\n";
    let text = "file number K204417, part K204418\nsubject ST-4711 came\n";
    let project = Project::new(&[("phorce.toml", toml), ("a.txt", text)]);
    let ran = scan(&project, &["a.txt", "--format", "json", "--redact", "copies"]);
    assert_eq!(
        ran.findings("open"),
        ["phi-in-text-file a.txt/mrn", "phi-in-text-file a.txt/study-subject"]
    );
    assert_eq!(
        project.read("copies/a.txt"),
        "file number [MRN], part K204418\nsubject [STUDY-SUBJECT] came\n"
    );
}

#[test]
fn an_acceptance_holds_for_a_scan_and_is_not_asked_for_in_a_check() {
    let toml = "[[accept]]\nrule = \"phi-in-debug-log\"\nsubject = \"a.log/*\"\nbreadth = \"one log\"\nreason = \"r\"\nby = \"b\"\nuntil = 2026-03-01\n";
    let project = crate::support::project_of(&[]);
    project.write("phorce.toml", toml);
    project.write("a.log", LOG);
    let ran = scan(&project, &["a.log", "--format", "json"]);
    assert_eq!((ran.code, ran.findings("accepted").len()), (0, 2));
    let check = project.check(&["--format", "json"]);
    assert_eq!(check.code, 0, "{check:?}");
    let json = check.json();
    assert!(!json["notices"].to_string().contains("matches no finding"), "{json}");
    assert!(!json["rules"].to_string().contains("phi-in-debug-log"));
}

#[test]
fn other_encodings_keep_their_encoding() {
    let text = "Id;SSN__c;Straße\r\n1;219-45-6781;Fünfte Gasse\r\n";
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let marked = format!("\u{feff}{text}").into_bytes();
    for (name, bytes) in [("a.csv", &utf16), ("b.csv", &latin), ("c.csv", &marked)] {
        let project = Project::new(&[]);
        std::fs::write(project.path().join(name), bytes).unwrap();
        let ran = scan(&project, &[name, "--format", "json", "--redact", "copies"]);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert_eq!(ran.findings("open"), [format!("phi-in-export {name}/SSN__c/ssn")]);
        let (new, old) = (ran.json(), "219-45-6781");
        assert_eq!(
            (new["findings"][0]["line"].as_u64(), new["findings"][0]["column"].as_u64()),
            (Some(2), Some(3))
        );
        let copy = std::fs::read(project.path().join("copies").join(name)).unwrap();
        let part = |text: &str| -> Vec<u8> {
            match name {
                "a.csv" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                _ => text.as_bytes().to_vec(),
            }
        };
        let at = bytes.windows(part(old).len()).position(|w| w == part(old)).unwrap();
        let expected = [&bytes[..at], &part("[SSN]"), &bytes[at + part(old).len()..]].concat();
        assert_eq!(copy, expected, "{name}");
    }
}
