//! Which pages may use the bucket: preflights, answers, and the rules' own rules.

use super::{
    client::{Answer, Ask},
    server::{ORIGIN, Server},
};

fn preflight(server: &Server, origin: &str, method: &str, headers: &str) -> Ask {
    let ask = server.ask("OPTIONS", "coat").anonymous().unsigned("origin", origin);
    let ask = ask.unsigned("access-control-request-method", method);
    if headers.is_empty() { ask } else { ask.unsigned("access-control-request-headers", headers) }
}

fn has_cors_headers(answer: &Answer) -> bool {
    answer.head.to_ascii_lowercase().contains("access-control-")
}

async fn put_rules(server: &Server, rules: &str) -> Answer {
    let body = format!("<CORSConfiguration>{rules}</CORSConfiguration>");
    server.ask("PUT", "").query("cors", "").body(body).send().await
}

fn rule(origin: &str, method: &str, more: &str) -> String {
    let allowed = format!("<AllowedOrigin>{origin}</AllowedOrigin><AllowedMethod>{method}</AllowedMethod>");
    format!("<CORSRule>{allowed}{more}</CORSRule>")
}

#[tokio::test]
async fn a_preflight_needs_origin_method_and_every_header_to_be_allowed() {
    let server = Server::start().await;
    let upload = "content-type,If-None-Match, x-amz-checksum-sha256,cache-control,content-disposition";
    for (origin, method, headers, allowed) in [
        (ORIGIN, "PUT", upload, true),
        (ORIGIN, "GET", "range", true),
        (ORIGIN, "PUT", "", true),
        (ORIGIN, "DELETE", "", false),
        (ORIGIN, "put", "", false),
        (ORIGIN, "PUT", "content-type,x-amz-acl", false),
        ("http://localhost:8081", "PUT", upload, false),
        ("https://localhost:8080", "PUT", upload, false),
        ("http://localhost:8080.evil.example", "PUT", upload, false),
        ("null", "PUT", upload, false),
    ] {
        let answer = preflight(&server, origin, method, headers).send().await;
        assert_eq!(answer.status == 204, allowed, "{origin} {method} {headers}: {}", answer.head);
        assert_eq!(has_cors_headers(&answer), allowed, "{origin} {method} {headers}: {}", answer.head);
        if allowed {
            assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some(origin));
            assert_eq!(answer.header("access-control-max-age").as_deref(), Some("600"));
            assert_eq!(answer.header("vary").as_deref(), Some("Origin"));
        } else {
            assert_eq!(answer.status, 403);
        }
    }
    server.ask("OPTIONS", "coat").anonymous().send().await.expect(403, "AccessDenied");
    server.finish().await;
}

#[tokio::test]
async fn answers_carry_cors_headers_and_errors_do_not() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    let from = |method: &str, key: &str, origin: &str| server.ask(method, key).unsigned("origin", origin);
    for answer in [
        from("GET", "coat", ORIGIN).send().await.expect(200, ""),
        from("HEAD", "coat", ORIGIN).send().await.expect(200, ""),
        from("PUT", "boot", ORIGIN).body("boot").presigned().send().await.expect(200, ""),
    ] {
        assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some(ORIGIN));
        assert_eq!(answer.header("vary").as_deref(), Some("Origin"));
        assert!(answer.header("access-control-expose-headers").is_some_and(|names| names.contains("ETag")));
    }
    for answer in [
        from("GET", "coat", "http://evil.example").send().await.expect(200, ""),
        from("GET", "nothing", ORIGIN).send().await.expect(404, "NoSuchKey"),
        from("GET", "coat", ORIGIN).anonymous().send().await.expect(403, "AccessDenied"),
        from("PUT", "coat", ORIGIN)
            .header("if-none-match", "*")
            .body("")
            .send()
            .await
            .expect(412, "PreconditionFailed"),
        from("DELETE", "boot", ORIGIN).send().await.expect(204, ""),
    ] {
        assert!(!has_cors_headers(&answer), "{}", answer.head);
    }
    server.finish().await;
}

#[tokio::test]
async fn stored_rules_replace_the_first_ones_and_outlive_a_restart() {
    let mut server = Server::start().await;
    let get_rules = |server: &Server| server.ask("GET", "").query("cors", "").send();
    assert_eq!(get_rules(&server).await.expect(200, "").tags("AllowedOrigin"), [ORIGIN]);
    let site = "https://site.example";
    let more = "<AllowedHeader>Range</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds>";
    put_rules(&server, &(rule(site, "GET", more) + &rule("*", "HEAD", ""))).await.expect(200, "");
    for _ in 0..2 {
        assert_eq!(get_rules(&server).await.expect(200, "").tags("AllowedOrigin"), [site, "*"]);
        assert_eq!(preflight(&server, ORIGIN, "PUT", "").send().await.status, 403);
        let allowed = preflight(&server, site, "GET", "range").send().await;
        assert_eq!((allowed.status, allowed.header("access-control-max-age").as_deref()), (204, Some("60")));
        let open = preflight(&server, "http://anyone.example", "HEAD", "").send().await;
        assert_eq!(open.header("access-control-allow-origin").as_deref(), Some("*"));
        server = Server::start_in(server.stop().await).await;
    }
    server.ask("DELETE", "").query("cors", "").send().await.expect(204, "");
    for _ in 0..2 {
        get_rules(&server).await.expect(404, "NoSuchCORSConfiguration");
        assert_eq!(preflight(&server, ORIGIN, "PUT", "").send().await.status, 403);
        server = Server::start_in(server.stop().await).await;
    }
    server.finish().await;
}

#[tokio::test]
async fn rules_r2_would_refuse_are_refused() {
    let server = Server::start().await;
    for rules in [
        rule("http://localhost:*", "GET", ""),
        rule("https://*.example.com", "GET", ""),
        rule("example.com", "GET", ""),
        rule("https://example.com/", "GET", ""),
        rule("https://example.com/path", "GET", ""),
        rule("https://user@example.com", "GET", ""),
        rule("HTTPS://EXAMPLE.COM", "GET", ""),
        rule("null", "GET", ""),
        rule("https://example.com", "PATCH", ""),
        rule("https://example.com", "get", ""),
        rule("https://example.com", "GET", "<MaxAgeSeconds>86401</MaxAgeSeconds>"),
        rule("https://example.com", "GET", "<MaxAgeSeconds>-1</MaxAgeSeconds>"),
        rule("https://example.com", "GET", "<AllowedHeader>a b</AllowedHeader>"),
        rule("https://example.com", "GET", "<ExposeHeader>a&#10;b</ExposeHeader>"),
        rule("https://example.com", "GET", "").repeat(101),
    ] {
        put_rules(&server, &rules).await.expect(400, "InvalidRequest");
    }
    for broken in ["", "<CORSRule></CORSRule>", "<CORSRule>", "&"] {
        assert_eq!(put_rules(&server, broken).await.status, 400, "{broken}");
    }
    assert_eq!(preflight(&server, ORIGIN, "PUT", "").send().await.status, 204);
    server.finish().await;
}
