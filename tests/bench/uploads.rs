//! Measures what presigning, confirming and whole uploads cost a running server, by its own processor time.

use futures::{StreamExt, stream};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::{
    fs,
    future::Future,
    time::{Duration, Instant},
};

/// Requests under way at a time.
const AT_ONCE: usize = 32;
/// What is done before anything is measured, so that connections are open and caches filled.
const WARM_UP: usize = 500;
const CONTENT: &[u8] = b"The bytes of a small file, which the server never sees.\n";

/// The server that is measured.
struct Server {
    url: String,
    process: u32,
    token: String,
    client: Client,
}

/// Processor time of a process, as the kernel counts it, in hundredths of a second.
#[derive(Clone, Copy)]
struct Spent {
    user: Duration,
    kernel: Duration,
}

#[tokio::main]
async fn main() {
    // Cargo adds `--bench` to what it is given.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (Some(url), Some(process)) = (arguments.first(), arguments.get(1).and_then(|text| text.parse().ok())) else {
        eprintln!("Usage: uploads URL PROCESS [COUNT], with CLOAKROOM_TOKEN set. bash tests/bench/run.sh does it all.");
        #[expect(clippy::disallowed_methods, reason = "a benchmark has nothing to close")]
        std::process::exit(2);
    };
    let count = arguments.get(2).and_then(|text| text.parse().ok()).unwrap_or(10_000);
    #[expect(clippy::disallowed_methods, reason = "what run.sh says is no setting of the program")]
    let token = std::env::var("CLOAKROOM_TOKEN").expect("CLOAKROOM_TOKEN is set");
    let server = Server { url: url.clone(), process, token, client: Client::new() };

    let wish = server.wish();
    repeat(WARM_UP, async |_| server.cycle(&wish).await).await;
    println!("{:<42} {:>9} {:>10} {:>8} {:>8}", "", "per CPU s", "µs of CPU", "user", "kernel");
    server.measure("presign, strict", count * 5, async |_| server.presign(&wish).await.1).await;
    let loose = json!({"fileName": "test-image.png", "contentType": "image/png"});
    server.measure("presign, as the guide's curl does", count * 5, async |_| server.presign(&loose).await.1).await;
    let keys = server.put_files(&wish, count).await;
    server.measure("save-metadata, first time", count, async |index| server.save(&keys[index]).await).await;
    server.measure("save-metadata, repeated", count, async |index| server.save(&keys[index]).await).await;
    server.measure("whole cycle: presign, PUT, confirm", count, async |_| server.cycle(&wish).await).await;
}

impl Server {
    fn wish(&self) -> Value {
        json!({"fileName": "notes.txt", "contentType": "text/plain", "size": CONTENT.len()})
    }

    async fn presign(&self, wish: &Value) -> (Value, Duration) {
        let begun = Instant::now();
        let answer = answer(self.post("/presign-upload").json(wish)).await;
        (answer, begun.elapsed())
    }

    async fn put(&self, presigned: &Value) {
        let url = presigned["presignedUrl"].as_str().expect("a URL");
        let headers = presigned["headers"].as_object().expect("headers").iter();
        let request = headers
            .fold(self.client.put(url), |request, (name, value)| request.header(name, value.as_str().expect("text")));
        let status = request.body(CONTENT).send().await.expect("the store answers").status();
        assert!(status.is_success(), "PUT: {status}");
    }

    async fn save(&self, key: &Value) -> Duration {
        let begun = Instant::now();
        answer(self.post("/save-metadata").json(&json!({"objectKey": key}))).await;
        begun.elapsed()
    }

    async fn cycle(&self, wish: &Value) -> Duration {
        let begun = Instant::now();
        let (presigned, _) = self.presign(wish).await;
        self.put(&presigned).await;
        self.save(&presigned["objectKey"]).await;
        begun.elapsed()
    }

    /// Files in the store that nobody has confirmed; their keys.
    async fn put_files(&self, wish: &Value, count: usize) -> Vec<Value> {
        let one = async |_| {
            let (presigned, _) = self.presign(wish).await;
            self.put(&presigned).await;
            presigned["objectKey"].clone()
        };
        repeat(count, one).await
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    /// Does something so many times and says what each time cost the server.
    async fn measure<F: Future<Output = Duration>>(&self, name: &str, count: usize, work: impl Fn(usize) -> F) {
        let (before, begun) = (Spent::by(self.process), Instant::now());
        let mut waits = repeat(count, work).await;
        let (elapsed, after) = (begun.elapsed(), Spent::by(self.process));
        waits.sort_unstable();
        let (user, kernel) = (after.user - before.user, after.kernel - before.kernel);
        let spent = user + kernel;
        let each = |time: Duration| time.as_secs_f64() * 1e6 / count as f64;
        println!(
            "{name:<42} {:>9.0} {:>10.1} {:>8.1} {:>8.1}   {count} in {:.1} s, half within {:.1} ms, 99 % within {:.1} ms",
            count as f64 / spent.as_secs_f64(),
            each(spent),
            each(user),
            each(kernel),
            elapsed.as_secs_f64(),
            waits[count / 2].as_secs_f64() * 1e3,
            waits[count * 99 / 100].as_secs_f64() * 1e3,
        );
    }
}

impl Spent {
    /// The 14th and 15th field of `/proc/PID/stat`, in ticks of which Linux has 100 a second: proc_pid_stat(5).
    fn by(process: u32) -> Self {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("the server runs, on Linux");
        let (_, fields) = stat.rsplit_once(") ").expect("a command in brackets");
        let ticks =
            |index: usize| fields.split(' ').nth(index).and_then(|text| text.parse::<u64>().ok()).expect("a number");
        Self { user: Duration::from_millis(10 * ticks(11)), kernel: Duration::from_millis(10 * ticks(12)) }
    }
}

async fn answer(request: RequestBuilder) -> Value {
    let answer = request.send().await.expect("the server answers");
    let status = answer.status();
    let body: Value = answer.json().await.expect("JSON");
    assert!(status.is_success(), "{status}: {body}");
    body
}

async fn repeat<T, F: Future<Output = T>>(count: usize, work: impl Fn(usize) -> F) -> Vec<T> {
    stream::iter(0..count).map(work).buffered(AT_ONCE).collect().await
}
