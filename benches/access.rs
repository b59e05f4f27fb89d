//! What effective access costs beside reading the files it is made of.
//!
//! In: an org made here: 1,000 permission sets, each with 3,000 field entries of which a
//! tenth grant, over 20 objects with 200 PHI fields. Out: the time of the product's own
//! reading of these files, and of the table and the rows of access, measured in one run, so
//! that a busy machine slows both. The table must not take longer than the reading. The files
//! are half a gigabyte, so they lie in a temporary folder: the memory of the process is then
//! what the product needs, and `/usr/bin/time -v` shows its peak, which must stay below
//! 256 MiB.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use divan::Bencher;
use jiff::civil::date;
use phorce::analysis::access::table::tabulate;
use phorce::analysis::{Input, access};
use phorce::config::Config;
use phorce::engine::gather::{Gathered, gather_kinds};
use phorce::source::Sources;
use tempfile::TempDir;

const SETS: usize = 1_000;
const OBJECTS: usize = 20;
/// Field entries of one set, and how many of them speak of one object.
const ENTRIES: usize = 3_000;
const FIELDS: usize = ENTRIES / OBJECTS;
/// PHI fields of one object.
const PHI: usize = 10;

/// The folder of the files, made once.
static ORG: LazyLock<Option<TempDir>> = LazyLock::new(|| {
    let folder = TempDir::new().ok()?;
    write_org(folder.path()).ok()?;
    Some(folder)
});

fn sources() -> Sources {
    let Some(folder) = ORG.as_ref() else { give_up("the temporary folder cannot be written") };
    Sources::on_disk(folder.path(), paths())
}

fn give_up(why: &str) -> ! {
    eprintln!("{why}");
    std::process::exit(2)
}

fn main() {
    let sources = sources();
    let (mut read, mut table, mut rows) = (Duration::MAX, Duration::MAX, Duration::MAX);
    let mut sizes = (0, 0);
    for _ in 0..3 {
        let start = Instant::now();
        let gathered = gather(&sources, "holder");
        read = read.min(start.elapsed());
        let start = Instant::now();
        sizes.0 = black_box(count_rows(&gathered));
        table = table.min(start.elapsed());
        let start = Instant::now();
        sizes.1 = black_box(count_facts(&gathered));
        rows = rows.min(start.elapsed());
    }
    let ms = |d: Duration| d.as_secs_f64() * 1e3;
    println!(
        "read {:.0} ms; table of {} rows {:.0} ms, {:.0} % of reading; {} facts of it {:.0} ms, {:.0} %",
        ms(read),
        sizes.0,
        ms(table),
        100.0 * ms(table) / ms(read),
        sizes.1,
        ms(rows),
        100.0 * ms(rows) / ms(read),
    );
    divan::main();
    // Statics are not dropped.
    if let Some(folder) = ORG.as_ref() {
        let _ = std::fs::remove_dir_all(folder.path());
    }
}

/// Reads the files and derives one kind with what it is made of. The kinds that access reads
/// are derived too, so what they cost counts as reading.
fn gather(sources: &Sources, kind: &str) -> Gathered {
    let kinds = [kind, "phi-object", "sharing-rule", "RestrictionRule"];
    match gather_kinds(sources, &kinds, &Config::default(), date(2026, 1, 15)) {
        Ok(gathered) => gathered,
        Err(error) => give_up(&error),
    }
}

fn inputs(gathered: &Gathered) -> impl Iterator<Item = Input<'_>> {
    gathered.orgs.iter().map(|org| Input {
        org: &org.org,
        facts: &org.facts,
        config: &gathered.config,
        as_of: date(2026, 1, 15),
    })
}

fn count_rows(gathered: &Gathered) -> usize {
    inputs(gathered).map(|input| tabulate(&input).rows.len()).sum()
}

fn count_facts(gathered: &Gathered) -> usize {
    let derive = access::KIND.derive;
    inputs(gathered).map(|input| derive(&input).len()).sum()
}

const HEAD: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";

fn paths() -> Vec<String> {
    let object = |n: usize| format!("objects/Care_{n}__c/Care_{n}__c.object-meta.xml");
    let field = |n: usize| {
        let (object, field) = (n / PHI, n % PHI);
        format!("objects/Care_{object}__c/fields/F{field}__c.field-meta.xml")
    };
    let set = |n: usize| format!("permissionsets/Set_{n}.permissionset-meta.xml");
    let objects = (0..OBJECTS).map(object).chain((0..OBJECTS * PHI).map(field));
    objects.chain((0..SETS).map(set)).collect()
}

fn write_org(folder: &Path) -> io::Result<()> {
    let object = format!(
        "<CustomObject {HEAD}>\n    <label>Care</label>\n    \
         <sharingModel>Private</sharingModel>\n</CustomObject>\n"
    );
    let field = |n: usize| {
        format!(
            "<CustomField {HEAD}>\n    <fullName>F{}__c</fullName>\n    \
             <complianceGroup>HIPAA</complianceGroup>\n    <type>Text</type>\n</CustomField>\n",
            n % PHI
        )
    };
    let objects = (0..OBJECTS).map(|_| object.clone()).chain((0..OBJECTS * PHI).map(field));
    for (path, text) in paths().iter().zip(objects.chain((0..SETS).map(permission_set))) {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

fn permission_set(set: usize) -> String {
    let mut text = format!("<PermissionSet {HEAD}>\n");
    for entry in 0..ENTRIES {
        let grants = (entry + set).is_multiple_of(10);
        let (object, field) = (entry / FIELDS, entry % FIELDS);
        let _ = writeln!(
            text,
            "    <fieldPermissions>\n        <editable>false</editable>\n        \
             <field>Care_{object}__c.F{field}__c</field>\n        \
             <readable>{grants}</readable>\n    </fieldPermissions>"
        );
    }
    text.push_str("    <label>Set</label>\n");
    for object in 0..OBJECTS {
        let _ = writeln!(
            text,
            "    <objectPermissions>\n        <allowRead>true</allowRead>\n        \
             <object>Care_{object}__c</object>\n    </objectPermissions>"
        );
    }
    text.push_str("</PermissionSet>\n");
    text
}

#[divan::bench(sample_count = 3)]
fn read(bencher: Bencher) {
    let sources = sources();
    bencher.bench(|| gather(&sources, "holder").files);
}

#[divan::bench(sample_count = 3)]
fn tabulated(bencher: Bencher) {
    let sources = sources();
    let gathered = gather(&sources, "holder");
    bencher.bench(|| count_rows(&gathered));
}
