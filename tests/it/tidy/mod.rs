//! The rules of the house that a program can check.

mod contrast;
mod functions;
mod graph;
mod imports;
mod modules;
mod names;
mod sources;
mod tokens;

use crate::support::conditions::joined_conditions;
use functions::{Function, functions};
use regex::Regex;
use sources::{files, read, root};
use std::path::Path;

const MAX_FILE_LINES: usize = 300;
const MAX_FUNCTION_LINES: usize = 40;
const MAX_TEMPLATE_COLUMNS: usize = 160;

#[test]
fn no_file_is_over_300_lines() {
    let mut long: Vec<String> = Vec::new();
    for folder in ["src", "migration/src", "tests", "static", "templates"] {
        for path in files(folder, &["rs", "js", "css", "html", "sh", "py"]) {
            let lines = read(&path).lines().count();
            if lines > MAX_FILE_LINES {
                long.push(format!("{}: {lines}", path.display()));
            }
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn no_template_line_is_over_160_columns() {
    let mut long: Vec<String> = Vec::new();
    for path in files("templates", &["html"]) {
        let text = read(&path);
        for (index, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > MAX_TEMPLATE_COLUMNS {
                long.push(format!("{}:{}: {columns}", path.display(), index + 1));
            }
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn no_function_is_over_40_lines() {
    let mut long: Vec<String> = Vec::new();
    for folder in ["src", "migration/src"] {
        for path in files(folder, &["rs"]) {
            for Function { line, lines } in functions(&read(&path)) {
                match lines {
                    Some(..=MAX_FUNCTION_LINES) => {}
                    Some(lines) => long.push(format!("{}:{line}: {lines}", path.display())),
                    None => long.push(format!("{}:{line}: its end is not found", path.display())),
                }
            }
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn every_file_says_what_it_is_for() {
    for folder in ["src", "migration/src", "tests"] {
        for path in files(folder, &["rs"]) {
            let text = read(&path);
            let first = text.lines().next().unwrap_or_default();
            assert!(first.starts_with("//! ") || first.starts_with("#![doc"), "{}", path.display());
        }
    }
}

/// A `Change` is begun by whoever was found in it; the rest is the index and the log's own, which Cloakroom keeps by itself.
#[test]
fn a_change_begins_with_who_makes_it() {
    let places = [
        "database/mod.rs",
        "accounts/principal.rs",
        "audit/ageing.rs",
        "audit/journal.rs",
        "files/record/addition.rs",
        "files/adopted.rs",
    ];
    for path in files("src", &["rs"]) {
        let is_place = places.iter().any(|place| path.ends_with(Path::new("src").join(place)));
        assert!(is_place || !read(&path).contains("database::begin"), "{}", path.display());
    }
}

#[test]
fn the_environment_is_read_in_one_place() {
    for path in files("src", &["rs"]) {
        let text = read(&path);
        for read in ["std::env", "env::var"] {
            assert!(path.ends_with("config/mod.rs") || !text.contains(read), "{} has {read}", path.display());
        }
        for unfinished in ["todo!(", "unimplemented!(", "dbg!("] {
            assert!(!text.contains(unfinished), "{} has {unfinished}", path.display());
        }
    }
}

#[test]
fn nothing_is_put_into_a_page_unescaped() {
    for path in files("templates", &["html"]) {
        let text = read(&path);
        for bad in ["|safe", "| safe", "escape=", "style=", "onclick", "hx-on", "<style", "javascript:"] {
            assert!(!text.contains(bad), "{} has {bad}", path.display());
        }
    }
}

/// What is above a list of thousands may not be asked what it has in it: each file that comes would have all of it styled anew,
/// which takes longer than all else that a list does.
#[test]
fn no_style_asks_what_is_above_a_list_what_it_has() {
    let above = Regex::new(r"(:root|html|body|main|\.cards?)[^\s>+~,{]*:has\(").expect("a pattern");
    // There, nothing comes.
    let without_script = Regex::new(r"(?s)@media \(scripting: none\) \{.*?\n  \}").expect("a pattern");
    let asks = |text: &str| above.find(&without_script.replace_all(text, "")).map(|found| found.as_str().to_owned());
    let styles = files("static/css", &["css"]);
    let found: Vec<_> = styles.iter().filter_map(|style| Some((style.clone(), asks(&read(style))?))).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Whatever comes into a list has its neighbours styled anew for a rule that says "beside anything": what stands on the left of
/// `+` or `~` has a class, an id or an attribute.
#[test]
fn no_style_is_about_what_stands_beside_just_anything() {
    let beside = Regex::new(r"(?m)^ *[^/\n{;]*?([^\s>,{]+) [+~] [^{;]*[{,]$").expect("a pattern");
    let is_named = |left: &str| left.contains(['.', '#', '[']);
    let mut found = Vec::new();
    for style in files("static/css", &["css"]) {
        let text = read(&style);
        let unnamed = beside.captures_iter(&text).filter(|one| !is_named(&one[1]));
        found.extend(unnamed.map(|one| (style.clone(), one[0].trim().to_owned())));
    }
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_setting_is_in_the_example_and_the_readme() {
    let (example, readme) = (read(&root().join(".env.example")), read(&root().join("README.md")));
    for setting in cloakroom::config::SETTINGS {
        assert!(example.contains(&format!("{}=", setting.name)), "{} in .env.example", setting.name);
        assert!(readme.contains(&format!("`{}`", setting.name)), "{} in README.md", setting.name);
        assert!(
            setting.default.is_empty() || readme.contains(setting.default),
            "the default of {} in README.md",
            setting.name
        );
    }
}

#[test]
fn every_test_that_the_threat_table_names_exists() {
    let sources: Vec<String> =
        ["tests/it", "src"].iter().flat_map(|folder| files(folder, &["rs"])).map(|path| read(&path)).collect();
    let named = regex::Regex::new("`([a-z0-9]+(?:_[a-z0-9]+){3,})`").expect("a pattern");
    for found in named.captures_iter(&read(&root().join("SECURITY.md"))) {
        let function = format!("fn {}(", &found[1]);
        assert!(sources.iter().any(|text| text.contains(&function)), "{}", &found[1]);
    }
}

#[test]
fn every_place_that_the_threat_table_names_exists() {
    let named = regex::Regex::new("`([a-z0-9_]+(?:/[a-z0-9_]+)+)`").expect("a pattern");
    let mut missing: Vec<String> = Vec::new();
    for found in named.captures_iter(&read(&root().join("SECURITY.md"))) {
        let place = root().join("src").join(&found[1]);
        if !place.is_dir() && !place.with_extension("rs").is_file() {
            missing.push(found[1].to_owned());
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// Whoever writes to a table waits while an index of it is made plainly. A table that a migration makes itself is empty; those before
/// this rule are as they were.
#[test]
fn an_index_of_a_table_that_is_there_is_made_while_others_write() {
    const SINCE: u32 = 41;
    let plain = Regex::new(r"(CREATE|DROP)( UNIQUE)? INDEX|Index::(create|drop)\(").expect("a pattern");
    let makes_a_table = Regex::new(r"CREATE TABLE|Table::create\(").expect("a pattern");
    for path in files("migration/src", &["rs"]) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let number = name.split('_').nth(1).and_then(|number| number.parse::<u32>().ok()).unwrap_or_default();
        let text = read(&path);
        let may_be_plain = number < SINCE || makes_a_table.is_match(&text);
        assert!(may_be_plain || !plain.is_match(&text), "{name}: create_index and drop_index of migration/src/sql.rs");
    }
}

#[test]
fn an_assertion_says_one_thing() {
    let mut joined: Vec<String> = Vec::new();
    for folder in ["src", "tests", "migration/src"] {
        for path in files(folder, &["rs"]) {
            let lines = joined_conditions(&read(&path));
            joined.extend(lines.iter().map(|line| format!("{}:{line}", path.display())));
        }
    }
    assert_eq!(joined, Vec::<String>::new(), "each wants an assertion of its own");
}
