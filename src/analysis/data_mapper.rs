//! Kind `data-mapper`: OmniStudio data mappers that read or write PHI.
//!
//! In: data mappers with their items, and the schema. Out: one row for each that names an
//! object or field with PHI. It does not know in which runtime a mapper runs, nor what calls
//! it, and reads no formula of its items.
//!
//! Sources: Metadata API type `OmniDataTransform` (`omniDataTransformItem`).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Input, Kind};
use crate::fact::{Confidence, Fact, Item, Severity};
use crate::metadata::collect::Collected;
use crate::org::phi::Level;
use crate::org::schema::Schema;

/// The kind.
pub const KIND: Kind = Kind {
    name: "data-mapper",
    meaning: "an OmniStudio data mapper that reads or writes an object or field with PHI; it has the elements of its `OmniDataTransform` too",
    reads: &["OmniDataTransform", ITEM, "CustomObject", "CustomField"],
    values: &[
        ("operation", "`read` or `write`"),
        ("phi-objects", "the objects with PHI it reads or writes, each where it is named"),
        ("phi-fields", "the PHI fields it reads or writes, each where it is named"),
        ("running", "`false` where the mapper is not active; a finding on it is at most low"),
        ("cached", "`true` where what it answers is kept in a cache"),
    ],
    derive,
};

const ITEM: &str = "OmniDataTransform.omniDataTransformItem";

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, &input.org.schema)
}

fn rows(facts: &Collected, schema: &Schema) -> Vec<Fact> {
    let mut items: FxHashMap<*const Fact, Vec<&Arc<Fact>>> = FxHashMap::default();
    for item in facts.of(ITEM).iter().filter(|item| !item.is_true("disabled")) {
        if let Some(parent) = &item.parent {
            items.entry(Arc::as_ptr(parent)).or_default().push(item);
        }
    }
    let mappers = facts.of("OmniDataTransform").iter();
    mappers
        .filter_map(|mapper| {
            let own = items.get(&Arc::as_ptr(mapper)).map_or(&[][..], Vec::as_slice);
            row(schema, mapper, own)
        })
        .collect()
}

/// Whose values they are not: what a mapper answers, and what it works out.
const NO_OBJECTS: [&str; 2] = ["json", "formula"];

fn row(schema: &Schema, mapper: &Arc<Fact>, items: &[&Arc<Fact>]) -> Option<Fact> {
    let mut row = Fact::new(KIND.name, mapper.name.as_str(), mapper.place);
    row.cap = mapper.cap;
    row.values = mapper.values.clone();
    let writes = mapper.text("type").is_some_and(|ty| ty.eq_ignore_ascii_case("Load"));
    row.derive("operation", if writes { "write" } else { "read" });
    let (objects, fields) = match writes {
        true => (written_objects(items), written_fields(items)),
        false => (read_objects(mapper, items), read_fields(mapper, items)),
    };
    let mut sure: Option<Confidence> = None;
    for item in objects {
        let Some(phi) = schema.object_phi(&item.text) else { continue };
        if !row.items("phi-objects").any(|known| known.text.eq_ignore_ascii_case(&item.text)) {
            row.values.push(("phi-objects".into(), item.clone()));
        }
        sure = sure.max(Some(phi.confidence));
    }
    for (object, reference, item) in fields {
        let found = schema.phi_of(Some(&object), &reference);
        let Some(found) = found.filter(|found| found.recognition.level == Level::High) else {
            continue;
        };
        if row.items("phi-fields").any(|known| known.text == found.name) {
            continue;
        }
        let owner = found.name.split_once('.').map_or("", |(object, _)| object);
        if !row.items("phi-objects").any(|known| known.text.eq_ignore_ascii_case(owner)) {
            row.push("phi-objects", owner, item.span);
        }
        let related = found.facts.first().map(|fact| fact.place);
        sure = sure.max(Some(found.recognition.confidence));
        let named = Item { related, ..Item::new(found.name.as_str(), item.span) };
        row.values.push(("phi-fields".into(), named));
    }
    row.confidence = Some(sure?);
    let running = mapper.is_true("active");
    if !running {
        row.cap = Some(Severity::Low);
    }
    row.derive("running", running);
    let cache = mapper.text("responseCacheType").filter(|text| !text.is_empty());
    row.derive("cached", cache.is_some_and(|text| !text.eq_ignore_ascii_case("None")));
    Some(row)
}

fn read_objects<'f>(mapper: &'f Fact, items: &[&'f Arc<Fact>]) -> Vec<&'f Item> {
    let source = mapper.item("sourceObject").into_iter();
    let named = items.iter().filter_map(|item| item.item("inputObjectName"));
    source.chain(named).filter(|item| !item.text.is_empty()).collect()
}

fn written_objects<'f>(items: &[&'f Arc<Fact>]) -> Vec<&'f Item> {
    let named = items.iter().filter_map(|item| item.item("outputObjectName"));
    let is_object =
        |item: &&Item| !NO_OBJECTS.iter().any(|word| word.eq_ignore_ascii_case(&item.text));
    named.filter(is_object).filter(|item| !item.text.is_empty()).collect()
}

/// Object, reference from there, and the element that names it.
type Named<'f> = (String, String, &'f Item);

/// What a mapper reads stands in two places: one item names an object and the node its records
/// come under, another takes a field below that node: `Chart:Owner:Name`.
fn read_fields<'f>(mapper: &'f Fact, items: &[&'f Arc<Fact>]) -> Vec<Named<'f>> {
    let mut nodes: FxHashMap<String, String> = FxHashMap::default();
    for item in items {
        let object = item.text("inputObjectName").filter(|object| !object.is_empty());
        if let Some((object, node)) = object.zip(item.text("outputFieldName")) {
            nodes.insert(node.trim().to_lowercase(), object.to_owned());
        }
    }
    let mut found = Vec::new();
    for item in items {
        let Some(path) = item.item("inputFieldName") else { continue };
        let text = path.text.trim();
        let by_node = nodes.iter().filter_map(|(node, object)| {
            let below = text.get(..node.len()).filter(|own| own.eq_ignore_ascii_case(node));
            let rest = text.get(below?.len()..)?.strip_prefix(':')?;
            Some((node.len(), object, rest))
        });
        // The longest node that fits is the nearest.
        if let Some((_, object, rest)) = by_node.max_by_key(|(length, _, _)| *length) {
            found.push((object.clone(), rest.replace(':', "."), path));
            continue;
        }
        // An item that filters asks for a value and hands none on.
        let filters = item.item("filterOperator").is_some();
        let own = item.text("inputObjectName").or_else(|| mapper.text("sourceObject"));
        if let Some(object) = own.filter(|object| !object.is_empty() && !filters) {
            found.push((object.to_owned(), text.replace(':', "."), path));
        }
    }
    found
}

fn written_fields<'f>(items: &[&'f Arc<Fact>]) -> Vec<Named<'f>> {
    let found = items.iter().filter_map(|item| {
        let object = item.text("outputObjectName")?;
        let field = item.item("outputFieldName")?;
        let is_object = !NO_OBJECTS.iter().any(|word| word.eq_ignore_ascii_case(object));
        is_object.then(|| (object.to_owned(), field.text.to_string(), field))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact, texts};
    use crate::org::health::Evidence;
    use crate::org::phi::{Overrides, Recogniser};

    fn schema() -> Schema {
        let facts = [
            fact("CustomObject", "Patient__c", &[("label", "Patient")]),
            fact("CustomField", "Patient__c.SSN__c", &[("type", "Text")]),
            fact("CustomField", "Patient__c.Room__c", &[("type", "Text")]),
            fact(
                "CustomField",
                "Stay__c.Patient__c",
                &[("type", "Lookup"), ("referenceTo", "Patient__c")],
            ),
            fact("CustomObject", "Truck__c", &[("label", "Truck")]),
        ];
        let recogniser = Recogniser::new(&Overrides::default()).unwrap();
        Schema::build(&facts.map(Arc::new), &Evidence::default(), recogniser)
    }

    fn of(values: &[(&str, &str)], items: &[&[(&str, &str)]]) -> Vec<Fact> {
        let mapper = Arc::new(fact("OmniDataTransform", "Mapper", values));
        let mut facts = collect(vec![]);
        facts.add(Arc::clone(&mapper));
        for values in items {
            let mut item = fact(ITEM, "Mapper/x", values);
            item.parent = Some(Arc::clone(&mapper));
            facts.add(Arc::new(item));
        }
        rows(&facts, &schema())
    }

    #[test]
    fn fields_are_found_through_the_node_of_their_object() {
        let rows = of(
            &[("active", "true"), ("type", "Extract")],
            &[
                &[
                    ("inputObjectName", "Patient__c"),
                    ("inputFieldName", "Id"),
                    ("filterOperator", "="),
                    ("outputFieldName", "Chart"),
                ],
                &[("inputFieldName", "chart:SSN__c "), ("outputObjectName", "json")],
                &[("inputFieldName", "Chart:Room__c"), ("outputObjectName", "json")],
                &[("inputFieldName", "Charts:SSN__c"), ("outputObjectName", "json")],
                &[("inputObjectName", "Stay__c"), ("outputFieldName", "Stay")],
                &[("inputFieldName", "Stay:Patient__r:SSN__c")],
            ],
        );
        assert_eq!(texts(&rows[0], "phi-objects"), ["Patient__c"]);
        assert_eq!(texts(&rows[0], "phi-fields"), ["Patient__c.SSN__c"]);
        assert_eq!(rows[0].text("operation"), Some("read"));
        assert_eq!((rows[0].text("running"), rows[0].cap), (Some("true"), None));
        assert_eq!(rows[0].text("cached"), Some("false"));
    }

    #[test]
    fn the_object_of_a_field_behind_a_relationship_counts() {
        let stay = [("inputObjectName", "Stay__c"), ("outputFieldName", "Stay")];
        let field = [("inputFieldName", "Stay:Patient__r:SSN__c")];
        let rows = of(&[("active", "true"), ("type", "Extract")], &[&stay, &field]);
        assert_eq!(texts(&rows[0], "phi-objects"), ["Patient__c"]);
        assert_eq!(rows[0].item("phi-objects").unwrap().span.start, 1000);
    }

    #[test]
    fn a_load_writes_where_its_items_say() {
        let rows = of(
            &[("active", "false"), ("type", "Load"), ("responseCacheType", "Platform")],
            &[
                &[("outputObjectName", "json"), ("outputFieldName", "SSN__c")],
                &[("outputObjectName", "Patient__c"), ("outputFieldName", "SSN__c")],
            ],
        );
        assert_eq!(texts(&rows[0], "phi-objects"), ["Patient__c"]);
        assert_eq!(rows[0].text("operation"), Some("write"));
        assert_eq!((rows[0].text("running"), rows[0].cap), (Some("false"), Some(Severity::Low)));
        assert!(rows[0].is_true("cached"));
    }

    #[test]
    fn what_names_no_phi_has_no_row() {
        let read = [("inputObjectName", "Truck__c"), ("outputFieldName", "Truck")];
        let off = [("inputObjectName", "Patient__c"), ("disabled", "true")];
        assert!(of(&[("type", "Extract")], &[&read, &off]).is_empty());
        let turbo = of(&[("type", "Turbo Extract"), ("sourceObject", "Patient__c")], &[]);
        assert_eq!(texts(&turbo[0], "phi-objects"), ["Patient__c"]);
    }
}
