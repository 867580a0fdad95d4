//! Charts as pages draw them: in a plane of 100 by 100, stretched to wherever they are shown.

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
/// Between the parts of a whole.
const SEAM: f64 = 0.6;
/// So that something never looks like nothing.
const SMALLEST: f64 = 1.5;

/// Bars beside each other, as high as their values, where `top` fills the plane.
pub fn bars(values: &[(u64, String)], top: u64) -> Vec<Bar> {
    let room = 100.0 / values.len().max(1) as f64;
    let bar = |(place, (value, words)): (usize, &(u64, String))| {
        let height = share(*value, top);
        let (x, width) = (room * (place as f64 + GAP / 2.0), room * (1.0 - GAP));
        Bar { x, y: 100.0 - height, width, height, words: words.clone() }
    };
    values.iter().enumerate().map(bar).collect()
}

/// The least even number that reads well on an axis and is not less than the most.
pub fn top(most: u64) -> u64 {
    let mut power: u64 = 1;
    loop {
        let found = [2, 4, 6, 10].into_iter().map(|step| power.saturating_mul(step)).find(|top| *top >= most);
        match found {
            Some(top) => return top,
            None => power = power.saturating_mul(10),
        }
    }
}

/// A value's part of the largest, out of a hundred.
pub fn share(value: u64, most: u64) -> f64 {
    match (value, most) {
        (0, _) | (_, 0) => 0.0,
        _ => (value as f64 / most as f64 * 100.0).clamp(SMALLEST, 100.0),
    }
}

/// Where the parts of a whole begin in a lying bar, and how wide they are, with a seam between them.
pub fn parts(values: &[u64]) -> Vec<(f64, f64)> {
    let whole = values.iter().sum();
    let shares: Vec<f64> = values.iter().map(|value| share(*value, whole)).collect();
    let scale = (100.0 - SEAM * values.len().saturating_sub(1) as f64) / shares.iter().sum::<f64>().max(1.0);
    let mut x = 0.0;
    let part = |share: &f64| {
        let (begins, width) = (x, share * scale);
        x += width + SEAM;
        (begins, width)
    };
    shares.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_side_by_side_and_the_top_fills_the_plane() {
        let drawn = bars(&[(0, "none".into()), (5, "half".into()), (10, "all".into())], 10);
        assert_eq!(drawn.iter().map(|bar| bar.height).collect::<Vec<_>>(), [0.0, 50.0, 100.0]);
        assert!(drawn.windows(2).all(|pair| pair[0].x + pair[0].width < pair[1].x));
        assert_eq!((share(1, 1_000_000), share(7, 0)), (SMALLEST, 0.0));
        assert!(bars(&[], 2).is_empty());
    }

    #[test]
    fn an_axis_ends_at_a_number_that_can_be_halved() {
        for (most, end) in [(0, 2), (1, 2), (3, 4), (6, 6), (7, 10), (11, 20), (52, 60), (61, 100), (4_001, 6_000)] {
            assert_eq!(top(most), end, "{most}");
        }
        assert!(top(u64::MAX) > 0, "it ends");
    }

    #[test]
    fn parts_fill_the_whole_and_none_is_lost() {
        let drawn = parts(&[1_000_000, 1, 500_000]);
        let end = drawn.last().map(|(x, width)| x + width).unwrap_or_default();
        assert!((end - 100.0).abs() < 0.001, "{drawn:?}");
        assert!(drawn.iter().all(|(_, width)| *width > 1.0), "{drawn:?}");
        assert!(parts(&[]).is_empty());
    }
}
