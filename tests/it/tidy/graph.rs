//! Which file imports which, and the circles that they make.

use super::{
    modules::{Import, Module, Sources, modules},
    names::{Found, find},
};
use std::collections::{BTreeMap, BTreeSet};

/// One file and another one, whose items its code uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: String,
    pub to: String,
    /// The first line that does so, from 1.
    pub line: usize,
}

/// The files of a crate.
pub struct Graph {
    pub files: BTreeSet<String>,
    /// The top modules, in the order in which `lib.rs` declares them.
    pub order: Vec<String>,
    pub arrows: Vec<Arrow>,
}

impl Graph {
    pub fn of(sources: &Sources) -> Self {
        let modules = modules(sources);
        let mut lines: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (place, module) in modules.iter().enumerate() {
            for (found, line) in used(&modules, place) {
                let other = &modules[found.module()].file;
                if *other != module.file {
                    let first = lines.entry((module.file.clone(), other.clone())).or_insert(line);
                    *first = line.min(*first);
                }
            }
        }
        Self {
            files: modules.iter().map(|module| module.file.clone()).collect(),
            order: modules[0].children.iter().map(|(name, _)| name.clone()).collect(),
            arrows: lines.into_iter().map(|((from, to), line)| Arrow { from, to, line }).collect(),
        }
    }

    /// The arrows of each circle: among files that all lead to each other.
    pub fn circles(&self) -> Vec<Vec<&Arrow>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            self.files.iter().map(|file| (file.as_str(), self.reached_from(file))).collect();
        let mut circles: BTreeMap<BTreeSet<&str>, Vec<&Arrow>> = BTreeMap::new();
        for arrow in &self.arrows {
            if reached[arrow.to.as_str()].contains(arrow.from.as_str()) {
                let there = reached[arrow.from.as_str()].iter().copied();
                let members = there.filter(|file| reached[file].contains(arrow.from.as_str())).collect();
                circles.entry(members).or_default().push(arrow);
            }
        }
        circles.into_values().collect()
    }

    fn reached_from<'a>(&'a self, file: &'a str) -> BTreeSet<&'a str> {
        let (mut reached, mut waiting) = (BTreeSet::new(), vec![file]);
        while let Some(from) = waiting.pop() {
            let next = self.arrows.iter().filter(|arrow| arrow.from == from).map(|arrow| arrow.to.as_str());
            waiting.extend(next.filter(|to| reached.insert(*to)));
        }
        reached
    }
}

/// What a module uses, and where. What it only re-exports of its own children, it does not use.
fn used(modules: &[Module], place: usize) -> Vec<(Found, usize)> {
    let module = &modules[place];
    let is_passed_up = |import: &Import, found: Found| import.is_public && is_within(modules, found.module(), place);
    let imported = module.imports.iter().filter_map(|import| {
        let found = find(modules, place, &import.path)?;
        (!is_passed_up(import, found)).then_some((found, import.line))
    });
    let mentioned = module.mentions.iter().filter_map(|mention| {
        let found = meant(modules, place, &mention.path)?;
        Some((found, mention.line))
    });
    imported.chain(mentioned).collect()
}

/// A name alone means an item: modules may be called as functions and variables are.
fn meant(modules: &[Module], place: usize, path: &[String]) -> Option<Found> {
    let [name] = path else { return find(modules, place, path) };
    let import = modules[place].imports.iter().find(|import| import.name.as_ref() == Some(name));
    let found = find(modules, place, import.map_or(path, |import| &import.path))?;
    matches!(found, Found::ItemOf(_)).then_some(found)
}

fn is_within(modules: &[Module], inner: usize, outer: usize) -> bool {
    modules[inner].parent.is_some_and(|parent| parent == outer || is_within(modules, parent, outer))
}
