//! The HTTP client of what asks other hosts: deployments, and links that are checked on request. Builds, checks
//! without `--external` and the dev server use none.

#![allow(clippy::disallowed_types, reason = "makes the client that `deploy` and `check::external` use")]

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long a host's address may be looked up, and a connection to it may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a host may be silent in the middle of a request or response, or before it responds.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(60);

/// Returns a client for HTTP and HTTPS, with the root certificates that the system trusts and the proxy that the
/// environment names. It follows ten redirects, without credentials; a response is a response whatever its status.
/// `timeout_global` of a request limits its whole duration.
#[must_use]
pub fn agent() -> Agent {
    // What of the system's certificates cannot be read is not trusted: requests then fail with an error of TLS.
    let system = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<_> = system.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .user_agent(concat!("Handbill/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false)
        .timeout_resolve(Some(CONNECT_TIMEOUT))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_per_read(Some(SILENCE_TIMEOUT))
        .timeout_per_write(Some(SILENCE_TIMEOUT))
        .timeout_recv_response(Some(SILENCE_TIMEOUT));
    Agent::new_with_config(config.build())
}

#[cfg(test)]
#[allow(clippy::disallowed_types, reason = "a server to ask")]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::agent;

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
    fn certificate_is_asked_for() {
        let (url, _) = serve("HTTP/1.1 200 OK\r\n\r\n");
        assert!(agent().get(url.replace("http:", "https:")).call().is_err());
    }
}
