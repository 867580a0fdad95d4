//! Reading what stores answer in XML, element by element.

use quick_xml::{Reader, escape::resolve_xml_entity, events::Event};

/// A place in a document. The path has the names of the elements around it, without their namespaces, its own last.
pub(super) enum Place<'a> {
    Begins(&'a [String]),
    /// With the text that was read since the last element began.
    Ends(&'a [String], String),
}

/// Goes through a document; `None` when it is none.
pub(super) fn walk(xml: &str, mut visit: impl FnMut(Place<'_>)) -> Option<()> {
    let mut reader = Reader::from_str(xml);
    let (mut path, mut text) = (Vec::<String>::new(), String::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => {
                path.push(String::from_utf8_lossy(element.local_name().as_ref()).into_owned());
                visit(Place::Begins(&path));
                text.clear();
            }
            Event::End(_) => {
                visit(Place::Ends(&path, std::mem::take(&mut text)));
                path.pop();
            }
            Event::Text(piece) => text += &piece.xml10_content().ok()?,
            Event::CData(piece) => text += &piece.decode().ok()?,
            Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                Some(letter) => text.push(letter),
                None => text += resolve_xml_entity(&reference.decode().ok()?)?,
            },
            Event::Eof => return path.is_empty().then_some(()),
            Event::Empty(element) => {
                path.push(String::from_utf8_lossy(element.local_name().as_ref()).into_owned());
                visit(Place::Begins(&path));
                visit(Place::Ends(&path, String::new()));
                path.pop();
                text.clear();
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}
