//! Scripts that nobody of the project wrote.
//!
//! In: a path and the text. Out: whether it is a library or minified, by its name, its first
//! lines, or the length of its lines. A library under another name, without a banner and with
//! short lines, is taken for the project's own.

/// Why a script was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skip {
    /// Its lines are too long to have been written by hand.
    Minified,
    /// Somebody else's library.
    Library,
    /// A test, or an example that came with a library.
    Test,
}

/// A line that nobody writes by hand.
const LONGEST_LINE: usize = 5_000;

/// Libraries, by the words of their file's name before the first version number.
const LIBRARIES: [&str; 61] = [
    "jquery",
    "moment",
    "d3",
    "chart",
    "chartjs",
    "charts",
    "lodash",
    "underscore",
    "angular",
    "react",
    "vue",
    "backbone",
    "ember",
    "bootstrap",
    "knockout",
    "handlebars",
    "mustache",
    "require",
    "requirejs",
    "fullcalendar",
    "datatables",
    "select2",
    "leaflet",
    "highcharts",
    "jspdf",
    "pdf",
    "pdfjs",
    "papaparse",
    "xlsx",
    "jszip",
    "filesaver",
    "sortable",
    "sweetalert",
    "sweetalert2",
    "toastr",
    "modernizr",
    "html5shiv",
    "respond",
    "polyfill",
    "polyfills",
    "raphael",
    "morris",
    "typeahead",
    "tinymce",
    "ckeditor",
    "quill",
    "codemirror",
    "ace",
    "three",
    "echarts",
    "cometd",
    "dompurify",
    "purify",
    "forge",
    "sinon",
    "qunit",
    "mocha",
    "jasmine",
    "gapi",
    "gsi",
    "uniform",
];

/// Folders that hold libraries as they were downloaded.
const FOLDERS: [&str; 6] =
    ["node_modules", "bower_components", "vendor", "vendors", "third-party", "thirdparty"];

/// Whether a script is left out. `resource` says that it lies in a static resource, where a
/// licence at the top tells a library; a component begins with the project's own.
pub fn skip(path: &str, text: &str, resource: bool) -> Option<Skip> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_test = [".test.js", ".spec.js", ".mock.js"].iter().any(|end| name.ends_with(end));
    if is_test || path.split('/').any(|folder| matches!(folder, "__tests__" | "__mocks__")) {
        return Some(Skip::Test);
    }
    let long = |line: &str| line.len() > LONGEST_LINE;
    if name.contains(".min.") || name.contains("-min.") || text.split('\n').any(long) {
        return Some(Skip::Minified);
    }
    let folders = path.to_ascii_lowercase();
    let in_folder = folders.split('/').any(|folder| FOLDERS.contains(&folder));
    let named = LIBRARIES.contains(&stem(&name));
    // What comes with a library: how it is used, how it is tested.
    let beside = ["demo", "demos", "example", "examples", "documentation", "qunit"];
    if resource && folders.split('/').any(|folder| beside.contains(&folder)) {
        return Some(Skip::Test);
    }
    let library = in_folder || (named && (resource || has_banner(text)));
    (library || (resource && has_banner(text))).then_some(Skip::Library)
}

/// `jquery` of `jquery-3.6.0.js`, `jquery.ui.widget.js` and `jQuery_Cookie.js`.
fn stem(name: &str) -> &str {
    let end = name.find(['.', '-', '_']).unwrap_or(name.len());
    name.get(..end).unwrap_or(name)
}

/// A licence of somebody else at the top.
fn has_banner(text: &str) -> bool {
    let mut end = text.len().min(1_500);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or("").trim_start_matches('\u{feff}').trim_start();
    let lower = head.to_ascii_lowercase();
    let licence = ["@license", "@preserve", "mit license", "licensed under", "mit licen", "gnu "];
    head.starts_with("/*!") || licence.iter().any(|word| lower.contains(word))
}
