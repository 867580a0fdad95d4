//! The head of the gallery's table: what it is sorted by, and the way to sort it by something else.

use crate::files::list::search::{Order, SearchQuery};

/// The head of one column.
pub struct Column {
    pub words: &'static str,
    pub class: &'static str,
    /// Its `aria-sort`.
    pub sorted: &'static str,
    /// The same list sorted by this column, or the other way round if it is already.
    pub url: String,
}

/// Of each column: its words, its class, the order that a click brings first, and the opposite one.
const COLUMNS: [(&str, &str, Order, Order); 4] = [
    ("Name", "name-cell", Order::Name, Order::NameBackwards),
    ("Type", "type-cell", Order::Type, Order::Type),
    ("Size", "size-cell", Order::Largest, Order::Smallest),
    ("Date", "time-cell", Order::Newest, Order::Oldest),
];

impl Column {
    /// The heads for a list in an order.
    pub fn all(query: &SearchQuery, order: Order) -> Vec<Self> {
        COLUMNS
            .into_iter()
            .map(|(words, class, first, opposite)| Self {
                words,
                class,
                sorted: match order {
                    Order::Name | Order::Smallest | Order::Oldest | Order::Type
                        if [first, opposite].contains(&order) =>
                    {
                        "ascending"
                    }
                    _ if [first, opposite].contains(&order) => "descending",
                    _ => "none",
                },
                url: sorted_by(query, if order == first { opposite } else { first }),
            })
            .collect()
    }

    /// The icon that says so.
    pub fn icon(&self) -> &'static str {
        match self.sorted {
            "ascending" => "rise",
            "descending" => "fold",
            _ => "sort",
        }
    }
}

fn sorted_by(query: &SearchQuery, order: Order) -> String {
    let sort = if order == Order::default() { String::new() } else { order.as_str().to_owned() };
    SearchQuery { sort, ..query.clone() }.url("/")
}
