//! What a path means: which module, or an item of which module, through every re-export.

use super::modules::Module;
use std::collections::BTreeSet;

/// What other targets of the package call its library.
const PACKAGE: &str = env!("CARGO_PKG_NAME");

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Module(usize),
    /// Something that this module defines, itself or by a macro.
    ItemOf(usize),
}

impl Found {
    /// The module, or the one that defines the item.
    pub fn module(self) -> usize {
        match self {
            Self::Module(module) | Self::ItemOf(module) => module,
        }
    }
}

/// What a path means within a module; `None`: nothing of this crate.
pub fn find(modules: &[Module], within: usize, path: &[String]) -> Option<Found> {
    Names { modules, asked: BTreeSet::new() }.find(within, path)
}

struct Names<'a> {
    modules: &'a [Module],
    /// What was asked on the way, since modules may import everything of each other.
    asked: BTreeSet<(usize, String)>,
}

impl Names<'_> {
    fn find(&mut self, within: usize, path: &[String]) -> Option<Found> {
        let (first, mut rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Found::Module(self.root(within)),
            "self" => Found::Module(within),
            "super" => Found::Module(self.modules[within].parent?),
            _ => self.named(within, first).or_else(|| (first == PACKAGE).then_some(Found::Module(0)))?,
        };
        let mut found = start;
        while let (Found::Module(module), Some((name, others))) = (found, rest.split_first()) {
            found = match name.as_str() {
                "super" => Found::Module(self.modules[module].parent?),
                _ => self.named(module, name).unwrap_or(Found::ItemOf(module)),
            };
            rest = others;
        }
        Some(found)
    }

    fn root(&self, within: usize) -> usize {
        self.modules[within].parent.map_or(within, |parent| self.root(parent))
    }

    /// What a module calls so: a child, an item, something imported, or something of what is imported as a whole.
    fn named(&mut self, within: usize, name: &str) -> Option<Found> {
        if !self.asked.insert((within, name.to_owned())) {
            return None;
        }
        let modules = self.modules;
        let module = &modules[within];
        let child = module.children.iter().find(|(child, _)| child == name);
        if let Some((_, child)) = child {
            return Some(Found::Module(*child));
        }
        if module.items.contains(name) {
            return Some(Found::ItemOf(within));
        }
        if let Some(import) = module.imports.iter().find(|import| import.name.as_deref() == Some(name)) {
            return self.find(within, &import.path);
        }
        let mut wholes = module.imports.iter().filter(|import| import.name.is_none());
        wholes.find_map(|import| match self.find(within, &import.path)? {
            Found::Module(whole) => self.named(whole, name),
            Found::ItemOf(_) => None,
        })
    }
}
