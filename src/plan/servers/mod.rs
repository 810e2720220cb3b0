//! Configuration for web servers of a site's own: a file and a row of [`SERVERS`] for each. It is printed and never
//! among the output, since a server would publish it with the site.

mod caddy;
mod nginx;

use super::Plan;
use super::host_rules::HostRules;
use crate::site::Site;

/// A web server.
pub struct Server {
    /// Its name in the command line: `nginx`.
    pub name: &'static str,
    /// Its configuration for a site.
    write: fn(&HostRules) -> String,
}

/// All servers, in the order in which messages list them.
pub const SERVERS: &[&Server] = &[&nginx::NGINX, &caddy::CADDY];

impl Server {
    /// Returns the server's configuration for a site: headers, caching, redirects, the page for unknown URLs.
    #[must_use]
    pub fn configuration(&self, site: &Site, plan: &Plan) -> String {
        (self.write)(&HostRules::of(site, &plan.outputs))
    }
}
