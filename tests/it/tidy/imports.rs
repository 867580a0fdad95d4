//! Files import each other in one direction: no circles, and nothing that stands later in the reading order.

use super::{
    graph::{Arrow, Graph},
    modules::Sources,
    sources::{files, read, root},
};
use std::path::Path;

/// Features that know nothing of each other.
const APART: [&str; 3] = ["admin", "shares", "uploads"];

#[test]
fn no_file_imports_in_a_circle() {
    for folder in ["src", "migration/src"] {
        let graph = graph(folder);
        let circles: Vec<String> = graph.circles().iter().map(|circle| drawn(circle)).collect();
        assert!(circles.is_empty(), "{} circles in {folder}:\n\n{}", circles.len(), circles.join("\n\n"));
    }
}

#[test]
fn imports_go_one_way() {
    let graph = graph("src");
    let wrong: Vec<&Arrow> = graph.arrows.iter().filter(|arrow| is_wrong(&graph, arrow)).collect();
    assert!(wrong.is_empty(), "against the reading order, which src/lib.rs has:\n{}", drawn(&wrong));
}

/// One that no `mod` declares would be compiled by nobody and checked by no rule.
#[test]
fn every_file_has_its_place_in_the_reading_order() {
    for folder in ["src", "migration/src"] {
        let graph = graph(folder);
        let others: Vec<String> = sources(folder)
            .into_keys()
            .filter(|file| !graph.files.contains(file) && !file.ends_with("tests.rs"))
            .collect();
        assert_eq!(others, Vec::<String>::new(), "in {folder}");
    }
}

#[test]
fn the_map_has_the_reading_order() {
    let row = regex::Regex::new(r"(?m)^\| `(\w+)/?` \|").expect("a pattern");
    let map = read(&root().join("src/README.md"));
    let mapped: Vec<String> = row.captures_iter(&map).map(|found| found[1].to_owned()).collect();
    let mut order = graph("src").order;
    order.push("main".to_owned());
    assert_eq!(mapped, order, "the table of src/README.md, and src/lib.rs");
}

fn graph(folder: &str) -> Graph {
    Graph::of(&sources(folder))
}

fn sources(folder: &str) -> Sources {
    let path_of = |file: &Path| {
        let inside = file.strip_prefix(root().join(folder)).expect("a file of the folder");
        inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    files(folder, &["rs"]).iter().map(|file| (path_of(file), read(file))).collect()
}

/// Does it run back up, or to a feature that stands apart?
fn is_wrong(graph: &Graph, arrow: &Arrow) -> bool {
    let (from, to) = (top(&arrow.from), top(&arrow.to));
    let are_apart = from != to && APART.contains(&from) && APART.contains(&to);
    are_apart || rank(graph, &arrow.to) > rank(graph, &arrow.from)
}

/// The crate's own two files stand behind all modules, and `main.rs` behind `lib.rs`.
fn rank(graph: &Graph, file: &str) -> usize {
    let of_modules = graph.order.iter().position(|module| module == top(file));
    match file {
        "lib.rs" => graph.order.len(),
        "main.rs" => graph.order.len() + 1,
        _ => of_modules.unwrap_or(graph.order.len() + 1),
    }
}

/// The top module that a file belongs to.
fn top(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn drawn(arrows: &[&Arrow]) -> String {
    let lines: Vec<String> =
        arrows.iter().map(|Arrow { from, to, line }| format!("{from}:{line} imports {to}")).collect();
    lines.join("\n")
}

/// The arrows of a made-up tree, without their lines.
fn arrows(files: &[(&str, &str)]) -> Vec<String> {
    let arrows = made_up(files).arrows;
    arrows.iter().map(|Arrow { from, to, .. }| format!("{from} → {to}")).collect()
}

fn made_up(files: &[(&str, &str)]) -> Graph {
    Graph::of(&files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect())
}

const ROOT: (&str, &str) = ("lib.rs", "pub mod a;\n\npub mod b;");

#[test]
fn a_circle_through_a_re_export_is_found_and_named() {
    let graph = made_up(&[
        ROOT,
        ("a/mod.rs", "mod inner;\npub use inner::Thing;"),
        ("a/inner.rs", "use crate::b::helper;\npub struct Thing;"),
        ("b.rs", "//! Sentence.\n\nuse crate::a::Thing;\npub fn helper(_: Thing) {}"),
    ]);
    let circles: Vec<String> = graph.circles().iter().map(|circle| drawn(circle)).collect();
    assert_eq!(circles, ["a/inner.rs:1 imports b.rs\nb.rs:3 imports a/inner.rs"]);
}

#[test]
fn two_circles_are_told_apart() {
    let graph = made_up(&[
        ("lib.rs", "mod a; mod b; mod c; mod d; mod e;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use crate::{a::A, c::C}; pub struct B;"),
        ("c.rs", "use crate::d::D; pub struct C;"),
        ("d.rs", "use crate::e::E; pub struct D;"),
        ("e.rs", "use crate::c::C; pub struct E;"),
    ]);
    let sizes: Vec<usize> = graph.circles().iter().map(Vec::len).collect();
    assert_eq!(sizes, [2, 3]);
}

#[test]
fn every_way_to_import_is_an_arrow() {
    for text in [
        "use crate::b::B;",
        "use crate::{b::{self, B}};",
        "use crate::b;",
        "use crate::b::*; fn f(_: B) {}",
        "use crate::b as other; fn f(_: other::B) {}",
        "use super::b::B as Other;",
        "pub use crate::b::B;",
        "fn f(_: crate::b::B) {}",
        "fn f() { let b = ..super::b::B; }",
        "mod within { use super::super::b::B; }",
        "fn f() { use crate::b::B; }",
        "macro_rules! m { () => { $crate::b::B } }",
        "use cloakroom::b::B;",
    ] {
        assert_eq!(arrows(&[ROOT, ("a.rs", text), ("b.rs", "pub struct B;")]), ["a.rs → b.rs"], "{text}");
    }
}

#[test]
fn what_only_looks_like_an_import_is_no_arrow() {
    for text in [
        "#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}",
        "#[cfg(test)]\nuse crate::{b::B};",
        "// use crate::b::B;\n/* crate::b::B */",
        "fn f() -> &'static str { \"crate::b::B\" }",
        "use b::B;",
        "fn f(b: u8) -> u8 { b.b(b) }",
        "pub(in crate::b) struct A;",
        "fn f() -> impl Iterator + use<'_> {}",
    ] {
        assert_eq!(arrows(&[ROOT, ("a.rs", text), ("b.rs", "pub struct B;")]), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_re_export_leads_to_who_defines_it() {
    for (re_export, user) in [
        ("pub use inner::Thing;", "use crate::a::Thing;"),
        ("pub use inner::*;", "use crate::a::Thing;"),
        ("pub use inner::Thing as Other;", "use crate::a::Other;"),
        ("pub use self::inner::{Thing};", "fn f(_: crate::a::Thing) {}"),
        ("pub use inner::Thing;", "use crate::a::*;\nfn f(_: Thing) {}"),
    ] {
        let text = format!("mod inner;\n{re_export}");
        let found = arrows(&[ROOT, ("a/mod.rs", &text), ("a/inner.rs", "pub struct Thing;"), ("b.rs", user)]);
        assert!(found.contains(&"b.rs → a/inner.rs".to_owned()), "{re_export} {user}: {found:?}");
        assert!(!found.iter().any(|arrow| arrow.starts_with("a/mod.rs")), "{re_export} {user}: {found:?}");
    }
}

#[test]
fn a_module_with_code_of_its_own_is_a_file_like_others() {
    let parent = "mod inner;\npub use inner::{Thing, make};\n";
    for (code, expected) in [
        ("pub struct Rule;", &["a/inner.rs → a/mod.rs"][..]),
        ("pub struct Rule(Thing);", &["a/inner.rs → a/mod.rs", "a/mod.rs → a/inner.rs"]),
        ("pub struct Rule;\nfn f() { make() }", &["a/inner.rs → a/mod.rs", "a/mod.rs → a/inner.rs"]),
        ("pub struct Rule { make: u8 }", &["a/inner.rs → a/mod.rs"]),
        ("pub struct Rule;\nfn f() { inner::make() }", &["a/inner.rs → a/mod.rs", "a/mod.rs → a/inner.rs"]),
    ] {
        let inner = ("a/inner.rs", "use super::Rule;\npub struct Thing;\npub fn make() {}");
        let found = arrows(&[ROOT, ("a/mod.rs", &format!("{parent}{code}")), inner, ("b.rs", "")]);
        assert_eq!(found, expected, "{code}");
    }
}

#[test]
fn the_reading_order_is_that_of_the_root() {
    let graph = made_up(&[
        ("lib.rs", "pub mod ids;\n\npub mod uploads;\n\npub mod admin;"),
        ("main.rs", "use cloakroom::admin::A;"),
        ("ids.rs", "use crate::uploads::U;"),
        ("uploads.rs", "pub struct U;"),
        ("admin.rs", "use crate::{ids, uploads};\npub struct A;"),
    ]);
    let wrong: Vec<&Arrow> = graph.arrows.iter().filter(|arrow| is_wrong(&graph, arrow)).collect();
    assert_eq!(drawn(&wrong), "admin.rs:1 imports uploads.rs\nids.rs:1 imports uploads.rs");
}
