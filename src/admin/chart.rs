//! Charts as pages draw them: bars in a plane of 100 by 100, stretched to wherever they are shown.

/// An upright bar, from the bottom of the plane.
pub struct Bar {
    /// Its left edge, from the left of the plane.
    pub x: f64,
    /// Its top, from the top of the plane.
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// What it says when it is pointed at.
    pub words: String,
}

/// Part of a bar's room that is left free beside it.
const GAP: f64 = 0.25;
/// So that something never looks like nothing.
const SMALLEST: f64 = 1.5;

/// Bars beside each other, as high as their values; the highest fills the plane.
pub fn bars(values: &[(u64, String)]) -> Vec<Bar> {
    let most = values.iter().map(|(value, _)| *value).max().unwrap_or_default();
    let room = 100.0 / values.len().max(1) as f64;
    let bar = |(place, (value, words)): (usize, &(u64, String))| {
        let height = share(*value, most);
        let (x, width) = (room * (place as f64 + GAP / 2.0), room * (1.0 - GAP));
        Bar { x, y: 100.0 - height, width, height, words: words.clone() }
    };
    values.iter().enumerate().map(bar).collect()
}

/// A value's part of the largest, out of a hundred.
pub fn share(value: u64, most: u64) -> f64 {
    match (value, most) {
        (0, _) | (_, 0) => 0.0,
        _ => (value as f64 / most as f64 * 100.0).clamp(SMALLEST, 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_side_by_side_and_the_highest_fills_the_plane() {
        let drawn = bars(&[(0, "none".into()), (5, "half".into()), (10, "all".into())]);
        assert_eq!(drawn.iter().map(|bar| bar.height).collect::<Vec<_>>(), [0.0, 50.0, 100.0]);
        assert!(drawn.windows(2).all(|pair| pair[0].x + pair[0].width < pair[1].x));
        assert_eq!((share(1, 1_000_000), share(7, 0)), (SMALLEST, 0.0));
        assert!(bars(&[]).is_empty());
    }
}
