//! Addresses that nobody would write by hand: whatever a filter holds, it is answered or refused, and never breaks anything.

use crate::{
    on_both_databases,
    support::{TestApp, browser::Browser, uploads::PNG},
};
use cloakroom::{accounts::Role, routes::table};
use futures::{StreamExt, stream};
use reqwest::{Method, StatusCode};

on_both_databases!(
    no_value_of_any_parameter_breaks_a_page,
    no_value_in_a_path_breaks_a_page,
    a_filter_of_any_length_is_answered_or_refused,
    what_an_address_has_twice_is_left_out_of_a_page_and_refused_of_a_program,
    the_viewer_says_what_of_its_list_was_left_out,
);

const PARAMETERS: [&str; 18] = [
    "name", "type", "from", "to", "sort", "user", "state", "min", "max", "after", "through", "before", "view", "next",
    "key", "did", "at", "undo",
];

/// Percent-encoded already.
const VALUES: [&str; 38] = [
    "%00",
    "a%00b",
    "%ff%fe",
    "%",
    "%25",
    "%25_%5C%25",
    "'",
    "%22%3B--",
    "%5C",
    "%E2%80%AE",
    "%F0%9F%98%80",
    "%EF%B7%BA",
    "%0D%0AX:%20y",
    "-1",
    "0",
    "0-0",
    "-",
    "--",
    "a-b",
    "1-1-1",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "9223372036854775807-9223372036854775807",
    "-9223372036854775808--9223372036854775808",
    "99999999999999999-1",
    "picture.9223372036854775807-1",
    "1e400",
    "NaN",
    "18446744073709551615%20B",
    "99999999999999%20EB",
    "-5%20MB",
    "9999-12-31",
    "%2B262142-12-31",
    "-262143-01-01",
    "2026-02-30",
    "largest",
    "quarantined",
];

async fn no_value_of_any_parameter_breaks_a_page(app: &TestApp) {
    let (browser, id) = admin_with_a_file(app).await;
    for entry in table().iter().filter(|entry| entry.method == Method::GET.as_str()) {
        let path = entry.path.replace("{id}", &id);
        let together = VALUES.iter().map(|value| {
            let pairs: Vec<String> = PARAMETERS.iter().map(|name| format!("{name}={value}")).collect();
            format!("{path}?{}", pairs.join("&"))
        });
        let single = VALUES.iter().flat_map(|value| PARAMETERS.iter().map(move |name| (name, value)));
        let single = single.filter(|_| is_list(entry.path)).map(|(name, value)| format!("{path}?{name}={value}"));
        hold(&browser, together.chain(single)).await;
    }
    for path in table().iter().map(|entry| entry.path).filter(|path| is_list(path)) {
        for order in ["oldest", "name", "name-backwards", "largest", "smallest", "type"] {
            hold(&browser, VALUES.iter().map(|value| format!("{path}?sort={order}&after={value}"))).await;
            hold(&browser, VALUES.iter().map(|value| format!("{path}?sort={order}&through={value}"))).await;
        }
    }
}

async fn no_value_in_a_path_breaks_a_page(app: &TestApp) {
    let (browser, _) = admin_with_a_file(app).await;
    for entry in table().iter().filter(|entry| entry.path.contains('{')) {
        let (before, after) = entry.path.split_once('{').expect("a variable");
        let after = after.split_once('}').expect("its end").1;
        let long = "a".repeat(5_000);
        for value in VALUES.iter().copied().chain([&*long, "..%2F..%2Fetc", "%2e%2e", ";", "urn:uuid:1"]) {
            let method: Method = entry.method.as_str().parse().expect("a method");
            let answer = browser.send(method, &format!("{before}{value}{after}"), &[]).await;
            assert!(!answer.status().is_server_error(), "{} {before}{value}{after}: {}", entry.method, answer.status());
        }
    }
}

async fn a_filter_of_any_length_is_answered_or_refused(app: &TestApp) {
    let (browser, id) = admin_with_a_file(app).await;
    for length in [2_000, 8_000, 60_000] {
        for letter in ["a", "%25", "%EF%B7%BA", "a%20"] {
            let value = letter.repeat(length / letter.len());
            for entry in table().iter().filter(|entry| is_list(entry.path)) {
                let path = entry.path.replace("{id}", &id);
                hold(&browser, PARAMETERS.iter().map(|name| format!("{path}?{name}={value}"))).await;
            }
        }
    }
    let answer = browser.send(Method::GET, &format!("/admin/users?name={}", "a".repeat(20_000)), &[]).await;
    assert_eq!(answer.status(), StatusCode::URI_TOO_LONG);
    assert!(answer.text().await.expect("a body").contains("<h1"), "people get a page");
}

async fn what_an_address_has_twice_is_left_out_of_a_page_and_refused_of_a_program(app: &TestApp) {
    let (browser, id) = admin_with_a_file(app).await;
    let lists = [
        ("/", "min"),
        ("/trash", "after"),
        ("/timeline", "name"),
        ("/admin/files", "user"),
        ("/admin/users", "name"),
        ("/admin/events", "who"),
        (&*format!("/files/{id}/view"), "name"),
    ];
    for (path, name) in lists {
        let place = format!("{path}?{name}=1&other=1&other=2&{name}=2");
        let page = browser.get(&place).await;
        page.assert_shows(&[
            "“1, 2” was left out",
            &format!("The address has “{name}” more than once. Write it once."),
        ]);
        let request = app.client.get(format!("{}{place}", app.url)).header("cookie", browser.cookies());
        let answer = request.header("accept", "application/json").send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{place}");
    }
    assert_eq!(browser.send(Method::GET, "/?view=list&view=grid", &[]).await.status(), StatusCode::OK);
    let stranger = app.browser().send(Method::GET, "/sign-in?next=/a&next=/b", &[]).await;
    assert_eq!(stranger.status(), StatusCode::OK);
}

async fn the_viewer_says_what_of_its_list_was_left_out(app: &TestApp) {
    let (browser, id) = admin_with_a_file(app).await;
    let page = browser.get(&format!("/files/{id}/view?type=image&from=today")).await;
    page.assert_shows(&["1 of 1 · “today” was left out", "A date must be written such as 2026-11-24."]);
    page.assert_shows(&["href=\"/?type=image\""]);
    assert!(!browser.get(&format!("/files/{id}/view?type=image")).await.shows("left out"));
}

/// Pages that a filter or a cursor narrows down.
fn is_list(path: &str) -> bool {
    matches!(
        path,
        "/" | "/trash"
            | "/files/{id}"
            | "/admin/files"
            | "/admin/users"
            | "/admin/users/{id}"
            | "/admin/events"
            | "/admin/events/{id}"
    )
}

async fn hold(browser: &Browser<'_>, places: impl Iterator<Item = String>) {
    stream::iter(places)
        .for_each_concurrent(8, |place| async move {
            let answer = browser.send(Method::GET, &place, &[]).await;
            let shown: String = place.chars().take(200).collect();
            assert!(!answer.status().is_server_error(), "{shown}: {}", answer.status());
        })
        .await;
}

async fn admin_with_a_file(app: &TestApp) -> (Browser<'_>, String) {
    let admin = app.someone(Role::Admin).await;
    let id = app.upload(&admin, "a%_ä.png", "image/png", PNG).await;
    (app.browser_of(&admin).await, id)
}
