//! The address a request came from, as a name for the throttle.

use crate::{error::Error, state::AppState};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use std::{
    future::{Ready, ready},
    net::{IpAddr, SocketAddr},
};

/// Where a request came from.
pub struct Address(pub String);

impl FromRequest for Address {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.app_data::<Data<AppState>>().and_then(|app| app.client_ip_header.as_deref());
        ready(Ok(Self(of(request, header))))
    }
}

/// One name for one household or server: an IPv4 address, or an IPv6 network of 64 bits. `header` is the one in
/// which the operator's own proxy names the client; the last entry of its last line is the one
/// that proxy wrote.
pub fn of(request: &HttpRequest, header: Option<&str>) -> String {
    let line = header.and_then(|name| request.headers().get_all(name).last()?.to_str().ok());
    let named = line.and_then(|line| line.rsplit(',').next()).and_then(|entry| parse(entry.trim()));
    let address = named.or_else(|| request.peer_addr().map(|peer| peer.ip()));
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "unknown".to_owned(),
    }
}

/// An address, with a port or without.
fn parse(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::of;
    use actix_web::test::TestRequest;

    #[test]
    fn a_client_cannot_choose_its_address() {
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2, 203.0.113.9:4711")];
        let request = lines.into_iter().fold(TestRequest::default(), |request, line| request.append_header(line));
        let request = request.peer_addr("10.0.0.1:80".parse().expect("an address")).to_http_request();
        assert_eq!(of(&request, Some("x-forwarded-for")), "203.0.113.9");
        assert_eq!(of(&request, None), "10.0.0.1");
        assert_eq!(of(&request, Some("x-other")), "10.0.0.1");
        let six = TestRequest::default().append_header(("x-real-ip", "2001:db8:1:2:3:4:5:6")).to_http_request();
        assert_eq!(of(&six, Some("x-real-ip")), "2001:db8:1:2::/64");
    }
}
