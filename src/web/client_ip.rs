//! The address a request came from, as a name for the throttle.

use crate::{config::ClientIpConfig, error::Error, state::AppState};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use ipnet::IpNet;
use std::{
    future::{Ready, ready},
    net::{IpAddr, SocketAddr},
};

/// Where a request came from, as [`of`] names it.
pub struct ClientIp(pub String);

impl FromRequest for ClientIp {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<AppState>>();
        let address = app.map_or_else(|| of(request, &ClientIpConfig::default()), |app| of(request, &app.client_ip));
        ready(Ok(Self(address)))
    }
}

/// One name for one household or server: an IPv4 address, or an IPv6 network of 64 bits, such as `2001:db8:7:1::/64`;
/// `unknown` where there is none.
pub fn of(request: &HttpRequest, rule: &ClientIpConfig) -> String {
    match client(request, rule) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "unknown".to_owned(),
    }
}

/// The right-most address that no trusted proxy has: each of them wrote down who came to it, so everything to the left
/// of that one is hearsay. Whoever comes without a trusted proxy is taken for who they are, whatever they say. Without
/// a list of proxies, the last entry of the last line is what the operator's own proxy wrote.
fn client(request: &HttpRequest, rule: &ClientIpConfig) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let Some(name) = &rule.header else { return peer };
    let lines = request.headers().get_all(name).map(|line| line.to_str().unwrap_or_default());
    let mut entries = lines.flat_map(|line| line.split(',').map(parse)).collect::<Vec<_>>().into_iter().rev();
    let Some(trusted) = &rule.trusted_proxies else { return entries.next().flatten().or(peer) };
    let mut client = peer?;
    while is_one_of(client, trusted) {
        match entries.next().flatten() {
            Some(address) => client = address,
            None => break,
        }
    }
    Some(client)
}

fn is_one_of(address: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// An address, with a port or without.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse().ok().or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn rule(header: Option<&str>, proxies: Option<&[&str]>) -> ClientIpConfig {
        let networks = |proxies: &[&str]| proxies.iter().map(|text| text.parse().expect("a network")).collect();
        ClientIpConfig { header: header.map(str::to_owned), trusted_proxies: proxies.map(networks) }
    }

    #[test]
    fn a_client_cannot_choose_its_address() {
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2, 203.0.113.9:4711")];
        let request = lines.into_iter().fold(TestRequest::default(), |request, line| request.append_header(line));
        let request = request.peer_addr("10.0.0.1:80".parse().expect("an address")).to_http_request();
        assert_eq!(of(&request, &rule(Some("x-forwarded-for"), None)), "203.0.113.9");
        assert_eq!(of(&request, &rule(None, None)), "10.0.0.1");
        assert_eq!(of(&request, &rule(Some("x-other"), None)), "10.0.0.1");
        let six = TestRequest::default().append_header(("x-real-ip", "2001:db8:1:2:3:4:5:6")).to_http_request();
        assert_eq!(of(&six, &rule(Some("x-real-ip"), None)), "2001:db8:1:2::/64");
    }

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        let proxies = Some(&["10.0.0.0/8", "198.51.100.7/32", "fd00::/8"][..]);
        for (peer, lines, expected) in [
            ("10.0.0.1:80", &["203.0.113.9"][..], "203.0.113.9"),
            ("10.0.0.1:80", &["1.1.1.1, 203.0.113.9, 198.51.100.7"], "203.0.113.9"),
            ("10.0.0.1:80", &["1.1.1.1", "203.0.113.9", "198.51.100.7:443, 10.2.3.4"], "203.0.113.9"),
            ("[::ffff:10.0.0.1]:80", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("[fd00::1]:80", &["2001:db8:1:2::3"], "2001:db8:1:2::/64"),
            // Somebody who comes past the proxies.
            ("192.0.2.66:80", &["203.0.113.9"], "192.0.2.66"),
            ("192.0.2.66:80", &["203.0.113.9, 10.0.0.1"], "192.0.2.66"),
            // What cannot be read is nobody; the one who passed it on is somebody.
            ("10.0.0.1:80", &["203.0.113.9, rubbish"], "10.0.0.1"),
            ("10.0.0.1:80", &["203.0.113.9, rubbish, 198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1:80", &["10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1:80", &[""], "10.0.0.1"),
            ("10.0.0.1:80", &[], "10.0.0.1"),
        ] {
            let request = lines
                .iter()
                .fold(TestRequest::default(), |request, line| request.append_header(("x-forwarded-for", *line)));
            let request = request.peer_addr(peer.parse().expect("an address")).to_http_request();
            assert_eq!(of(&request, &rule(Some("x-forwarded-for"), proxies)), expected, "{peer} {lines:?}");
        }
    }
}
