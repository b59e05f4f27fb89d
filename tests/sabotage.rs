//! A page that was tampered with is rejected: by the reader, by its marks, or by weakening.

use phorce::proof::prove;
use phorce::rule::Rule;

const PAGE: &str = r##"# Sessions stay open for a working day

```toml
severity   = "medium"
confidence = "high"
hipaa      = ["164.312(a)(2)(iii)"]

[[case]]
severity = "high"
for      = "SecuritySettings"
where    = { "sessionSettings.sessionTimeout" = { in = ["EightHours", "TwelveHours"] } }
at       = "sessionSettings.sessionTimeout"
message  = "the session timeout is {value}; your policy threshold is {$threshold}"

[[case]]
for      = "SecuritySettings"
where    = { "sessionSettings.forceLogoutOnSessionTimeout" = { not = true, default = true }, "sessionSettings.sessionTimeout" = { matches = "^(Two|Four)Hours$" } }
at       = "sessionSettings.forceLogoutOnSessionTimeout"
message  = "{name} lets sessions outlive their timeout of {sessionSettings.sessionTimeout}"

[params]
threshold = "30 minutes"
```

A session that nobody ends stays open.

## Why
Somebody else can use it.

## Fix
Set a shorter timeout.

## Limits
Sessions of connected apps are not looked at.

## Bad

`settings/Security.settings`

```xml
<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata">
    <sessionSettings>
        <sessionTimeout>EightHours</sessionTimeout> <!-- finding: high -->
    </sessionSettings>
</SecuritySettings>
```

---

`settings/Security.settings`

```xml
<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata">
    <sessionSettings>
        <sessionTimeout>TwelveHours</sessionTimeout> <!-- finding: high -->
    </sessionSettings>
</SecuritySettings>
```

---

`settings/Security.settings`

```xml
<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata">
    <sessionSettings>
        <forceLogoutOnSessionTimeout>false</forceLogoutOnSessionTimeout> <!-- finding: medium -->
        <sessionTimeout>TwoHours</sessionTimeout>
    </sessionSettings>
</SecuritySettings>
```

---

`settings/Security.settings`

```xml
<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata">
    <sessionSettings>
        <forceLogoutOnSessionTimeout>false</forceLogoutOnSessionTimeout> <!-- finding: medium -->
        <sessionTimeout>FourHours</sessionTimeout>
    </sessionSettings>
</SecuritySettings>
```

## Good

`settings/Security.settings`

```xml
<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata">
    <sessionSettings>
        <forceLogoutOnSessionTimeout>false</forceLogoutOnSessionTimeout>
        <sessionTimeout>ThirtyMinutes</sessionTimeout>
    </sessionSettings>
</SecuritySettings>
```

---

`settings/Security.settings`

```xml
<SecuritySettings xmlns="http://soap.sforce.com/2006/04/metadata">
    <sessionSettings>
        <forceLogoutOnSessionTimeout>true</forceLogoutOnSessionTimeout>
        <sessionTimeout>TwoHours</sessionTimeout>
    </sessionSettings>
</SecuritySettings>
```
"##;

/// What a page shows when it is read and proved: nothing, if it is sound.
fn faults(page: &str) -> Vec<String> {
    match Rule::read("rules/session/sample.md", "session", "sample", page) {
        Err(error) => vec![format!("{}: {}", error.line, error.message)],
        Ok(rule) => prove(&rule, true).iter().map(ToString::to_string).collect(),
    }
}

/// The page with one text replaced; the text must be there, else the test tests nothing.
fn with(from: &str, to: &str) -> String {
    assert!(PAGE.contains(from), "the page has no `{from}`");
    PAGE.replacen(from, to, 1)
}

#[test]
fn the_page_is_sound_but_for_its_default() {
    // `forceLogoutOnSessionTimeout = { not = true, default = true }`: an absent element passes
    // as it would without a default, so the default is idle, and weakening says so.
    let found = faults(PAGE);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("the default of `sessionSettings.forceLogoutOnSessionTimeout`"));
    assert_eq!(faults(&with("not = true, default = true", "not = true")), Vec::<String>::new());
}

#[test]
fn every_sabotage_is_rejected() {
    let sound = |from: &str, to: &str| {
        with(from, to).replacen("not = true, default = true", "not = true", 1)
    };
    let moved = |page: &str| {
        let mark = " <!-- finding: medium -->";
        let page = page.replacen(mark, "", 1);
        page.replacen(
            "<sessionTimeout>TwoHours</sessionTimeout>",
            &format!("<sessionTimeout>TwoHours</sessionTimeout>{mark}"),
            1,
        )
    };
    let pages = [
        (
            "misspelt element in where",
            sound(
                "{ \"sessionSettings.sessionTimeout\" = { in",
                "{ \"sessionSettings.sessionTimeOut\" = { in",
            ),
        ),
        (
            "misspelt element in at",
            sound(
                "at       = \"sessionSettings.sessionTimeout\"",
                "at       = \"sessionSetting.sessionTimeout\"",
            ),
        ),
        (
            "misspelt kind",
            sound("for      = \"SecuritySettings\"", "for      = \"SecuritySetings\""),
        ),
        ("flipped test", sound("{ in = [", "{ not-in = [")),
        ("flipped boolean", sound("{ not = true, default = true }", "{ not = false }")),
        (
            "a default that changes the meaning",
            with("default = true", "default = false").replacen(
                "<forceLogoutOnSessionTimeout>true</forceLogoutOnSessionTimeout>\n",
                "",
                1,
            ),
        ),
        ("moved mark", moved(&sound("", ""))),
        ("lost mark", sound(" <!-- finding: high -->", "")),
        (
            "second mark",
            sound(
                "EightHours</sessionTimeout> <!-- finding: high -->",
                "EightHours</sessionTimeout> <!-- finding: high --> <!-- finding -->",
            ),
        ),
        ("mark of another severity", sound("<!-- finding: high -->", "<!-- finding: low -->")),
        ("unknown citation", sound("164.312(a)(2)(iii)", "164.312(a)(2)(ix)")),
        ("unknown control", sound("hipaa      =", "sbs = [\"SBS-SES-001\"]\nhipaa      =")),
        ("no citation", sound("[\"164.312(a)(2)(iii)\"]", "[]")),
        ("unknown severity", sound("severity   = \"medium\"", "severity   = \"error\"")),
        ("unknown key", sound("confidence = \"high\"", "confidence = \"high\"\ndisabled = true")),
        ("unknown test", sound("{ in = [", "{ any = [")),
        ("empty test", sound("{ in = [\"EightHours\", \"TwelveHours\"] }", "{ default = true }")),
        ("idle entry", sound("\"TwelveHours\"]", "\"TwelveHours\", \"TwentyFourHours\"]")),
        ("idle alternative", sound("(Two|Four)", "(Two|Four|Six)")),
        (
            "idle test",
            sound(
                "\"sessionSettings.sessionTimeout\" = { in",
                "\"sessionSettings\" = { present = true }, \"sessionSettings.sessionTimeout\" = { in",
            ),
        ),
        ("placeholder without a value", sound("{value}", "{sessionSettings.timeout}")),
        ("parameter that is not there", sound("{$threshold}", "{$limit}")),
        ("placeholder that is not closed", sound("{value}", "{value")),
        ("pattern that is none", sound("^(Two|Four)Hours$", "^(Two|FourHours$")),
        ("no title", sound("# Sessions stay", "Sessions stay")),
        ("section lost", sound("## Limits\n", "")),
        ("section misnamed", sound("## Fix", "## How to fix")),
        ("no good example", PAGE.split("## Good").next().unwrap().to_owned() + "## Good\n"),
        ("fence without a path", sound("`settings/Security.settings`\n\n```xml", "```xml")),
        ("example that is not XML", sound("</SecuritySettings>", "</SecuritySetting>")),
        (
            "example of another type",
            sound("`settings/Security.settings`", "`layouts/Security.layout`"),
        ),
        (
            "operand of the wrong kind",
            sound("{ in = [\"EightHours\", \"TwelveHours\"] }", "{ above = \"EightHours\" }"),
        ),
    ];
    assert!(pages.len() >= 20);
    for (name, page) in pages {
        assert!(!faults(&page).is_empty(), "{name}: the page passes");
    }
}
