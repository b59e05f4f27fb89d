//! The table of metadata types.
//!
//! One line a type: name, suffix, folder. A type stands here because a rule speaks of it,
//! because it shares a suffix with one that does, or because its folder is full of files that
//! look like others. Repeated elements that are components of their own follow below.

use super::{Child, Content, Type};

const fn xml(name: &'static str, suffix: &'static str, folder: &'static str) -> Type {
    let content = Content::None;
    Type {
        name,
        suffix,
        folder,
        in_folder: false,
        strict: false,
        any_root: false,
        content,
        children: &[],
    }
}

const fn code(name: &'static str, suffix: &'static str, folder: &'static str) -> Type {
    Type { content: Content::Sibling, ..xml(name, suffix, folder) }
}

const fn bundle(name: &'static str, suffix: &'static str, folder: &'static str) -> Type {
    Type { content: Content::Bundle, ..strict(name, suffix, folder) }
}

const fn tree(name: &'static str, suffix: &'static str, folder: &'static str) -> Type {
    Type { content: Content::Tree, ..strict(name, suffix, folder) }
}

const fn strict(name: &'static str, suffix: &'static str, folder: &'static str) -> Type {
    Type { strict: true, ..xml(name, suffix, folder) }
}

const fn nested(name: &'static str, suffix: &'static str, folder: &'static str) -> Type {
    Type { in_folder: true, ..xml(name, suffix, folder) }
}

const fn parent(
    name: &'static str,
    suffix: &'static str,
    folder: &'static str,
    children: &'static [Child],
) -> Type {
    Type { children, ..xml(name, suffix, folder) }
}

/// A type that exists only inside another one; its suffix is found through its parent.
const fn part(name: &'static str) -> Type {
    xml(name, "", "")
}

const fn child(
    element: &'static str,
    ty: &'static str,
    suffix: &'static str,
    folder: &'static str,
) -> Child {
    Child { element, ty, key: "fullName", suffix, folder }
}

/// Every type that is told apart from others.
#[rustfmt::skip]
pub static TYPES: &[Type] = &[
    // OAuth clients
    xml("ConnectedApp", "connectedApp", "connectedApps"),
    xml("ExternalClientApplication", "eca", "externalClientApps"),
    xml("ExtlClntAppOauthSettings", "ecaOauth", "extlClntAppOauthSettings"),
    xml("ExtlClntAppGlobalOauthSettings", "ecaGlblOauth", "extlClntAppGlobalOauthSets"),
    xml("ExtlClntAppOauthConfigurablePolicies", "ecaOauthPlcy", "extlClntAppOauthPolicies"),
    xml("ExtlClntAppConfigurablePolicies", "ecaPlcy", "extlClntAppPolicies"),
    xml("ExtlClntAppOauthSecuritySettings", "ecaOauthSecurity", "extlClntAppOauthSecuritySettings"),
    xml("ExtlClntAppMobileSettings", "ecaMobile", "extlClntAppMobileSettings"),
    xml("ExtlClntAppMobileConfigurablePolicies", "ecaMobilePlcy", "extlClntAppMobilePolicies"),
    xml("ExtlClntAppSamlConfigurablePolicies", "ecaSamlPlcy", "extlClntAppSamlConfigurablePolicies"),
    xml("ExtlClntAppCanvasSettings", "ecaCanvas", "extlClntAppCanvasSettings"),
    xml("ExtlClntAppPushSettings", "ecaPush", "extlClntAppPushSettings"),
    xml("ExtlClntAppPushConfigurablePolicies", "ecaPushPlcy", "extlClntAppPushPolicies"),
    xml("ExtlClntAppNotificationSettings", "ecaNotifications", "extlClntAppNotifSettings"),
    xml("OauthCustomScope", "oauthcustomscope", "oauthcustomscopes"),
    xml("OauthTokenExchangeHandler", "oauthtokenexchangehandler", "oauthtokenexchangehandlers"),
    // Holders of access
    xml("Profile", "profile", "profiles"),
    xml("PermissionSet", "permissionset", "permissionsets"),
    xml("PermissionSetGroup", "permissionsetgroup", "permissionsetgroups"),
    xml("MutingPermissionSet", "mutingpermissionset", "mutingpermissionsets"),
    xml("CustomPermission", "customPermission", "customPermissions"),
    xml("DelegateGroup", "delegateGroup", "delegateGroups"),
    xml("ProfilePasswordPolicy", "profilePasswordPolicy", "profilePasswordPolicies"),
    xml("ProfileSessionSetting", "profileSessionSetting", "profileSessionSettings"),
    xml("UserAccessPolicy", "useraccesspolicy", "useraccesspolicies"),
    xml("Role", "role", "roles"),
    xml("Group", "group", "groups"),
    xml("Queue", "queue", "queues"),
    // Objects and who sees their records
    Type { strict: true, ..parent("CustomObject", "object", "objects", OBJECT) },
    part("CustomField"), part("ListView"), part("ValidationRule"), part("RecordType"),
    part("FieldSet"), part("CompactLayout"), part("WebLink"), part("SharingReason"),
    part("Index"), part("BusinessProcess"),
    parent("SharingRules", "sharingRules", "sharingRules", SHARING),
    part("SharingCriteriaRule"), part("SharingOwnerRule"), part("SharingGuestRule"),
    part("SharingTerritoryRule"),
    xml("SharingSet", "sharingSet", "sharingSets"),
    xml("RestrictionRule", "rule", "restrictionRules"),
    xml("FieldRestrictionRule", "rule", "fieldRestrictionRules"),
    xml("ModerationRule", "rule", "moderation"),
    xml("DuplicateRule", "duplicateRule", "duplicateRules"),
    xml("TopicsForObjects", "topicsForObjects", "topicsForObjects"),
    xml("Territory", "territory", "territories"),
    strict("CustomMetadata", "md", "customMetadata"),
    // Settings of the org
    Type { any_root: true, ..xml("Settings", "settings", "settings") },
    xml("IframeWhiteListUrlSettings", "iframeWhiteListUrlSettings", "iframeWhiteListUrlSettings"),
    xml("TransactionSecurityPolicy", "transactionSecurityPolicy", "transactionSecurityPolicies"),
    xml("MobileSecurityPolicy", "mobileSecurityPolicy", "mobileSecurityPolicies"),
    xml("MobileSecurityPolicySet", "mobileSecurityPolicySet", "mobileSecurityPolicySets"),
    xml("MobileSecurityAssignment", "mobileSecurityAssignment", "mobileSecurityAssignments"),
    xml("MobSecurityCertPinConfig", "mobSecurityCertPinConfig", "mobSecurityCertPinConfigs"),
    xml("InstalledPackage", "installedPackage", "installedPackages"),
    // Where data goes
    xml("RemoteSiteSetting", "remoteSite", "remoteSiteSettings"),
    xml("CspTrustedSite", "cspTrustedSite", "cspTrustedSites"),
    xml("CorsWhitelistOrigin", "corsWhitelistOrigin", "corsWhitelistOrigins"),
    xml("RedirectWhitelistUrl", "redirectWhitelistUrl", "redirectWhitelistUrls"),
    xml("NamedCredential", "namedCredential", "namedCredentials"),
    xml("ExternalCredential", "externalCredential", "externalCredentials"),
    xml("ExternalDataSource", "dataSource", "dataSources"),
    strict("DataSource", "dataSource", "mktDataSources"),
    Type { content: Content::AnyFile,
        ..xml("ExternalServiceRegistration", "externalServiceRegistration", "externalServiceRegistrations") },
    xml("OutboundNetworkConnection", "outboundNetworkConnection", "outboundNetworkConnections"),
    xml("InboundNetworkConnection", "inboundNetworkConnection", "inboundNetworkConnections"),
    xml("PlatformEventChannel", "platformEventChannel", "platformEventChannels"),
    xml("PlatformEventChannelMember", "platformEventChannelMember", "platformEventChannelMembers"),
    xml("EventRelayConfig", "eventRelay", "eventRelays"),
    xml("ManagedEventSubscription", "managedEventSubscription", "managedEventSubscriptions"),
    xml("DataStreamDefinition", "dataStreamDefinition", "dataStreamDefinitions"),
    xml("DataPackageKitObject", "DataPackageKitObject", "DataPackageKitObjects"),
    xml("BatchCalcJobDefinition", "batchCalcJobDefinition", "batchCalcJobDefinitions"),
    // Who may sign in, and with what
    xml("AuthProvider", "authprovider", "authproviders"),
    xml("SamlSsoConfig", "samlssoconfig", "samlssoconfigs"),
    code("Certificate", "crt", "certs"),
    code("InboundCertificate", "inboundCertificate", "inboundCertificates"),
    xml("UserAuthCertificate", "userAuthCertificate", "userAuthCertificates"),
    // Automation
    xml("Flow", "flow", "flows"),
    xml("FlowDefinition", "flowDefinition", "flowDefinitions"),
    parent("Workflow", "workflow", "workflows", WORKFLOW),
    part("WorkflowAlert"), part("WorkflowFieldUpdate"), part("WorkflowFlowAction"),
    part("WorkflowKnowledgePublish"), part("WorkflowOutboundMessage"), part("WorkflowRule"),
    part("WorkflowSend"), part("WorkflowTask"),
    xml("ApprovalProcess", "approvalProcess", "approvalProcesses"),
    parent("AssignmentRules", "assignmentRules", "assignmentRules", ASSIGNMENT),
    part("AssignmentRule"),
    parent("AutoResponseRules", "autoResponseRules", "autoResponseRules", AUTO_RESPONSE),
    part("AutoResponseRule"),
    parent("EscalationRules", "escalationRules", "escalationRules", ESCALATION),
    part("EscalationRule"),
    xml("QuickAction", "quickAction", "quickActions"),
    Type { content: Content::Sibling, ..nested("EmailTemplate", "email", "email") },
    nested("EmailFolder", "emailFolder", "email"),
    nested("EmailTemplateFolder", "emailTemplateFolder", "email"),
    strict("EmailServicesFunction", "xml", "emailservices"),
    // Code and pages
    code("ApexClass", "cls", "classes"),
    code("ApexTrigger", "trigger", "triggers"),
    code("ApexPage", "page", "pages"),
    code("ApexComponent", "component", "components"),
    code("Scontrol", "scf", "scontrols"),
    code("DataWeaveResource", "dwl", "dw"),
    bundle("LightningComponentBundle", "", "lwc"),
    bundle("AuraDefinitionBundle", "", "aura"),
    tree("StaticResource", "resource", "staticresources"),
    tree("UIBundle", "uibundle", "uiBundles"),
    tree("WaveTemplateBundle", "", "waveTemplates"),
    tree("AppFrameworkTemplateBundle", "", "appTemplates"),
    xml("CustomApplication", "app", "applications"),
    xml("CustomTab", "tab", "tabs"),
    xml("FlexiPage", "flexipage", "flexipages"),
    xml("Layout", "layout", "layouts"),
    xml("HomePageComponent", "homePageComponent", "homePageComponents"),
    xml("CustomPageWebLink", "weblink", "weblinks"),
    // Public surface
    strict("CustomSite", "site", "sites"),
    Type { content: Content::Sibling, ..strict("SiteDotCom", "site", "siteDotComSites") },
    tree("ExperienceBundle", "site", "experiences"),
    tree("DigitalExperienceBundle", "digitalExperience", "digitalExperiences"),
    xml("Network", "network", "networks"),
    xml("Community", "community", "communities"),
    xml("Portal", "portal", "portals"),
    xml("Audience", "audience", "audience"),
    xml("EmbeddedServiceConfig", "EmbeddedServiceConfig", "EmbeddedServiceConfig"),
    xml("MessagingChannel", "messagingChannel", "messagingChannels"),
    xml("LiveChatDeployment", "liveChatDeployment", "liveChatDeployments"),
    xml("LiveChatSensitiveDataRule", "liveChatSensitiveDataRule", "liveChatSensitiveDataRule"),
    xml("VirtualVisitConfig", "virtualVisitConfig", "VirtualVisitConfigs"),
    xml("CallCenter", "callCenter", "callCenters"),
    // Reports, files, search
    nested("Report", "report", "reports"),
    nested("ReportFolder", "reportFolder", "reports"),
    nested("Dashboard", "dashboard", "dashboards"),
    nested("DashboardFolder", "dashboardFolder", "dashboards"),
    xml("ReportType", "reportType", "reportTypes"),
    xml("AnalyticSnapshot", "snapshot", "analyticSnapshots"),
    Type { content: Content::AnyFile, strict: true, ..nested("Document", "document", "documents") },
    nested("DocumentFolder", "documentFolder", "documents"),
    code("ContentAsset", "asset", "contentassets"),
    xml("WaveApplication", "wapp", "wave"),
    code("WaveDashboard", "wdash", "wave"),
    xml("WaveDataset", "wds", "wave"),
    code("WaveDataflow", "wdf", "wave"),
    code("WaveRecipe", "wdpr", "wave"),
    xml("WaveXmd", "xmd", "wave"),
    xml("SearchCustomization", "searchCustomization", "searchCustomizations"),
    // Industries, agents and learning models
    xml("OmniDataTransform", "rpt", "omniDataTransforms"),
    xml("OmniIntegrationProcedure", "oip", "omniIntegrationProcedures"),
    xml("OmniScript", "os", "omniScripts"),
    xml("OmniUiCard", "ouc", "omniUiCard"),
    parent("Bot", "bot", "bots", BOT),
    part("BotVersion"),
    bundle("GenAiFunction", "genAiFunction", "genAiFunctions"),
    xml("GenAiPlugin", "genAiPlugin", "genAiPlugins"),
    bundle("GenAiPlannerBundle", "genAiPlannerBundle", "genAiPlannerBundles"),
    xml("GenAiPromptTemplate", "genAiPromptTemplate", "genAiPromptTemplates"),
    xml("MLDataDefinition", "mlDataDefinition", "mlDataDefinitions"),
    xml("MLPredictionDefinition", "mlPrediction", "mlPredictions"),
    xml("Skill", "skill", "skills"),
    xml("FieldServiceMobileExtension", "fieldServiceMobileExtension", "fieldServiceMobileExtensions"),
];

#[rustfmt::skip]
const OBJECT: &[Child] = &[
    child("fields", "CustomField", "field", "fields"),
    child("listViews", "ListView", "listView", "listViews"),
    child("validationRules", "ValidationRule", "validationRule", "validationRules"),
    child("recordTypes", "RecordType", "recordType", "recordTypes"),
    child("fieldSets", "FieldSet", "fieldSet", "fieldSets"),
    child("compactLayouts", "CompactLayout", "compactLayout", "compactLayouts"),
    child("webLinks", "WebLink", "webLink", "webLinks"),
    child("sharingReasons", "SharingReason", "sharingReason", "sharingReasons"),
    child("indexes", "Index", "index", "indexes"),
    child("businessProcesses", "BusinessProcess", "businessProcess", "businessProcesses"),
];

#[rustfmt::skip]
const SHARING: &[Child] = &[
    child("sharingCriteriaRules", "SharingCriteriaRule", "sharingCriteriaRule", "sharingCriteriaRules"),
    child("sharingOwnerRules", "SharingOwnerRule", "sharingOwnerRule", "sharingOwnerRules"),
    child("sharingGuestRules", "SharingGuestRule", "sharingGuestRule", "sharingGuestRules"),
    child("sharingTerritoryRules", "SharingTerritoryRule", "sharingTerritoryRule", "sharingTerritoryRules"),
];

#[rustfmt::skip]
const WORKFLOW: &[Child] = &[
    child("alerts", "WorkflowAlert", "workflowAlert", "workflowAlerts"),
    child("fieldUpdates", "WorkflowFieldUpdate", "workflowFieldUpdate", "workflowFieldUpdates"),
    child("flowActions", "WorkflowFlowAction", "workflowFlowAction", "workflowFlowActions"),
    child("knowledgePublishes", "WorkflowKnowledgePublish", "workflowKnowledgePublish", "workflowKnowledgePublishs"),
    child("outboundMessages", "WorkflowOutboundMessage", "workflowOutboundMessage", "workflowOutboundMessages"),
    child("rules", "WorkflowRule", "workflowRule", "workflowRules"),
    child("send", "WorkflowSend", "workflowSend", "workflowSends"),
    child("tasks", "WorkflowTask", "workflowTask", "workflowTasks"),
];

const ASSIGNMENT: &[Child] = &[child("assignmentRule", "AssignmentRule", "assignmentRule", "")];
const AUTO_RESPONSE: &[Child] =
    &[child("autoResponseRule", "AutoResponseRule", "autoResponseRule", "")];
const ESCALATION: &[Child] = &[child("escalationRule", "EscalationRule", "escalationRule", "")];
const BOT: &[Child] = &[child("botVersions", "BotVersion", "botVersion", "")];
