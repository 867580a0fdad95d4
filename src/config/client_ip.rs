//! Where the app learns who its clients are when a proxy stands before it.

use super::values::Values;
use ipnet::IpNet;
use std::net::IpAddr;
use url::Url;

/// How a client's address is learned: from the connection, or from what a proxy says in a header. Who believes a header
/// that no proxy of theirs sets believes whatever a client writes.
#[derive(Clone, Debug, Default)]
pub struct ClientIpConfig {
    /// The header in which a proxy names the client; `None`: the peer is the client.
    pub header: Option<String>,
    /// The proxies whose entries in the header are believed. `None`: the header's last entry, whoever sends it.
    pub trusted_proxies: Option<Vec<IpNet>>,
}

pub(super) fn read(values: &mut Values) -> ClientIpConfig {
    let header = values.optional("CLIENT_IP_HEADER").and_then(|name| values.header_name("CLIENT_IP_HEADER", &name));
    let trusted_proxies = values.optional("TRUSTED_PROXIES").map(|text| networks(values, &text));
    if trusted_proxies.is_some() && header.is_none() {
        values.problem(
            "TRUSTED_PROXIES says whom to believe, but not what: set CLIENT_IP_HEADER, such as to X-Forwarded-For.",
        );
    }
    ClientIpConfig { header, trusted_proxies }
}

fn networks(values: &mut Values, text: &str) -> Vec<IpNet> {
    let mut networks = Vec::new();
    for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        match entry.parse().or_else(|_| entry.parse::<IpAddr>().map(IpNet::from)) {
            Ok(network) => networks.push(network),
            Err(_) => values.problem(&format!(
                "TRUSTED_PROXIES has “{entry}”, which is neither an address nor a network such as 10.0.0.0/8."
            )),
        }
    }
    networks
}

impl ClientIpConfig {
    /// What an operator should hear at start: where there is https, there is a proxy that ends it.
    pub fn warning(&self, app_url: Option<&Url>) -> Option<&'static str> {
        let is_https = app_url.is_some_and(|url| url.scheme() == "https");
        (is_https && self.header.is_none()).then_some(
            "APP_URL is https, so a proxy stands before Cloakroom, but CLIENT_IP_HEADER does not say in which header \
             it names its clients: all of them count as one address. Set it, such as to X-Forwarded-For.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn parsed(settings: &[(&str, &str)]) -> Result<ClientIpConfig, String> {
        let given: HashMap<_, _> = settings.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let mut values = Values::new(given);
        let client_ip = read(&mut values);
        values.finish().map(|()| client_ip).map_err(|error| error.to_string())
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let both = [("CLIENT_IP_HEADER", "X-Forwarded-For"), ("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1,fd00::/8")];
        assert_eq!(parsed(&both).map(|parsed| parsed.trusted_proxies.map_or(0, |networks| networks.len())), Ok(3));
        let wrong = parsed(&[("CLIENT_IP_HEADER", "X-Forwarded-For"), ("TRUSTED_PROXIES", "10.0.0.0/33, proxy")]);
        let words = wrong.expect_err("two that are no networks");
        assert!(words.contains("10.0.0.0/33"), "{words}");
        assert!(words.contains("“proxy”"), "{words}");
        assert!(parsed(&[("TRUSTED_PROXIES", "10.0.0.0/8")]).is_err_and(|words| words.contains("CLIENT_IP_HEADER")));
    }

    #[test]
    fn https_without_a_header_is_worth_a_warning() {
        let named = ClientIpConfig { header: Some("x-real-ip".into()), trusted_proxies: None };
        for (client_ip, url, warns) in [
            (ClientIpConfig::default(), Some("https://files.example.com"), true),
            (ClientIpConfig::default(), Some("http://localhost:3000"), false),
            (ClientIpConfig::default(), None, false),
            (named, Some("https://files.example.com"), false),
        ] {
            let url = url.map(|url| Url::parse(url).expect("a URL"));
            assert_eq!(client_ip.warning(url.as_ref()).is_some(), warns, "{url:?}");
        }
    }
}
