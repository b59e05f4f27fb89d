//! The servers an API description names.
//!
//! In: the text of an external service's schema, OpenAPI 3 or Swagger 2, as JSON or YAML. Out:
//! one item per server URL, at its place in the text. YAML is read by a scan of lines that
//! knows block lists and the inline list of schemes; anchors and flow maps it does not know.

use crate::fact::Item;

/// A server and where the text names it: its URL, or in Swagger 2 the scheme alone.
#[derive(Debug, PartialEq, Eq)]
struct Server {
    url: String,
    /// First byte and length in the text; nothing where the text writes it otherwise.
    place: Option<(usize, usize)>,
}

/// The servers in the text of an item.
pub(super) fn items(schema: &Item) -> Vec<Item> {
    let servers = of(&schema.text).into_iter().map(|server| {
        let place = server.place.and_then(|(at, length)| schema.place_of(at..at + length));
        Item::new(server.url, place.unwrap_or(schema.span))
    });
    servers.collect()
}

fn of(schema: &str) -> Vec<Server> {
    if schema.trim_start().starts_with('{') {
        return serde_json::from_str(schema)
            .map(|value| in_json(schema, &value))
            .unwrap_or_default();
    }
    in_yaml(schema)
}

/// The URL of a Swagger 2 description that is served with this scheme.
fn swagger_url(scheme: &str, host: &str, base: &str) -> String {
    format!("{scheme}://{host}{base}")
}

fn in_json(schema: &str, value: &serde_json::Value) -> Vec<Server> {
    let mut found = Vec::new();
    let text = |key| value.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    let schemes = value.get("schemes").and_then(serde_json::Value::as_array);
    for scheme in schemes.into_iter().flatten().filter_map(serde_json::Value::as_str) {
        let url = swagger_url(scheme, text("host"), text("basePath"));
        found.push(Server { url, place: string_after(schema, "\"schemes\"", scheme) });
    }
    // Servers of the whole description, of a path, of an operation; a stack, for depth.
    let mut stack = vec![value];
    while let Some(value) = stack.pop() {
        match value {
            serde_json::Value::Object(members) => {
                let servers = members.get("servers").and_then(serde_json::Value::as_array);
                let urls = servers.into_iter().flatten().filter_map(|server| server.get("url"));
                for url in urls.filter_map(serde_json::Value::as_str) {
                    let place = string_after(schema, "\"servers\"", url);
                    found.push(Server { url: url.to_owned(), place });
                }
                stack.extend(members.values().rev());
            }
            serde_json::Value::Array(entries) => stack.extend(entries.iter().rev()),
            _ => {}
        }
    }
    found
}

/// Where a JSON string first stands behind a key; nothing where it is written with escapes.
fn string_after(schema: &str, key: &str, value: &str) -> Option<(usize, usize)> {
    let from = schema.find(key)?;
    let quoted = format!("\"{value}\"");
    let at = schema.get(from..)?.find(&quoted)?;
    Some((from + at + 1, value.len()))
}

/// A list of the description whose lines are being read, with its indent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Servers(usize),
    Schemes(usize),
}

fn in_yaml(schema: &str) -> Vec<Server> {
    let mut servers = Vec::new();
    let mut schemes: Vec<(String, (usize, usize))> = Vec::new();
    let (mut host, mut base) = (String::new(), String::new());
    let mut block = None;
    let mut next = 0usize;
    for line in schema.split_inclusive('\n') {
        let start = next;
        next += line.len();
        let body = line.trim_start();
        let indent = line.len() - body.len();
        let at = start + indent;
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let inside = |outer: usize| indent > outer || indent == outer && body.starts_with('-');
        match block {
            Some(Block::Servers(outer)) if inside(outer) => {
                let servers_url = entry(body, at, "url");
                servers.extend(servers_url.map(|(url, place)| Server { url, place: Some(place) }));
                continue;
            }
            Some(Block::Schemes(outer)) if inside(outer) => {
                schemes.extend(listed(body, at));
                continue;
            }
            _ => block = None,
        }
        if entry(body, at, "servers").is_some() || body.trim_end() == "servers:" {
            block = Some(Block::Servers(indent));
        } else if indent == 0 && body.starts_with("schemes:") {
            schemes.extend(listed(body, at));
            block = Some(Block::Schemes(indent));
        } else if indent == 0 {
            let value = |key| entry(body, at, key).map(|(value, _)| value);
            host = value("host").unwrap_or(host);
            base = value("basePath").unwrap_or(base);
        }
    }
    let swagger = schemes.into_iter().map(|(scheme, place)| Server {
        url: swagger_url(&scheme, &host, &base),
        place: Some(place),
    });
    servers.into_iter().chain(swagger).collect()
}

/// The scalar behind `key:` on a line, which may begin an entry of a list, and its place.
fn entry(body: &str, at: usize, key: &str) -> Option<(String, (usize, usize))> {
    let rest = body.strip_prefix('-').map_or(body, str::trim_start);
    let rest = rest.strip_prefix(key)?.strip_prefix(':')?;
    scalar(rest, at + (body.len() - rest.len()))
}

/// Words of an inline list, or of one entry: `schemes: [http, https]`, `- http`.
fn listed(body: &str, at: usize) -> Vec<(String, (usize, usize))> {
    let list = body.strip_prefix("schemes:").unwrap_or(body);
    let mut from = at + (body.len() - list.len());
    let mut words = Vec::new();
    for part in list.split_inclusive([',', '[', ']', '-']) {
        let word = part.trim_end_matches([',', '[', ']', '-']);
        words.extend(scalar(word, from));
        from += part.len();
    }
    words
}

/// A plain or quoted scalar without its comment, and its place; nothing where it is empty.
fn scalar(text: &str, at: usize) -> Option<(String, (usize, usize))> {
    let body = text.trim_start();
    let at = at + (text.len() - body.len());
    for quote in ['"', '\''] {
        if let Some((inner, _)) = body.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return (!inner.is_empty()).then(|| (inner.to_owned(), (at + 1, inner.len())));
        }
    }
    let plain = body.split_once(" #").map_or(body, |(plain, _)| plain).trim_end();
    let comment = plain.starts_with('#');
    (!plain.is_empty() && !comment).then(|| (plain.to_owned(), (at, plain.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each server's URL and the text at its place.
    fn said(schema: &str) -> Vec<(String, String)> {
        let place = |server: &Server| {
            let found = server.place.and_then(|(at, length)| schema.get(at..at + length));
            found.unwrap_or("-").to_owned()
        };
        of(schema).into_iter().map(|server| (server.url.clone(), place(&server))).collect()
    }

    fn pair(url: &str, place: &str) -> (String, String) {
        (url.to_owned(), place.to_owned())
    }

    #[test]
    fn reads_servers_of_yaml() {
        let schema = "openapi: 3.0.0\nservers:\n# all of them\n- url: http://a.example/v1 # old\n  description: url is old\n- url: \"https://b.example\"\npaths:\n  /x:\n    servers:\n      - description: test\n        url: 'http://c.example'\n    get:\n      url: http://no.example\n";
        let wanted = [
            pair("http://a.example/v1", "http://a.example/v1"),
            pair("https://b.example", "https://b.example"),
            pair("http://c.example", "http://c.example"),
        ];
        assert_eq!(said(schema), wanted);
    }

    #[test]
    fn reads_schemes_of_yaml() {
        let block = "swagger: '2.0'\nhost: api.example\nbasePath: /v2\nschemes:\n  - http\n  - https\ninfo:\n  host: no.example\n";
        let wanted =
            [pair("http://api.example/v2", "http"), pair("https://api.example/v2", "https")];
        assert_eq!(said(block), wanted);
        let inline = "schemes: [https, \"http\"]\nhost: api.example\n";
        let wanted = [pair("https://api.example", "https"), pair("http://api.example", "http")];
        assert_eq!(said(inline), wanted);
    }

    #[test]
    fn reads_servers_of_json() {
        let schema = r#"{"openapi":"3.0.1","servers":[{"url":"http://a.example"},{"url":"https:\/\/b.example"}],"paths":{"/x":{"servers":[{"url":"http://c.example"}]}}}"#;
        let wanted = [
            pair("http://a.example", "http://a.example"),
            pair("https://b.example", "-"),
            pair("http://c.example", "http://c.example"),
        ];
        assert_eq!(said(schema), wanted);
    }

    #[test]
    fn reads_schemes_of_json() {
        let schema =
            r#"{"swagger":"2.0","host":"api.example","basePath":"/v2","schemes":["http"]}"#;
        assert_eq!(said(schema), [pair("http://api.example/v2", "http")]);
    }

    #[test]
    fn broken_descriptions_name_nothing() {
        for schema in ["", "{", "{]", "servers", "servers:", "servers: []", "- - -", "schemes: ["] {
            assert!(of(schema).is_empty(), "{schema}");
        }
    }

    #[test]
    fn places_lie_in_the_file_unless_the_file_writes_otherwise() {
        use crate::source::Span;
        let file = crate::source::FileId(4);
        let text = "servers:\n- url: http://a.example";
        let exact = items(&Item::new(text, Span::new(file, 100, 100 + text.len())));
        assert_eq!(exact[0].span, Span::new(file, 116, 132));
        let longer = items(&Item::new(text, Span::new(file, 100, 140)));
        assert_eq!(longer[0].span, Span::new(file, 100, 140));
    }
}
