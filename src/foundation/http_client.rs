//! The HTTP client of what asks other hosts: deployments, and links that are checked on request. Builds, checks
//! without `--external` and the dev server use none.

#![allow(clippy::disallowed_types, reason = "makes the client that `deploy` and `check::external` use")]

use std::io::{Error, ErrorKind};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// How long a host's address may be looked up, and a connection to it may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a host may be silent in the middle of a request or response, or before it responds.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(60);

/// Connections that stay open for further requests: as many as threads send at once.
const MAX_IDLE_CONNECTIONS: usize = 32;

/// Returns a client for HTTP and HTTPS, with the root certificates that the system trusts and the proxy that the
/// environment names. It follows ten redirects, without credentials; a response is a response whatever its status.
/// `timeout_global` of a request limits its whole duration.
#[must_use]
pub fn agent() -> Agent {
    Agent::new_with_config(config())
}

/// Returns a client like [`agent`] that connects to no private network and not to this machine, wherever a redirect leads.
/// Through a proxy, this is up to the proxy.
#[must_use]
pub fn agent_for_public_hosts() -> Agent {
    Agent::with_parts(config(), DefaultConnector::default(), PublicHosts::default())
}

fn config() -> Config {
    // What of the system's certificates cannot be read is not trusted: requests then fail with an error of TLS.
    let system = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<_> = system.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .user_agent(concat!("Handbill/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false)
        .max_idle_connections(MAX_IDLE_CONNECTIONS)
        .max_idle_connections_per_host(MAX_IDLE_CONNECTIONS)
        .timeout_resolve(Some(CONNECT_TIMEOUT))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_per_read(Some(SILENCE_TIMEOUT))
        .timeout_per_write(Some(SILENCE_TIMEOUT))
        .timeout_recv_response(Some(SILENCE_TIMEOUT))
        .build()
}

/// Looks up names of hosts, and refuses those that have a private address.
#[derive(Debug, Default)]
struct PublicHosts(DefaultResolver);

impl Resolver for PublicHosts {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.0.resolve(uri, config, timeout).map_err(|error| match error {
            // What is temporary is no answer.
            ureq::Error::Io(error) if !error.to_string().contains("emporary") => ureq::Error::HostNotFound,
            other => other,
        })?;
        if config.proxy().is_none() && found.iter().any(|address| !is_public(address.ip())) {
            return Err(ureq::Error::Io(Error::new(ErrorKind::PermissionDenied, "the host has a private address")));
        }
        Ok(found)
    }
}

/// Returns whether an address is on the public internet (the registries of special-purpose addresses of IANA).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            let is_reserved = first == 0 || first >= 224;
            !(v4.is_loopback() || v4.is_private() || v4.is_link_local() || is_shared || is_reserved)
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(v4.into()),
            None => {
                let is_here = v6.is_loopback() || v6.is_unspecified() || v6.is_unicast_link_local();
                !(is_here || v6.is_unique_local() || v6.is_multicast())
            }
        },
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_types, reason = "a server to ask")]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::{agent, agent_for_public_hosts, is_public};

    /// Answers one request with `response` and returns the request.
    fn serve(response: &'static str) -> (String, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let request = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).unwrap();
            stream.write_all(response.as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        (url, request)
    }

    #[test]
    fn client_names_itself_and_takes_any_status() {
        let (url, request) = serve("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        assert_eq!(agent().get(&url).call().unwrap().status(), 404);
        assert!(request.join().unwrap().contains(&format!("user-agent: Handbill/{}\r\n", env!("CARGO_PKG_VERSION"))));
    }

    #[test]
    fn redirect_leaves_the_web_nowhere() {
        let (url, _) = serve("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
        assert!(agent().get(&url).call().is_err());
    }

    #[test]
    fn private_addresses_are_refused_where_they_are_not_wanted() {
        let (url, _) = serve("HTTP/1.1 200 OK\r\n\r\n");
        let refused = agent_for_public_hosts().get(&url).call().unwrap_err();
        assert!(refused.to_string().contains("private"), "{refused}");
        for private in ["127.0.0.1", "10.1.2.3", "172.16.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "::1", "fd00::1"]
        {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        assert!(!is_public("::ffff:10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn certificate_is_asked_for() {
        let (url, _) = serve("HTTP/1.1 200 OK\r\n\r\n");
        assert!(agent().get(url.replace("http:", "https:")).call().is_err());
    }
}
