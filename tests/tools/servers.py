"""Serves a built site by real web servers, with the configuration that `handbill explain --host` prints, and by the server
of Cloudflare Pages, which reads files of the output, and asks them.

    python tests/tools/servers.py HANDBILL [nginx|caddy|cloudflare …]

Each server must answer with the headers, the caching and the redirects of the site, at the root of a host and below a
path, also where a name needs quoting, and where pages are files. The site has a draft, of which no configuration may have a
word.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

POLICY = "default-src 'none'"
SHORT = "public, max-age=0, must-revalidate"
LONG = "public, max-age=31536000, immutable"
CLOCK = ["--as-of", "2026-06-15T12:00:00Z"]

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 1;
events {{}}
http {{
  access_log off; default_type text/html;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; include {snippet}; }}
}}
"""

CADDY = """
{{
  admin off
  auto_https off
}}
http://127.0.0.1:{port} {{
  bind 127.0.0.1
  root * {root}
  import {snippet}
}}
"""

WRANGLER = Path(__file__).resolve().parent / "node_modules/.bin/wrangler"

# Each with its configuration and its command.
SERVERS = {
    "nginx": (NGINX, lambda file, port, root: ["nginx", "-e", "stderr", "-c", file]),
    "caddy": (CADDY, lambda file, port, root: ["caddy", "run", "--adapter", "caddyfile", "--config", file]),
    "cloudflare": ("", lambda file, port, root: [
        str(WRANGLER), "pages", "dev", str(root), "--ip", "127.0.0.1", "--port", str(port), "--inspector-port", "0",
        "--compatibility-date", "2026-05-01"]),
}


def site(folder: Path, own_assets: bool, settings: str):
    """A site with old URLs, one of them with all that needs quoting, and a draft."""
    articles = folder / "content/articles"
    articles.mkdir(parents=True)
    settings = f"title: The Paper\nbase_url: https://paper.example/\ncompress: [gzip, br]\n{settings}"
    (folder / "site.yaml").write_text(settings)
    aliases = "aliases: [/old/, '/a \"b\" $c (d)/', /was/here.html, /münze/]"
    (articles / "hearing.md").write_text(f"---\ntitle: Hearing\ndate: 2026-06-01\n{aliases}\n---\nText.\n")
    (articles / "draft.md").write_text(
        "---\ntitle: Marrowlight\ndate: 2026-06-01\ndraft: true\naliases: [/marrowlight/]\n---\nText.\n"
    )
    for slug in ["index", "año"]:
        (articles / f"{slug}-story.md").write_text(f"---\ntitle: A story\ndate: 2026-06-01\nslug: {slug}\n---\nText.\n")
    (folder / "static").mkdir()
    (folder / "static/widget.html").write_text("<!doctype html>\n<title>A widget</title>\n")
    if own_assets:
        (folder / "static/assets").mkdir(parents=True)
        (folder / "static/assets/map.txt").write_text("A map.\n")


@contextmanager
def served(name: str, folder: Path, root: Path, snippet: str):
    """Runs a server on a free port of the loopback interface."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    template, command = SERVERS[name]
    (folder / "snippet").write_text(snippet)
    configuration = folder / "configuration"
    configuration.write_text(template.format(folder=folder, port=port, root=root, snippet=folder / "snippet"))
    path = f"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:{os.environ['PATH']}"
    environment = {"HOME": str(folder), "PATH": path, "CI": "1", "WRANGLER_SEND_METRICS": "false"}
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(command(str(configuration), port, root), stdout=log, stderr=log, env=environment,
                                  start_new_session=True)
    try:
        for _ in range(600):
            if server.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        if server.poll() is not None:
            raise SystemExit(f"{name} does not start:\n{(folder / 'log').read_text()}\n{snippet}")
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(10)


def ask(port: int, path: str, **headers: str):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    response.body = response.read()
    connection.close()
    return response


def faults(handbill: str, name: str, folder: Path, base: str, own_assets: bool, files: bool):
    reads_files = name == "cloudflare"
    settings = "publish: { live: { kind: cloudflare, project: paper } }\n" if reads_files else ""
    site(folder / "site", own_assets, settings + ("urls: files\n" if files else ""))
    output = folder / f"root{base}"
    output.parent.mkdir(parents=True, exist_ok=True)
    root = ["--root", str(folder / "site"), "--base-url", f"https://paper.example{base}", *CLOCK]
    subprocess.run([handbill, "build", *root[:2], *root[2:], "--output", str(output)], check=True, capture_output=True)
    # `explain` has no flag for the base URL.
    settings = folder / "site/site.yaml"
    settings.write_text(settings.read_text().replace("paper.example/", f"paper.example{base}"))
    snippet = (output / "_headers").read_text() + (output / "_redirects").read_text() if reads_files else ""
    if not reads_files:
        told = [handbill, "explain", "--host", name, "--root", str(folder / "site"), *CLOCK]
        snippet = subprocess.run(told, check=True, capture_output=True, text=True).stdout
    if "marrowlight" in snippet.lower():
        yield "the draft is in the configuration"
    style = next(path for path in (output / "assets").iterdir() if path.name.endswith(".css"))
    new = f"{base}news/2026/06/hearing/"

    def fault(path: str, status: int, cache: str | None, target: str | None = None):
        response = ask(port, path)
        if response.status != status:
            yield f"{path} is answered with {response.status}, not {status}"
        if response.getheader("Cache-Control") != cache and cache:
            yield f"{path} has the caching `{response.getheader('Cache-Control')}`"
        if cache is None and "immutable" in (response.getheader("Cache-Control") or ""):
            yield f"{path} is no page, and kept for a year"
        if status == 404 and response.body != (output / "404.html").read_bytes():
            yield f"{path} is not answered with 404.html"
        location = response.getheader("Location")
        if target and urljoin(f"http://127.0.0.1:{port}{path}", location or "") != f"http://127.0.0.1:{port}{target}":
            yield f"{path} leads to {location}"
        expected = {
            "Content-Security-Policy": POLICY,
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "X-Content-Type-Options": "nosniff",
            "Permissions-Policy": "camera=()",
            "Strict-Transport-Security": "max-age=31536000",
        }
        for header, start in expected.items():
            given = response.headers.get_all(header) or []
            if status != 301 and (len(given) != 1 or not given[0].startswith(start)):
                yield f"{path} has {header}: {given}"

    with served(name, folder, folder / "root", snippet) as port:
        yield from fault(base, 200, SHORT)
        yield from fault(new, 200, SHORT)
        yield from fault(f"{base}feed.xml", 200, SHORT)
        yield from fault(f"{base}manifest.webmanifest", 200, SHORT)
        yield from fault(f"{base}assets/{style.name}", 200, LONG)
        yield from fault(f"{base}assets/gone.css", 404, None)
        yield from fault(f"{base}nothing/", 404, None)
        yield from fault(f"{base}nothing.html", 404, None)
        for path in ["news/", "news/2026/06/a%C3%B1o/", *(["news/2026/06/index/"] if files else [])]:
            yield from fault(f"{base}{path}", 200, SHORT)
        if files:
            for path in ["404", "404/", "widget", "widget/", "nothing"]:
                yield from fault(f"{base}{path}", 404, None)
            for path in ["404.html", "widget.html"]:
                yield from fault(f"{base}{path}", 200, SHORT)
            for path in ["news", "news/2026/06/hearing", "news/2026/06/a%C3%B1o"]:
                yield from fault(f"{base}{path}", 301, None, f"{base}{path}/")
                yield from fault(f"{base}{path}.html", 301, None, f"{base}{path}/")
            yield from fault(f"{base}news.html?a=b", 301, None, f"{base}news/?a=b")
            response = ask(port, f"//evil.example/..%2F{base[1:]}news.html")
            if "evil" in urlsplit(response.getheader("Location") or "").netloc:
                yield f"a redirect leads to {response.getheader('Location')}"
            yield from fault(f"{base}old", 301, None, f"{base}old/")
            yield from fault(f"{base}old.html", 301, None, f"{base}old/")
        if own_assets:
            yield from fault(f"{base}assets/map.txt", 200, SHORT)
        # Cloudflare compresses itself, in front of this server.
        for page in [new, f"{base}assets/{style.name}"] if not reads_files else []:
            for accepted, encoding in [("gzip", "gzip"), ("gzip, br", "br" if name == "caddy" else "gzip")]:
                given = ask(port, page, Accept_Encoding=accepted).getheader("Content-Encoding")
                if given != encoding:
                    yield f"{page} is encoded as {given} for who takes {accepted}"
        # Cloudflare compares as the file has it; who encodes more gets the page of the alias, which redirects.
        spelled = "a%20%22b%22%20%24c%20%28d%29/"
        for old in ["old/", "a%20%22b%22%20$c%20(d)/", *([] if reads_files else [spelled]), "was/here.html", "m%C3%BCnze/"]:
            yield from fault(f"{base}{old}", 301, None, new)


def main():
    handbill, *names = sys.argv[1:]
    failed = False
    for name in names or SERVERS:
        # Cloudflare serves the root of a host, and pages that are folders.
        everywhere = [("/", False, False), ("/", True, False)]
        elsewhere = [("/weekly/paper/", False, False), ("/", False, True), ("/weekly/paper/", True, True)]
        for base, own_assets, files in everywhere + (elsewhere if name != "cloudflare" else []):
            with tempfile.TemporaryDirectory() as folder:
                # nginx serves as another user when root starts it.
                Path(folder).chmod(0o755)
                found = list(faults(str(Path(handbill).resolve()), name, Path(folder), base, own_assets, files))
            failed = failed or bool(found)
            what = f"{name} at {base}{' with own assets' if own_assets else ''}{' in files' if files else ''}"
            print(f"{what}: {len(found)} faults")
            print("".join(f"  {fault}\n" for fault in found), end="")
    sys.exit(failed)


if __name__ == "__main__":
    main()
