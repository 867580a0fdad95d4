//! The modules of a crate, as its files declare them: what each defines, imports and mentions.

use super::tokens::{Token, is_word, tokens};
use std::collections::{BTreeMap, BTreeSet};

/// What is read: each file's text by its path, such as `web/mod.rs`.
pub type Sources = BTreeMap<String, String>;

const DEFINING: [&str; 8] = ["const", "enum", "fn", "static", "struct", "trait", "type", "union"];
/// What names no item.
const KEYWORDS: [&str; 35] = [
    "Self", "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static",
    "struct", "trait", "true", "type", "unsafe", "use", "where", "while",
];

/// What begins the width of a `pub(…)`, of which no path is an import.
const WIDTHS: [&str; 4] = ["crate", "in", "self", "super"];

/// A module, which has a file of its own or stands within its parent's.
#[derive(Default)]
pub struct Module {
    pub file: String,
    pub parent: Option<usize>,
    /// In the order in which they are declared.
    pub children: Vec<(String, usize)>,
    pub items: BTreeSet<String>,
    pub imports: Vec<Import>,
    pub mentions: Vec<Mention>,
}

/// One name of a `use`.
pub struct Import {
    pub path: Vec<String>,
    /// What it is called here; `None`: everything that is there, by its own name.
    pub name: Option<String>,
    /// A `pub use`, of whatever width.
    pub is_public: bool,
    pub line: usize,
}

/// A path, or a single name, that the code uses outside of `use`.
pub struct Mention {
    pub path: Vec<String>,
    pub line: usize,
}

/// The modules of `lib.rs`, which is the first one, and those of `main.rs`.
///
/// # Panics
///
/// When a module is declared that has no file.
pub fn modules(sources: &Sources) -> Vec<Module> {
    let roots = ["lib.rs", "main.rs"].into_iter().filter(|root| sources.contains_key(*root));
    let mut modules: Vec<Module> = roots.map(|root| Module { file: root.to_owned(), ..Module::default() }).collect();
    let mut unread: Vec<usize> = (0..modules.len()).collect();
    while let Some(module) = unread.pop() {
        let tokens = tokens(&sources[&modules[module].file]);
        let open = vec![(module, 0)];
        let mut reader = Reader { sources, modules: &mut modules, unread: &mut unread, tokens, at: 0, depth: 0, open };
        reader.read();
    }
    modules
}

struct Reader<'a> {
    sources: &'a Sources,
    modules: &'a mut Vec<Module>,
    /// Modules whose files are still to be read.
    unread: &'a mut Vec<usize>,
    tokens: Vec<Token<'a>>,
    at: usize,
    /// How many braces are open.
    depth: usize,
    /// The modules that are open, each with the depth of its items.
    open: Vec<(usize, usize)>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while self.at < self.tokens.len() {
            match self.text(0) {
                "{" => self.depth += 1,
                "}" => self.close(),
                "mod" if is_word(self.text(1)) => self.module(),
                "pub" if self.text(1) == "(" && WIDTHS.contains(&self.text(2)) => self.width(),
                // The other kind of `use` is a part of a type.
                "use" if self.text(1) != "<" => self.import(),
                text if is_word(text) => self.word(),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// What stands so many tokens further on, or nothing.
    fn text(&self, further: usize) -> &str {
        self.tokens.get(self.at + further).map_or("", |token| token.text)
    }

    fn before(&self) -> &str {
        self.at.checked_sub(1).map_or("", |before| self.tokens[before].text)
    }

    fn current(&mut self) -> &mut Module {
        let (module, _) = self.open[self.open.len() - 1];
        &mut self.modules[module]
    }

    fn close(&mut self) {
        if self.open.len() > 1 && self.open[self.open.len() - 1].1 == self.depth {
            self.open.pop();
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn module(&mut self) {
        let (name, module) = (self.text(1).to_owned(), self.modules.len());
        let (parent, _) = self.open[self.open.len() - 1];
        let mut file = self.modules[parent].file.clone();
        self.at += 2;
        if self.text(0) == "{" {
            self.depth += 1;
            self.open.push((module, self.depth));
        } else {
            file = file_of(self.sources, &file, &name);
            self.unread.push(module);
        }
        self.modules[parent].children.push((name, module));
        self.modules.push(Module { file, parent: Some(parent), ..Module::default() });
    }

    /// Goes on to the parenthesis that closes it.
    fn width(&mut self) {
        while !matches!(self.text(0), ")" | "") {
            self.at += 1;
        }
    }

    fn import(&mut self) {
        let is_public = matches!(self.before(), "pub" | ")");
        self.at += 1;
        self.tree(&[], is_public);
    }

    /// Reads `a::b`, `a::{b, c}`, `a::*` or `a as b`, and stops at the token behind it.
    fn tree(&mut self, prefix: &[String], is_public: bool) {
        let mut path = prefix.to_vec();
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        while is_word(self.text(0)) || matches!(self.text(0), "::" | "$") {
            if is_word(self.text(0)) && (self.text(0) != "self" || path.is_empty()) {
                path.push(self.text(0).to_owned());
            }
            self.at += 1;
            if self.text(0) == "as" {
                let name = Some(self.text(1).to_owned());
                self.at += 2;
                return self.current().imports.push(Import { path, name, is_public, line });
            }
        }
        match self.text(0) {
            "{" => self.branches(&path, is_public),
            "*" => {
                self.at += 1;
                self.current().imports.push(Import { path, name: None, is_public, line });
            }
            _ => {
                let name = path.last().cloned();
                self.current().imports.push(Import { path, name, is_public, line });
            }
        }
    }

    fn branches(&mut self, path: &[String], is_public: bool) {
        self.at += 1;
        while !matches!(self.text(0), "}" | "") {
            self.tree(path, is_public);
            self.at += usize::from(self.text(0) != "}");
        }
        self.at += 1;
    }

    /// A keyword, the name of an item that is defined here, or a mention of something.
    fn word(&mut self) {
        let (text, next) = (self.text(0).to_owned(), self.text(1).to_owned());
        let is_item = DEFINING.contains(&&*text) && is_word(&next) && !KEYWORDS.contains(&&*next);
        if is_item {
            if self.open[self.open.len() - 1].1 == self.depth {
                self.current().items.insert(next);
            }
            self.at += 1;
        } else if !KEYWORDS.contains(&&*text) && !matches!(self.before(), "." | "::") {
            self.mention(text);
        }
    }

    fn mention(&mut self, first: String) {
        let (line, before) = (self.tokens[self.at].line, self.before().to_owned());
        let mut path = vec![first];
        while self.text(1) == "::" && is_word(self.text(2)) {
            path.push(self.text(2).to_owned());
            self.at += 2;
        }
        if path.len() > 1 || names_an_item(&before, &path[0], self.text(1)) {
            self.current().mentions.push(Mention { path, line });
        }
    }
}

/// Rather than a variable or a field, as far as their neighbours tell: a type or a constant, or a function that is
/// called or passed on.
fn names_an_item(before: &str, name: &str, after: &str) -> bool {
    let is_passed_on = matches!(before, "(" | ",") && matches!(after, ")" | ",");
    match name.chars().next() {
        _ if after == ":" => false,
        Some(letter) if letter.is_uppercase() => true,
        _ => matches!(after, "(" | "!") || is_passed_on,
    }
}

/// The file of a module that another file declares.
fn file_of(sources: &Sources, declared_in: &str, name: &str) -> String {
    let (folder, file) = declared_in.rsplit_once('/').unwrap_or(("", declared_in));
    let mut place = folder.to_owned();
    if !matches!(file, "lib.rs" | "main.rs" | "mod.rs") {
        place = declared_in.trim_end_matches(".rs").to_owned();
    }
    if !place.is_empty() {
        place.push('/');
    }
    let found = [format!("{place}{name}.rs"), format!("{place}{name}/mod.rs")];
    let found = found.into_iter().find(|file| sources.contains_key(file));
    found.unwrap_or_else(|| panic!("{declared_in} declares {name}, which has no file"))
}
