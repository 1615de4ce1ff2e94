//! Addresses that webhooks are taken from, when the operator limits them.

use std::{
    fmt,
    net::IpAddr,
    str::FromStr,
    sync::{Arc, PoisonError, RwLock},
};

/// `140.82.112.0/20`, `2606:50c0::/32`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a network like `140.82.112.0/20`");
        let (address, prefix) = text.split_once('/').unwrap_or((text, ""));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix.trim() {
            "" if !text.contains('/') => most,
            digits => digits.parse().map_err(|_| wrong())?,
        };
        if prefix > most {
            return Err(wrong());
        }
        Ok(Self { address, prefix })
    }
}

impl Network {
    /// Whether the address lies in it. One of IPv4 that is written as IPv6 counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differing = own.to_bits() ^ other.to_bits();
                differing.leading_zeros() >= self.prefix
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differing = own.to_bits() ^ other.to_bits();
                differing.leading_zeros() >= self.prefix
            }
            _ => false,
        }
    }
}

/// The networks that GitHub says it sends webhooks from, once it has. Clones share them.
#[derive(Clone, Default)]
pub struct Published(Arc<RwLock<Option<Vec<Network>>>>);

impl Published {
    /// GitHub said which they are.
    pub fn set(&self, networks: Vec<Network>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(networks);
    }

    /// Whether one of them contains the address; none before GitHub has said which they are.
    fn contain(&self, address: IpAddr) -> Option<bool> {
        let networks = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let networks = networks.as_ref()?;
        Some(networks.iter().any(|network| network.contains(address)))
    }
}

impl fmt::Debug for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Published")
    }
}

/// Where webhooks may come from.
#[derive(Debug, Clone, Default)]
pub struct Senders {
    /// Networks that the operator named.
    pub networks: Vec<Network>,
    /// Those that GitHub publishes, when the operator said `github`.
    pub github: Option<Published>,
    /// The header in which the operator's proxy names the client. Without it the connection's own address counts.
    pub header: Option<String>,
}

impl Senders {
    /// Whether webhooks may come from this address; none while GitHub has not said yet which addresses are its own.
    #[must_use]
    pub fn include(&self, address: IpAddr) -> Option<bool> {
        if self
            .networks
            .iter()
            .any(|network| network.contains(address))
        {
            return Some(true);
        }
        self.github
            .as_ref()
            .map_or(Some(false), |published| published.contain(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(network: &str, inside: &[&str], outside: &[&str]) {
        let network: Network = network.parse().expect("a network");
        for (addresses, expected) in [(inside, true), (outside, false)] {
            for address in addresses {
                let address: IpAddr = address.parse().expect("an address");
                assert_eq!(network.contains(address), expected, "{address}");
            }
        }
    }

    #[test]
    fn a_network_contains_its_addresses() {
        check(
            "140.82.112.0/20",
            &["140.82.112.0", "140.82.127.255", "::ffff:140.82.115.7"],
            &["140.82.111.255", "140.82.128.0", "::1", "::"],
        );
        check(
            "2a0a:a440::/29",
            &["2a0a:a440::1", "2a0a:a447:ffff::"],
            &["2a0a:a448::", "140.82.112.1"],
        );
        check("192.30.252.7", &["192.30.252.7"], &["192.30.252.6"]);
        check("0.0.0.0/0", &["1.2.3.4"], &["::1"]);
        check("::1", &["::1"], &["::2"]);
    }

    #[test]
    fn anything_else_is_not_a_network() {
        for text in [
            "",
            "github",
            "1.2.3",
            "1.2.3.4/33",
            "1.2.3.4/",
            "::1/129",
            "1.2.3.4/-1",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }

    #[test]
    fn githubs_own_are_unknown_until_it_names_them() {
        let published = Published::default();
        let senders = Senders {
            networks: vec!["10.0.0.0/8".parse().expect("a network")],
            github: Some(published.clone()),
            header: None,
        };
        let address = |text: &str| text.parse().expect("an address");
        assert_eq!(senders.include(address("10.1.2.3")), Some(true));
        assert_eq!(senders.include(address("140.82.112.9")), None);
        published.set(vec!["140.82.112.0/20".parse().expect("a network")]);
        assert_eq!(senders.include(address("140.82.112.9")), Some(true));
        assert_eq!(senders.include(address("8.8.8.8")), Some(false));
    }
}
