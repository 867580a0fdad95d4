//! A link as a QR code, drawn as one path, which needs no style of its own.

use fast_qr::{ECL, QRBuilder};
use std::fmt::Write;

/// So many modules around a code are light, or what reads it does not find it.
const QUIET: usize = 4;

/// A QR code with what is light around it: what an SVG of `size` by `size` units has as its only path.
pub struct QrCode {
    pub size: usize,
    pub path: String,
}

impl QrCode {
    /// The code of an address; `None` for one that is too long for any.
    pub fn of(url: &str) -> Option<Self> {
        // A screen has no dirt on it: the fewer modules, the larger each is.
        let code = QRBuilder::new(url).ecl(ECL::L).build().ok()?;
        let mut path = String::new();
        for row in 0..code.size {
            let mut column = 0;
            while column < code.size {
                let length = (column..code.size).take_while(|column| code[row][*column].value()).count();
                if length > 0 {
                    // Writing to a text cannot fail.
                    let _ = write!(path, "M{} {}h{length}v1h-{length}z", column + QUIET, row + QUIET);
                }
                column += length.max(1);
            }
        }
        Some(Self { size: code.size + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    use super::QrCode;

    #[test]
    fn a_code_has_its_three_corners() {
        let code = QrCode::of("https://files.example.com/s/iceland-AAAAAAAAAAAAAAAAAAAAAA").expect("a code");
        assert!(code.path.starts_with("M4 4h7v1h-7z"), "{}", code.path);
        assert!(code.path.contains(&format!("M{} 4h7v1h-7z", code.size - 11)), "{}", code.path);
        assert!(code.path.contains(&format!("M4 {}h7v1h-7z", code.size - 5)), "{}", code.path);
        assert!(QrCode::of(&"x".repeat(10_000)).is_none());
    }
}
