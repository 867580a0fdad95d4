//! The QR codes of links, read back from what pages show.

use crate::{
    on_both_databases,
    places::make,
    support::{TestApp, shares::Terms, uploads::PNG},
};
use regex::Regex;
use rqrr::PreparedImage;

on_both_databases!(a_code_says_its_links_address_to_who_reads_it_off_a_screen,);

/// How wide pages draw it, on a desk and on a phone, in pixels of a screen that has two for each of CSS.
const WIDTHS: [usize; 2] = [320, 224];
/// Lightness of what it is drawn in: `ticket-ink` on `ticket`, beside which the page may be as dark as by night.
const INK: usize = 33;
const PAPER: usize = 208;
const NIGHT: usize = 19;
/// What stands around it on the screen.
const AROUND: usize = 20;

async fn a_code_says_its_links_address_to_who_reads_it_off_a_screen(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let long = "A folder of pictures from the longest journey that anybody ever made";
    let folders = [make(app, &browser, "Iceland", "").await, make(app, &browser, long, "").await];
    let file = app.upload(&ada, "one.png", "image/png", PNG).await;
    let made = app.share(&browser, &[&file], &Terms::default()).await;
    let mut pages = vec![format!("/shares/{}", made.id)];
    for folder in &folders {
        pages.extend([format!("/shares/new?folder={folder}"), format!("/requests/new?folder={folder}")]);
    }
    for path in pages {
        let page = browser.get(&path).await;
        let address = between(&page.html, "data-copies=\"", "\"");
        assert!(address.contains("/s/") || address.contains("/d/"), "{address}");
        let code = Drawn::of(&page.html);
        for width in WIDTHS {
            assert_eq!(code.read(width).as_deref(), Ok(address), "{path}, {width} pixels wide");
        }
    }
}

/// The modules of a code, from the path of its SVG.
struct Drawn {
    size: usize,
    dark: Vec<bool>,
}

impl Drawn {
    fn of(html: &str) -> Self {
        let svg = between(html, "<svg class=\"qr\"", "</svg>");
        let size: usize = between(svg, "viewBox=\"0 0 ", " ").parse().expect("a size");
        let mut dark = vec![false; size * size];
        let run = Regex::new(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z").expect("a pattern");
        for part in run.captures_iter(svg) {
            let [column, row, length, back] = part.extract().1.map(|number| number.parse::<usize>().expect("a number"));
            assert_eq!(length, back, "it is closed");
            dark[row * size + column..][..length].fill(true);
        }
        let drawn = Self { size, dark };
        let edge = (0..size).flat_map(|place| [0, 1, 2, 3].map(|depth| (place, depth)));
        assert!(
            edge.into_iter().all(|(place, depth)| {
                let far = size - 1 - depth;
                [(place, depth), (place, far), (depth, place), (far, place)].iter().all(|at| !drawn.is_dark(*at))
            }),
            "four modules around it are light"
        );
        drawn
    }

    fn is_dark(&self, (column, row): (usize, usize)) -> bool {
        self.dark[row * self.size + column]
    }

    /// What is read of it where it is drawn so wide on a dark page.
    fn read(&self, width: usize) -> Result<String, String> {
        let side = width + 2 * AROUND;
        let mut image = PreparedImage::prepare_from_greyscale(side, side, |x, y| self.lightness((x, y), width));
        let grids = image.detect_grids();
        let [grid] = grids.as_slice() else { return Err(format!("{} codes", grids.len())) };
        grid.decode().map(|(_, text)| text).map_err(|error| error.to_string())
    }

    /// Of a pixel, as the sixteen points in it that a browser would smooth.
    fn lightness(&self, (x, y): (usize, usize), width: usize) -> u8 {
        let within = AROUND..AROUND + width;
        if !within.contains(&x) || !within.contains(&y) {
            return NIGHT as u8;
        }
        let module = |pixel: usize, part: usize| ((pixel - AROUND) * 4 + part) * self.size / (width * 4);
        let points = (0..16).map(|point| (module(x, point % 4), module(y, point / 4)));
        let sum: usize = points.map(|at| if self.is_dark(at) { INK } else { PAPER }).sum();
        (sum / 16) as u8
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start}")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("no {end}")).0
}
