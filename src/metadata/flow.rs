//! A flow as a graph: what its elements do, where each leads, what its resources are.
//!
//! In: the element tree of one `Flow` file, of Flow Builder or of the older Process Builder.
//! Out: [`Flow`]: elements, resources and connectors, every name and value with its place.
//! Source: Metadata API type `Flow`. An element of a type it does not know is kept as
//! [`ElementKind::Unknown`], with its connectors. It knows no PHI and no other flow, and does
//! not judge whether a flow would run.

mod formula;
mod read;
mod screen;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use compact_str::CompactString;

use crate::fact::Fact;
use crate::source::Span;

pub use read::read;

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text, unescaped and trimmed.
    pub text: CompactString,
    /// Its bytes; of an empty text, the start tag of its element.
    pub span: Span,
}

/// How much of a value a text lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// The value itself.
    Whole,
    /// A part or a code of it: `LEFT(…)`, `YEAR(…)`, `CASE(…)`.
    Part,
    /// Only an answer to a question about it: `ISBLANK(…)`, the condition of an `IF`.
    Test,
}

/// A name that a text or an element refers to: `$Record.Name`, `Get_Visit.Notes__c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The name, without braces.
    pub word: Word,
    /// How much of what it names goes on.
    pub usage: Use,
}

/// A value: a literal, a text with merge fields, a formula, or a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// As it is written.
    pub word: Word,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// The value as a whole is one reference (`elementReference`).
    pub is_reference: bool,
}

/// A named input: a parameter of an action or a subflow, a field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The parameter or the field.
    pub name: Word,
    /// What goes in; none where it is left empty.
    pub value: Option<Value>,
}

/// A named output and the variable that takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The parameter, or the field of a looked-up record.
    pub name: Word,
    /// The variable.
    pub to: Word,
}

/// `to` takes `value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// A variable, or a field of a record variable; of a transform, a field of its result.
    pub to: Word,
    /// `Assign`, `Add`, `RemoveAll` …; of a transform `Map`, `Sum` …
    pub operator: CompactString,
    /// What it takes.
    pub value: Option<Value>,
}

/// A condition of a decision or a wait, or a filter of a record element or the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The reference or, of a filter, the field.
    pub left: Word,
    /// `EqualTo`, `IsNull` …
    pub operator: CompactString,
    /// What it is compared with.
    pub right: Option<Value>,
}

/// An outcome of a decision or an event of a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its name.
    pub name: Word,
    /// Its label.
    pub label: Option<Word>,
    /// When it is taken.
    pub conditions: Vec<Condition>,
}

/// Why a connector is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// After the element has done its work.
    Next,
    /// After the element has failed.
    Fault,
    /// No outcome of a decision or a wait applies.
    Default,
    /// The outcome of that number applies.
    Outcome(usize),
    /// A loop has another item.
    Item,
    /// A loop has no more items.
    Done,
    /// A scheduled path of the start.
    Scheduled,
}

/// A connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Why it is followed.
    pub role: Role,
    /// The name of the element it leads to.
    pub to: Word,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// Another flow: a subflow, a step of an orchestration, a flow run as an action.
    Flow,
    /// An action: e-mail, Apex, an external service …
    Action,
}

/// A call of an action or of another flow.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is called.
    pub kind: CallKind,
    /// The `actionType`: `emailSimple`, `apex`; of a subflow `flow`.
    pub action: Word,
    /// What of that type: an Apex class, an e-mail alert, a flow.
    pub target: Word,
    /// What is handed over.
    pub inputs: Vec<Argument>,
    /// What comes back into variables.
    pub outputs: Vec<Output>,
    /// The name under which outputs can be read.
    pub name: Word,
}

/// A component of a screen, those in sections included.
#[derive(Debug, Clone)]
pub struct ScreenField {
    /// Its name.
    pub name: Word,
    /// `InputField`, `DisplayText`, `ComponentInstance` …
    pub field_type: CompactString,
    /// Its label or the text it shows.
    pub text: Option<Value>,
    /// It must be filled in.
    pub required: bool,
    /// It, or a section around it, is shown only under a condition.
    pub conditional: bool,
    /// What it is filled with.
    pub default: Option<Value>,
    /// What a component is given.
    pub inputs: Vec<Argument>,
    /// What a component gives back.
    pub outputs: Vec<Output>,
    /// The choices it offers.
    pub choices: Vec<Word>,
    /// The field of a record variable it shows and changes.
    pub record_field: Option<Word>,
}

/// What an element does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementKind {
    /// Where the flow begins.
    Start,
    /// `actionCalls`.
    Action,
    /// `apexPluginCalls`.
    ApexPlugin,
    /// `assignments`.
    Assignment,
    /// `collectionProcessors`.
    CollectionProcessor,
    /// `customErrors`.
    CustomError,
    /// `decisions`.
    Decision,
    /// `experiments`.
    Experiment,
    /// `loops`.
    Loop,
    /// `orchestratedStages`, or the older `steppedStages`.
    OrchestratedStage,
    /// `recordCreates`; on an object that ends in `__e` it publishes an event.
    RecordCreate,
    /// `recordDeletes`.
    RecordDelete,
    /// `recordLookups`.
    RecordLookup,
    /// `recordRollbacks`.
    RecordRollback,
    /// `recordUpdates`.
    RecordUpdate,
    /// `screens`.
    Screen,
    /// `steps`, a placeholder without effect.
    Step,
    /// `subflows`.
    Subflow,
    /// `transforms`.
    Transform,
    /// `waits`.
    Wait,
    /// A named element of another type.
    Unknown,
}

impl ElementKind {
    /// The kind by its XML element; none for what is not known.
    pub fn of(tag: &str) -> Option<Self> {
        Some(match tag {
            "start" => Self::Start,
            "actionCalls" => Self::Action,
            "apexPluginCalls" => Self::ApexPlugin,
            "assignments" => Self::Assignment,
            "collectionProcessors" => Self::CollectionProcessor,
            "customErrors" => Self::CustomError,
            "decisions" => Self::Decision,
            "experiments" => Self::Experiment,
            "loops" => Self::Loop,
            "orchestratedStages" | "steppedStages" => Self::OrchestratedStage,
            "recordCreates" => Self::RecordCreate,
            "recordDeletes" => Self::RecordDelete,
            "recordLookups" => Self::RecordLookup,
            "recordRollbacks" => Self::RecordRollback,
            "recordUpdates" => Self::RecordUpdate,
            "screens" => Self::Screen,
            "steps" => Self::Step,
            "subflows" => Self::Subflow,
            "transforms" => Self::Transform,
            "waits" => Self::Wait,
            _ => return None,
        })
    }
}

/// An element of the canvas.
#[derive(Debug, Clone)]
pub struct Element {
    /// What it does.
    pub kind: ElementKind,
    /// Its XML element: `recordLookups`.
    pub tag: CompactString,
    /// Its name; of the start, `Start`.
    pub name: Word,
    /// Its label.
    pub label: Option<Word>,
    /// Its start tag.
    pub place: Span,
    /// Its plain elements: `object`, `inputReference`, `queriedFields` …
    pub scalars: Vec<(CompactString, Value)>,
    /// Fields of a record that are set, messages of a custom error.
    pub inputs: Vec<Argument>,
    /// Fields of a looked-up record that go into variables.
    pub outputs: Vec<Output>,
    /// Filters of a record element, a collection filter or the start.
    pub conditions: Vec<Condition>,
    /// Outcomes of a decision, events of a wait.
    pub outcomes: Vec<Outcome>,
    /// What an assignment, a transform or a map sets.
    pub assignments: Vec<Assignment>,
    /// Components of a screen.
    pub fields: Vec<ScreenField>,
    /// What it calls.
    pub calls: Vec<Call>,
    /// Where it leads.
    pub links: Vec<Link>,
}

impl Element {
    /// The last plain element of that name.
    pub fn scalar(&self, name: &str) -> Option<&Value> {
        find_last(&self.scalars, name)
    }

    /// Every plain element of that name.
    pub fn scalars<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Value> {
        self.scalars.iter().filter(move |(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether a plain element is `true`.
    pub fn is_true(&self, name: &str) -> bool {
        self.scalar(name).is_some_and(|value| value.word.text == "true")
    }

    /// Whether a failure leads somewhere.
    pub fn has_fault_path(&self) -> bool {
        self.links.iter().any(|link| link.role == Role::Fault)
    }
}

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// `variables`.
    Variable,
    /// `constants`.
    Constant,
    /// `formulas`.
    Formula,
    /// `textTemplates`.
    TextTemplate,
    /// `choices`.
    Choice,
    /// `dynamicChoiceSets`.
    ChoiceSet,
    /// `stages`.
    Stage,
}

impl ResourceKind {
    fn of(tag: &str) -> Option<Self> {
        Some(match tag {
            "variables" => Self::Variable,
            "constants" => Self::Constant,
            "formulas" => Self::Formula,
            "textTemplates" => Self::TextTemplate,
            "choices" => Self::Choice,
            "dynamicChoiceSets" => Self::ChoiceSet,
            "stages" => Self::Stage,
            _ => return None,
        })
    }
}

/// A named resource.
#[derive(Debug, Clone)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// Its name.
    pub name: Word,
    /// Its start tag.
    pub place: Span,
    /// Its plain elements: `dataType`, `objectType`, `isInput`, `expression`, `text` …
    pub scalars: Vec<(CompactString, Value)>,
    /// Its value.
    pub value: Option<Value>,
    /// Fields of a chosen record that go into variables.
    pub outputs: Vec<Output>,
}

impl Resource {
    /// The last plain element of that name.
    pub fn scalar(&self, name: &str) -> Option<&Value> {
        find_last(&self.scalars, name)
    }

    /// Whether a plain element is `true`.
    pub fn is_true(&self, name: &str) -> bool {
        self.scalar(name).is_some_and(|value| value.word.text == "true")
    }
}

/// One version of a flow.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Its element fact: name, place, caps.
    pub fact: Arc<Fact>,
    /// Its plain elements: `status`, `processType`, `runInMode`, `apiVersion` …
    pub scalars: Vec<(CompactString, Value)>,
    /// The start, then every other element in the order of the file.
    pub elements: Vec<Element>,
    /// Variables, constants, formulas, templates, choices.
    pub resources: Vec<Resource>,
}

impl Flow {
    /// The last plain element of that name.
    pub fn scalar(&self, name: &str) -> Option<&Word> {
        find_last(&self.scalars, name).map(|value| &value.word)
    }

    /// Where it begins.
    pub fn start(&self) -> Option<&Element> {
        self.elements.first()
    }

    /// A plain element of its start.
    pub fn start_scalar(&self, name: &str) -> Option<&Word> {
        self.start()?.scalar(name).map(|value| &value.word)
    }
}

fn find_last<'s>(scalars: &'s [(CompactString, Value)], name: &str) -> Option<&'s Value> {
    scalars.iter().rfind(|(key, _)| key == name).map(|(_, value)| value)
}
