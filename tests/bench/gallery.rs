//! Measures how long pages of the gallery take for somebody with few files and for somebody with many.

use reqwest::{Client, header, redirect::Policy};
use std::time::{Duration, Instant};

/// Requests of each kind that are measured, one after the other.
const COUNT: usize = 200;
/// Requests that are made before, so that connections are open and caches filled.
const WARM_UP: usize = 20;
/// How much longer the first page may take.
const MOST: f64 = 1.5;

/// What is asked for; the first is what must hold.
const PAGES: &[(&str, &str)] = &[
    ("first page", "/"),
    ("by name", "/?sort=name"),
    ("by size", "/?sort=largest"),
    ("by type", "/?sort=type"),
    ("images alone", "/?type=image"),
    ("search, common", "/?name=file"),
    ("search, rare", "/?name=file-777"),
    ("search, none", "/?name=nothing-like-it"),
];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [url, few, many] = arguments.as_slice() else {
        eprintln!("Usage: gallery URL EMAIL EMAIL. bash tests/bench/gallery.sh does it all.");
        #[expect(clippy::disallowed_methods, reason = "a benchmark has nothing to close")]
        std::process::exit(2);
    };
    let (few, many) = (Person::sign_in(url, few).await, Person::sign_in(url, many).await);
    println!("{:<18} {:>10} {:>10} {:>7}", "median, ms", "few", "many", "times");
    let mut first = None;
    for (name, path) in PAGES {
        let [of_few, of_many] = median_of_both(&few, &many, path).await;
        let times = of_many.as_secs_f64() / of_few.as_secs_f64();
        println!("{name:<18} {:>10.2} {:>10.2} {times:>7.2}", milliseconds(of_few), milliseconds(of_many));
        first.get_or_insert(times);
    }
    if first.is_some_and(|times| times > MOST) {
        eprintln!("The first page takes more than {MOST} times as long with many files.");
        #[expect(clippy::disallowed_methods, reason = "a benchmark has nothing to close")]
        std::process::exit(1);
    }
}

struct Person {
    client: Client,
    url: String,
    cookie: String,
}

impl Person {
    async fn sign_in(url: &str, email: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().expect("a client");
        let form = format!("email={email}&password=correct+horse+battery");
        let request = client.post(format!("{url}/sign-in")).body(form);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = request.send().await.expect("an answer");
        let cookie = answer.headers().get(header::SET_COOKIE).expect("a session").to_str().expect("text");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Self { client, url: url.to_owned(), cookie }
    }

    async fn ask(&self, path: &str) -> Duration {
        let begun = Instant::now();
        let request = self.client.get(format!("{}{path}", self.url)).header(header::COOKIE, &self.cookie);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.expect("a page");
        begun.elapsed()
    }
}

/// In turns, so that whatever else the machine does weighs on both alike.
async fn median_of_both(few: &Person, many: &Person, path: &str) -> [Duration; 2] {
    let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
    for number in 0..WARM_UP + COUNT {
        let (one, other) = (few.ask(path).await, many.ask(path).await);
        if number >= WARM_UP {
            of_few.push(one);
            of_many.push(other);
        }
    }
    [of_few, of_many].map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    })
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
