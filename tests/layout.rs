//! What each file of a tree is taken for. The trees are written here, in memory; every
//! expected name is written by hand.

use std::collections::BTreeMap;

use phorce::metadata::layout::{Layout, OrgFolder, Role, TypeOf, lay_out};
use phorce::source::Sources;

/// A tree of empty files, and of files with text.
fn tree(files: &[&str], texts: &[(&str, &str)]) -> (Sources, Layout) {
    let mut all: BTreeMap<String, Vec<u8>> =
        files.iter().map(|path| ((*path).to_owned(), Vec::new())).collect();
    all.extend(texts.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
    let sources = Sources::in_memory(all);
    let layout = lay_out(&sources, &|file| sources.read(file));
    (sources, layout)
}

/// `path: Type Name role` of every file.
fn shown(sources: &Sources, layout: &Layout) -> Vec<String> {
    layout
        .files
        .iter()
        .map(|entry| {
            let ty = match entry.ty {
                TypeOf::Known(ty) => ty.name.to_owned(),
                TypeOf::Ambiguous(types) => {
                    types.iter().map(|ty| ty.name).collect::<Vec<_>>().join("|")
                }
            };
            let at = |file: &Option<_>| file.map_or("none", |file| sources.path(file)).to_owned();
            let role = match &entry.role {
                Role::Whole => "whole".to_owned(),
                Role::Content { companion } => format!("content of {}", at(companion)),
                Role::Companion { content } => format!("beside {}", at(content)),
                Role::Part { owner, element } => {
                    format!("{} of {owner}", element.unwrap_or("several elements"))
                }
            };
            format!("{ty} {}, {role}", entry.full_name)
        })
        .collect()
}

/// What one file is taken for, in a tree of nothing else.
fn only(path: &str) -> Vec<String> {
    let (sources, layout) = tree(&[path], &[]);
    shown(&sources, &layout)
}

const PROJECT: (&str, &str) =
    ("sfdx-project.json", r#"{"packageDirectories": [{"path": "force-app"}]}"#);

#[test]
fn both_formats_name_the_same_component() {
    for path in [
        "force-app/main/default/connectedApps/Portal.connectedApp-meta.xml",
        "src/connectedApps/Portal.connectedApp",
        "anywhere/Portal.connectedApp-meta.xml",
    ] {
        assert_eq!(only(path), ["ConnectedApp Portal, whole"], "{path}");
    }
}

#[test]
fn the_metadata_api_format_needs_its_folder() {
    assert!(only("docs/Portal.profile").is_empty());
    assert!(only("notes/latex.cls").is_empty());
    assert!(only("README.md").is_empty());
    assert!(only("customMetadata/README.md").is_empty());
    assert!(only("documents/handbook.pdf").is_empty());
}

#[test]
fn names_are_decoded_and_composed() {
    let layout = "layouts/Visit__c-Intake %28Patient%29.layout-meta.xml";
    assert_eq!(only(layout), ["Layout Visit__c-Intake (Patient), whole"]);
    let decomposed = "profiles/Re\u{301}seau.profile";
    assert_eq!(only(decomposed), ["Profile R\u{e9}seau, whole"]);
    assert_eq!(only("reports/Clinic/Weekly/100%25.report"), ["Report Clinic/Weekly/100%, whole"]);
    assert_eq!(only("objects/ns__Visit__c.object"), ["CustomObject ns__Visit__c, whole"]);
}

#[test]
fn content_and_its_xml_are_paired() {
    let (sources, layout) = tree(
        &[
            "src/certs/Api.crt",
            "src/certs/Api.crt-meta.xml",
            "src/classes/Alone.cls",
            "src/classes/Visit.cls",
            "src/classes/Visit.cls-meta.xml",
            "src/email/Clinic/Reminder.email",
            "src/email/Clinic/Reminder.email-meta.xml",
            "src/email/Clinic-meta.xml",
        ],
        &[],
    );
    assert_eq!(
        shown(&sources, &layout),
        [
            "Certificate Api, content of src/certs/Api.crt-meta.xml",
            "Certificate Api, beside src/certs/Api.crt",
            "ApexClass Alone, content of none",
            "ApexClass Visit, content of src/classes/Visit.cls-meta.xml",
            "ApexClass Visit, beside src/classes/Visit.cls",
            "EmailFolder Clinic, whole",
            "EmailTemplate Clinic/Reminder, content of src/email/Clinic/Reminder.email-meta.xml",
            "EmailTemplate Clinic/Reminder, beside src/email/Clinic/Reminder.email",
        ]
    );
}

#[test]
fn decomposed_objects_are_children_of_their_object() {
    let below = "force-app/main/default/objects/Visit__c";
    for (file, expected) in [
        ("Visit__c.object-meta.xml", "CustomObject Visit__c, whole"),
        ("fields/Note__c.field-meta.xml", "CustomField Visit__c.Note__c, whole"),
        ("listViews/All.listView-meta.xml", "ListView Visit__c.All, whole"),
        ("webLinks/Open.webLink-meta.xml", "WebLink Visit__c.Open, whole"),
        ("validationRules/A.validationRule-meta.xml", "ValidationRule Visit__c.A, whole"),
    ] {
        assert_eq!(only(&format!("{below}/{file}")), [expected]);
    }
    let beside = "force-app/objects/grouped/Visit__c/fields/Note__c.field-meta.xml";
    assert_eq!(only(beside), ["CustomField Visit__c.Note__c, whole"]);
}

#[test]
fn permission_sets_in_pieces_are_parts_of_one() {
    let below = "force-app/main/default/permissionsets/Nurse";
    for (file, expected) in [
        ("Nurse.permissionset-meta.xml", "PermissionSet Nurse, whole"),
        (
            "fieldPermissions/Visit__c.Note__c.fieldPermission-meta.xml",
            "PermissionSet Nurse, fieldPermissions of Nurse",
        ),
        (
            "customPermissions/Break_Glass.customPermission-meta.xml",
            "PermissionSet Nurse, customPermissions of Nurse",
        ),
        ("Nurse.userPermission-meta.xml", "PermissionSet Nurse, userPermissions of Nurse"),
        ("Nurse.classAccesses-meta.xml", "PermissionSet Nurse, classAccesses of Nurse"),
        (
            "objectSettings/Visit__c.objectSettings-meta.xml",
            "PermissionSet Nurse, several elements of Nurse",
        ),
    ] {
        assert_eq!(only(&format!("{below}/{file}")), [expected]);
    }
}

#[test]
fn decomposed_sharing_rules_and_workflows_are_children() {
    for (file, expected) in [
        (
            "sharingRules/Visit__c/sharingGuestRules/Open.sharingGuestRule-meta.xml",
            "SharingGuestRule Visit__c.Open, whole",
        ),
        ("sharingRules/Visit__c.sharingRules-meta.xml", "SharingRules Visit__c, whole"),
        ("sharingRules/Visit__c/Visit__c.sharingRules-meta.xml", "SharingRules Visit__c, whole"),
        (
            "workflows/Visit__c/workflowOutboundMessages/Send.workflowOutboundMessage-meta.xml",
            "WorkflowOutboundMessage Visit__c.Send, whole",
        ),
        ("bots/Guide/v1.botVersion-meta.xml", "BotVersion Guide.v1, whole"),
    ] {
        assert_eq!(only(&format!("force-app/main/default/{file}")), [expected]);
    }
}

#[test]
fn a_shared_suffix_is_decided_by_the_folder_else_left_to_the_root() {
    assert_eq!(only("src/restrictionRules/A.rule"), ["RestrictionRule A, whole"]);
    assert_eq!(only("src/moderation/A.rule"), ["ModerationRule A, whole"]);
    assert_eq!(only("src/sites/Clinic.site"), ["CustomSite Clinic, whole"]);
    let experience = "force-app/experiences/Clinic.site-meta.xml";
    assert_eq!(only(experience), ["ExperienceBundle Clinic, beside none"]);
    let open = only("force-app/rules/A.rule-meta.xml");
    assert_eq!(open, ["RestrictionRule|FieldRestrictionRule|ModerationRule A, whole"]);
    assert_eq!(only("src/emailservices/In.xml"), ["EmailServicesFunction In, whole"]);
    assert!(only("src/other/In.xml").is_empty());
}

#[test]
fn a_root_may_still_correct_the_folder() {
    let (_, layout) = tree(&["src/restrictionRules/A.rule"], &[]);
    let names: Vec<&str> = layout.files[0].ty.candidates().iter().map(|ty| ty.name).collect();
    assert_eq!(names, ["RestrictionRule", "FieldRestrictionRule", "ModerationRule"]);
}

#[test]
fn files_of_bundles_belong_to_their_bundle() {
    let (sources, layout) = tree(
        &[
            "app/aura/Panel/Panel.cmp",
            "app/aura/Panel/Panel.cmp-meta.xml",
            "app/aura/Panel/PanelController.js",
            "app/genAiPlannerBundles/Desk/Desk.genAiPlannerBundle",
            "app/genAiPlannerBundles/Desk/input/schema.json",
            "app/lwc/jsconfig.json",
            "app/lwc/list/__tests__/list.test.js",
            "app/lwc/list/list.html",
            "app/lwc/list/list.js",
            "app/lwc/list/list.js-meta.xml",
            "app/staticresources/Kit.resource-meta.xml",
            "app/staticresources/Kit/classes/Old.cls",
            "app/digitalExperiences/site/Clinic/Clinic.digitalExperience-meta.xml",
            "app/digitalExperiences/site/Clinic/sfdc_cms__view/home/content.json",
        ],
        &[],
    );
    assert_eq!(
        shown(&sources, &layout),
        [
            "AuraDefinitionBundle Panel, content of app/aura/Panel/Panel.cmp-meta.xml",
            "AuraDefinitionBundle Panel, beside app/aura/Panel/Panel.cmp",
            "AuraDefinitionBundle Panel, content of app/aura/Panel/Panel.cmp-meta.xml",
            "DigitalExperienceBundle site/Clinic, beside none",
            "DigitalExperienceBundle site/Clinic, content of \
             app/digitalExperiences/site/Clinic/Clinic.digitalExperience-meta.xml",
            "GenAiPlannerBundle Desk, beside none",
            "GenAiPlannerBundle Desk, content of none",
            "LightningComponentBundle list, content of app/lwc/list/list.js-meta.xml",
            "LightningComponentBundle list, content of app/lwc/list/list.js-meta.xml",
            "LightningComponentBundle list, beside app/lwc/list/list.js",
            "StaticResource Kit, beside none",
            "StaticResource Kit, content of app/staticresources/Kit.resource-meta.xml",
        ]
    );
}

#[test]
fn a_folder_called_like_a_bundle_above_the_classes_swallows_nothing() {
    let path = "lwc/force-app/main/default/classes/Visit.cls";
    assert_eq!(only(path), ["ApexClass Visit, content of none"]);
}

#[test]
fn an_external_service_keeps_its_schema_beside_it() {
    let (sources, layout) = tree(
        &[
            "app/externalServiceRegistrations/Lab.externalServiceRegistration-meta.xml",
            "app/externalServiceRegistrations/Lab.yaml",
        ],
        &[],
    );
    assert_eq!(
        shown(&sources, &layout),
        [
            "ExternalServiceRegistration Lab, whole",
            "ExternalServiceRegistration Lab, content of \
             app/externalServiceRegistrations/Lab.externalServiceRegistration-meta.xml",
        ]
    );
}

#[test]
fn every_project_is_an_org_and_the_rest_is_one() {
    let (_, layout) = tree(
        &[
            "a/force-app/profiles/Admin.profile-meta.xml",
            "a/src/profiles/Admin.profile",
            "b/inner/profiles/Admin.profile",
            "loose/profiles/Admin.profile",
        ],
        &[
            (
                "a/sfdx-project.json",
                r#"{"packageDirectories": [{"path": "./force-app/"}], "namespace": "clinic"}"#,
            ),
            ("b/sfdx-project.json", "{\n oops"),
        ],
    );
    let paths: Vec<&str> = layout.orgs.iter().map(|org| org.path.as_str()).collect();
    assert_eq!(paths, ["", "a", "b"]);
    assert_eq!(layout.files.iter().map(|entry| entry.org).collect::<Vec<_>>(), [1, 1, 2, 0]);
    assert_eq!(layout.orgs[1].package_dirs, ["a/force-app"]);
    assert_eq!(layout.orgs[1].namespace.as_deref(), Some("clinic"));
    assert_eq!(layout.problems.len(), 1);
    assert_eq!(
        (layout.problems[0].path.as_str(), layout.problems[0].line),
        ("b/sfdx-project.json", 2)
    );
}

#[test]
fn a_package_directory_that_is_never_entered_is_named() {
    let text = "{\"packageDirectories\": [\n{\"path\": \"force-app\"},\n{\"path\": \"node_modules/x\"},\n\
                {\"path\": \"a/../../other\"},\n{\"path\": \"src/.parts\"},\n\
                {\"path\": \"a/../inside\"}]}";
    let (_, layout) = tree(&["force-app/profiles/A.profile"], &[("sfdx-project.json", text)]);
    let told: Vec<(u32, &str)> =
        layout.problems.iter().map(|fault| (fault.line, fault.reason.as_str())).collect();
    assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5]);
    assert!(told[0].1.starts_with("its package directory node_modules/x is hidden, in node_mod"));
    assert!(told[1].1.starts_with("its package directory ../other is hidden"));
    assert!(layout.orgs[0].package_dirs.contains(&"inside".to_owned()));
}

#[test]
fn the_rest_is_no_org_when_there_is_none() {
    let (_, layout) =
        tree(&["a/profiles/Admin.profile", "README.md"], &[("a/sfdx-project.json", "{}")]);
    assert_eq!(layout.orgs.iter().map(|org| org.path.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(layout.files[0].org, 0);
    let (_, nothing) = tree(&["README.md"], &[]);
    assert_eq!(nothing.orgs, [OrgFolder::default()]);
}

#[test]
fn a_manifest_speaks_for_a_metadata_api_tree_only() {
    let manifest = |files: &[&str], texts: &[(&str, &str)]| {
        let (sources, layout) = tree(files, texts);
        layout.orgs[0].package_xml.map(|file| sources.path(file).to_owned())
    };
    let src = ["src/package.xml", "src/profiles/Admin.profile", "manifest/package.xml"];
    assert_eq!(manifest(&src, &[]).as_deref(), Some("src/package.xml"));
    let root = ["package.xml", "classes/Visit.cls", "classes/Visit.cls-meta.xml"];
    assert_eq!(manifest(&root, &[]).as_deref(), Some("package.xml"));
    let source = ["app/package.xml", "app/profiles/Admin.profile-meta.xml"];
    assert_eq!(manifest(&source, &[]), None, "a source tree");
    let little = [
        "force-app/profiles/A.profile-meta.xml",
        "force-app/profiles/B.profile-meta.xml",
        "more/package.xml",
        "more/profiles/C.profile",
    ];
    assert_eq!(manifest(&little, &[PROJECT]), None, "a few files beside the source");
}

#[test]
fn deletions_and_scratch_orgs_are_no_components() {
    let (sources, layout) = tree(
        &[
            "config/project-scratch-def.json",
            "src/destructiveChanges.xml",
            "src/destructiveChangesPost.xml",
            "src/profiles/Admin.profile",
        ],
        &[PROJECT],
    );
    let org = &layout.orgs[0];
    let paths: Vec<&str> = org.destructive.iter().map(|file| sources.path(*file)).collect();
    assert_eq!(paths, ["src/destructiveChanges.xml", "src/destructiveChangesPost.xml"]);
    assert_eq!(org.scratch_definitions.len(), 1);
    assert_eq!(layout.files.len(), 1);
}

#[test]
fn files_for_test_orgs_are_marked() {
    let (sources, layout) = tree(
        &[
            "force-app/dev/settings/Security.settings-meta.xml",
            "force-app/test/profiles/Inside.profile-meta.xml",
            "qa/profiles/Outside.profile",
            "unpackaged/latest/profiles/Plain.profile",
        ],
        &[PROJECT],
    );
    let staging = layout.files.iter().filter(|entry| entry.staging);
    let paths: Vec<&str> = staging.map(|entry| sources.path(entry.file)).collect();
    assert_eq!(
        paths,
        ["force-app/dev/settings/Security.settings-meta.xml", "qa/profiles/Outside.profile"]
    );
}

#[test]
fn a_registry_of_its_own_and_a_splitter_are_noted() {
    let (_, layout) = tree(
        &["force-app/profiles/Admin.profile-meta.yaml"],
        &[(
            "sfdx-project.json",
            r#"{"packageDirectories": [], "registryCustomizations": {"types": {}}}"#,
        )],
    );
    assert!(layout.orgs[0].custom_registry);
    let paths: Vec<&str> = layout.notices.iter().map(|notice| notice.path.as_str()).collect();
    assert_eq!(paths, ["sfdx-project.json", "force-app/profiles/Admin.profile-meta.yaml"]);
}
