//! What people see and do with their own files: the gallery, the viewer, a file's page, the trash.

mod archives;
mod around;
mod changes;
mod columns;
mod content;
mod days;
mod facts;
mod file;
mod folder_changes;
mod gallery;
mod moving;
mod notice;
mod open_folder;
mod stars;
mod strip;
mod timeline;
mod trash;
mod view_choice;
mod viewer;
mod with_folders;

pub use archives::{EntriesAnswer, UrlsRequest, archive_entries, archive_urls, ids, unstored, urls_answer};
pub use changes::{known, make, rename, selection};
pub use content::{content, download, file_id, hand_out, own_file, send_on, send_on_to_thumbnail, thumbnail};
pub use facts::{Fact, Facts};
pub use file::{Entry, PreviewPane, file, history};
pub use folder_changes::{make_folder, new_folder, rename_folder, rename_folder_page, restore_folders, trash_folders};
pub use gallery::{folder, gallery};
pub use moving::move_files;
pub use notice::moved;
pub use open_folder::{Crumb, Folders, in_it, in_it_with_weight};
pub use stars::star;
pub use strip::Strip;
pub use timeline::timeline;
pub use trash::{purge, trash_page};
pub use viewer::view;
pub use with_folders::{restore, trash};
