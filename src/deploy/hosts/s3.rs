//! A bucket of S3, or of a service with the same interface.
//!
//! Each file is an object, which a service replaces whole. Objects are compared by their ETag, which is the MD5 of the
//! bytes; where it is not (a file that was sent in parts, a bucket with keys of its own), by the digest that a deployment
//! stores with each object. The record has the version of each object if the bucket keeps versions, so that a rollback
//! can copy them back.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/>

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use http::Method;
use md5::{Digest as _, Md5};
use rusty_s3::actions::{
    AbortMultipartUpload, CompleteMultipartUpload, CreateMultipartUpload, DeleteObject, GetObject, HeadObject,
    ListObjectsV2, PutObject, UploadPart,
};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use url::Url;

use super::aws_credentials::credentials;
use crate::build::{compress, is_text};
use crate::config::Encoding;
use crate::deploy::files::{SiteFile, is_fingerprinted};
use crate::deploy::host::{Rollback, TargetHost};
use crate::deploy::http::{Answer, Call, HttpClient, host_of};
use crate::deploy::lock::{LOCK, Lock, lost};
use crate::deploy::parallel::in_parallel;
use crate::deploy::record::{RECORD, Record, RecordedFile};
use crate::deploy::xml::{element, elements};
use crate::deploy::{DeployContext, DeployObserver, Result, error, stopped};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::media_type::media_type;
use crate::path::{OutputPath, decode_path, encode_path};
use crate::plan::{CACHE_IMMUTABLE, CACHE_SHORT};
use crate::providers::hosts::{S3_SERVICES, S3Service, Target};

/// Time for which a signature is valid, with all tries of a request.
const SIGNATURE_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Number of requests at once.
const THREADS: usize = 16;

/// Length from which an object is sent in parts, and of each part but the last. A service takes parts of 5 MiB and more.
const PART_BYTES: usize = 32 << 20;

/// Header with the identity of a file that a deployment sent.
const IDENTITY: &str = "x-amz-meta-handbill";

/// Caching of what no reader gets.
const NO_STORE: &str = "no-store";

/// A bucket.
pub(super) struct S3Host {
    client: HttpClient,
    bucket: Bucket,
    credentials: Credentials,
    /// Folder in the bucket, with a slash at its end, or nothing.
    prefix: String,
    /// Whether texts are stored compressed.
    is_compressing: bool,
    /// Our lock, as it is in the bucket.
    lock: Option<Lock>,
}

/// The headers of an object.
type Headers<'a> = Vec<(&'a str, Cow<'a, str>)>;

impl S3Host {
    pub(super) fn open(target: &Target, context: &DeployContext<'_>) -> Result<S3Host> {
        let name = target.text("bucket").unwrap_or_default().to_owned();
        let service = target.text("service").unwrap_or("aws");
        let service = S3_SERVICES.iter().find(|known| known.name == service).unwrap_or(&S3_SERVICES[0]);
        let variable = context.variable;
        let own = target.text("endpoint").map(str::to_owned);
        let endpoint_variable = || variable("AWS_ENDPOINT_URL_S3").or_else(|| variable("AWS_ENDPOINT_URL"));
        let own = own.or_else(|| endpoint_variable().filter(|_| target.text("service").is_none()));
        let region = target.text("region").map(str::to_owned).or_else(|| service.region.map(str::to_owned));
        let region = region.or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION"));
        let (endpoint, style) = match &own {
            Some(endpoint) => (endpoint.clone(), UrlStyle::Path),
            None => (endpoint(service, region.as_deref(), target.text("account"))?, style(service, &name)),
        };
        let region = region.unwrap_or_else(|| "us-east-1".to_owned());
        let invalid = || error(format!("`{endpoint}` is no URL of a service")).help("write `https://s3.example.org`");
        let url = Url::parse(&endpoint).map_err(|_| invalid())?;
        let bucket = Bucket::new(url, style, name, region).map_err(|_| invalid())?;
        Ok(S3Host {
            client: HttpClient::new(),
            bucket,
            credentials: credentials(context)?,
            prefix: target.text("prefix").map(|prefix| format!("{prefix}/")).unwrap_or_default(),
            is_compressing: target.flag("gzip"),
            lock: None,
        })
    }

    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Signs a request and sends it with the headers that were signed.
    fn call<'a>(
        &'a self,
        method: Method,
        mut action: impl S3Action<'a>,
        headers: &Headers<'a>,
        body: Option<&[u8]>,
    ) -> Result<Answer> {
        for (name, value) in headers {
            action.headers_mut().insert(*name, value.clone());
        }
        let url = action.sign(SIGNATURE_LIFETIME);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        self.client.call(&Call { method, url: url.as_str(), headers: &headers, body })
    }

    fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let key = self.key(path);
        let answer =
            self.call(Method::GET, GetObject::new(&self.bucket, Some(&self.credentials), &key), &Vec::new(), None)?;
        match answer.status {
            404 if code(&answer.body).as_deref() != Some("NoSuchBucket") => Ok(None),
            _ if answer.is_success() => Ok(Some(answer.body)),
            _ => Err(self.refused("read", path, &answer)),
        }
    }

    /// Puts an object; returns the response if it was stored.
    fn put(&self, path: &str, headers: &Headers<'_>, body: &[u8]) -> Result<Answer> {
        let key = self.key(path);
        let headers: Headers<'_> = headers.iter().map(|(name, value)| (*name, value.clone())).collect();
        let answer =
            self.call(Method::PUT, PutObject::new(&self.bucket, Some(&self.credentials), &key), &headers, Some(body))?;
        if answer.is_success() { Ok(answer) } else { Err(self.refused("write", path, &answer)) }
    }

    /// Returns the lock that is there.
    fn held(&self) -> Result<Option<Lock>> {
        Ok(self.get(LOCK)?.and_then(|bytes| Lock::decode(&bytes)))
    }

    /// Writes our lock, whatever is there.
    fn renew_unseen(&self, lock: &Lock) -> Result<()> {
        self.put_private(LOCK, "application/json", &lock.encode())
    }

    fn put_private(&self, path: &str, media_type: &'static str, body: &[u8]) -> Result<()> {
        let headers = vec![("cache-control", Cow::Borrowed(NO_STORE)), ("content-type", Cow::Borrowed(media_type))];
        self.put(path, &headers, body).map(drop)
    }

    fn delete(&self, path: &str) -> Result<()> {
        let key = self.key(path);
        let action = DeleteObject::new(&self.bucket, Some(&self.credentials), &key);
        let answer = self.call(Method::DELETE, action, &Vec::new(), None)?;
        match answer.is_success() || answer.status == 404 {
            true => Ok(()),
            false => Err(self.refused("remove", path, &answer)),
        }
    }

    /// Returns the ETag and the length of every object below the prefix, by path.
    fn list(&self) -> Result<HashMap<String, (String, u64)>> {
        let mut found = HashMap::new();
        let mut token: Option<String> = None;
        loop {
            let mut list = ListObjectsV2::new(&self.bucket, Some(&self.credentials));
            if !self.prefix.is_empty() {
                list.with_prefix(self.prefix.clone());
            }
            if let Some(token) = &token {
                list.with_continuation_token(token.clone());
            }
            let answer = self.call(Method::GET, list, &Vec::new(), None)?;
            let page = if answer.is_success() { ListPage::parse(&answer.body) } else { None };
            let Some(page) = page else { return Err(self.refused("list", "", &answer)) };
            for object in page.objects {
                if let Some(path) = object.key.strip_prefix(&self.prefix) {
                    found.insert(path.to_owned(), (object.etag, object.length));
                }
            }
            if page.next.is_none() {
                return Ok(found);
            }
            if page.next == token {
                return Err(error("the list of the bucket does not end").help("this is an error of the service"));
            }
            token = page.next;
        }
    }

    /// Returns whether an object of the same length has the bytes of a file.
    fn is_same(&self, file: &SiteFile, etag: &str) -> Result<bool> {
        let is_md5 = etag.len() == 32 && etag.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_md5 {
            return Ok(hex(&Md5::digest(self.body(file)?)) == etag);
        }
        let key = self.key(file.path.as_str());
        let action = HeadObject::new(&self.bucket, Some(&self.credentials), &key);
        let answer = self.call(Method::HEAD, action, &Vec::new(), None)?;
        Ok(answer.is_success() && answer.header(IDENTITY) == Some(self.identity(file)?.as_str()))
    }

    fn is_compressed(&self, file: &SiteFile) -> bool {
        self.is_compressing && is_text(&file.path)
    }

    /// Returns the bytes of the object of a file.
    fn body(&self, file: &SiteFile) -> Result<Vec<u8>> {
        let bytes = file.read()?;
        Ok(if self.is_compressed(file) { compress(Encoding::Gzip, &bytes) } else { bytes })
    }

    /// Returns the headers of the object of a file, but for its identity.
    fn headers(&self, file: &SiteFile) -> Headers<'static> {
        let caching = if is_fingerprinted(&file.path) { CACHE_IMMUTABLE } else { CACHE_SHORT };
        let mut headers = vec![("cache-control", Cow::Borrowed(caching)), ("content-type", media_type(&file.path))];
        if self.is_compressed(file) {
            headers.push(("content-encoding", Cow::Borrowed("gzip")));
        }
        headers
    }

    /// Sends a file; returns its version.
    fn send_file(&self, file: &SiteFile) -> Result<Option<String>> {
        let mut headers = self.headers(file);
        headers.push((IDENTITY, Cow::Owned(self.identity(file)?)));
        let body = self.body(file)?;
        let answer = match body.len() > PART_BYTES {
            true => self.put_in_parts(file.path.as_str(), &headers, &body)?,
            false => self.put(file.path.as_str(), &headers, &body)?,
        };
        Ok(version(&answer))
    }

    /// Puts an object in parts, which becomes visible when all of them are there.
    fn put_in_parts(&self, path: &str, headers: &Headers<'_>, body: &[u8]) -> Result<Answer> {
        let (key, credentials) = (self.key(path), Some(&self.credentials));
        let create = CreateMultipartUpload::new(&self.bucket, credentials, &key);
        let headers: Headers<'_> = headers.iter().map(|(name, value)| (*name, value.clone())).collect();
        let answer = self.call(Method::POST, create, &headers, Some(&[]))?;
        let id = element(&answer.body, "UploadId").filter(|_| answer.is_success());
        let id = id.ok_or_else(|| self.refused("write", path, &answer))?;
        self.put_parts(path, &key, &id, body).inspect_err(|_| {
            // Parts that are left cost their owner money, unseen. That they cannot be removed is not the error.
            let abort = AbortMultipartUpload::new(&self.bucket, credentials, &key, &id);
            let _ = self.call(Method::DELETE, abort, &Vec::new(), None);
        })
    }

    fn put_parts(&self, path: &str, key: &str, id: &str, body: &[u8]) -> Result<Answer> {
        let credentials = Some(&self.credentials);
        let mut tags = Vec::new();
        for (part, number) in body.chunks(PART_BYTES).zip(1..) {
            let action = UploadPart::new(&self.bucket, credentials, key, number, id);
            let answer = self.call(Method::PUT, action, &Vec::new(), Some(part))?;
            let tag = answer.header("etag").filter(|_| answer.is_success()).map(str::to_owned);
            tags.push(tag.ok_or_else(|| self.refused("write", path, &answer))?);
        }
        let parts = || tags.iter().map(String::as_str);
        let body = CompleteMultipartUpload::new(&self.bucket, credentials, key, id, parts()).body();
        let action = CompleteMultipartUpload::new(&self.bucket, credentials, key, id, parts());
        let answer = self.call(Method::POST, action, &Vec::new(), Some(body.as_bytes()))?;
        // A service may find out that it failed after it has sent the status.
        match answer.is_success() && code(&answer.body).is_none() {
            true => Ok(answer),
            false => Err(self.refused("write", path, &answer)),
        }
    }

    /// Returns the error of a request that the service refused, in its words.
    fn refused(&self, what: &str, path: &str, answer: &Answer) -> Diagnostic {
        let code = code(&answer.body);
        let said = element(&answer.body, "Message").unwrap_or_default();
        let object = if path.is_empty() { "the bucket".to_owned() } else { format!("`{}`", self.key(path)) };
        let host = host_of(self.bucket.object_url("").as_str());
        let reason = match &code {
            Some(code) => format!("{code}: {}", said.trim().trim_end_matches('.')),
            None => format!("status {}", answer.status),
        };
        let reason = reason.replace(self.credentials.key(), "…").replace(self.credentials.secret(), "…");
        let reason = match self.credentials.token() {
            Some(token) => reason.replace(token, "…"),
            None => reason,
        };
        error(format!("`{host}` does not {what} {object}: {reason}")).help(help(answer.status, code.as_deref()))
    }
}

impl TargetHost for S3Host {
    /// Variants that the build compressed are left out: nothing before a bucket looks for them.
    fn takes(&self, file: &SiteFile) -> bool {
        !file.is_variant
    }

    fn identity(&self, file: &SiteFile) -> Result<String> {
        let headers: String = self.headers(file).iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        Ok(Digest::of_all([file.digest, Digest::of_bytes(headers.as_bytes())]).to_string())
    }

    fn record(&mut self) -> Result<Option<Record>> {
        self.get(RECORD)?.map(|bytes| Record::decode(&bytes)).transpose()
    }

    fn same(&mut self, files: &[&SiteFile]) -> Result<BTreeSet<OutputPath>> {
        let listed = self.list()?;
        let candidates: Vec<(&SiteFile, &str)> = files
            .iter()
            .filter_map(|file| {
                let (etag, length) = listed.get(file.path.as_str())?;
                let may_be_same = self.is_compressed(file) || *length == file.length;
                may_be_same.then_some((*file, etag.as_str()))
            })
            .collect();
        let same =
            in_parallel(&candidates, THREADS, |(file, etag)| Ok(self.is_same(file, etag)?.then(|| file.path.clone())))?;
        Ok(same.into_iter().flatten().collect())
    }

    /// A service that knows conditional writes gives the lock to one of those that ask at once; of others, the last one
    /// has it.
    fn lock(&mut self, lock: &Lock, may_replace: &dyn Fn(&Lock) -> bool) -> Result<Option<Lock>> {
        let is_free = |held: &Option<Lock>| held.as_ref().is_none_or(|held| held == lock || may_replace(held));
        let found = self.held()?;
        if !is_free(&found) {
            return Ok(found);
        }
        if found.is_some() {
            self.renew_unseen(lock)?;
        } else {
            let key = self.key(LOCK);
            let headers: Headers<'_> = vec![
                ("cache-control", Cow::Borrowed(NO_STORE)),
                ("content-type", Cow::Borrowed("application/json")),
                ("if-none-match", Cow::Borrowed("*")),
            ];
            let put = PutObject::new(&self.bucket, Some(&self.credentials), &key);
            let answer = self.call(Method::PUT, put, &headers, Some(&lock.encode()))?;
            match answer.status {
                // Another was faster; or the service refuses the header, which it does not know.
                400 | 409 | 412 | 501 => match self.held()? {
                    found if !is_free(&found) => return Ok(found),
                    _ => self.renew_unseen(lock)?,
                },
                _ if answer.is_success() => {}
                _ => return Err(self.refused("write", LOCK, &answer)),
            }
        }
        let found = self.held()?.filter(|held| held != lock);
        self.lock = found.is_none().then(|| lock.clone());
        Ok(found)
    }

    fn renew(&mut self, lock: &Lock) -> Result<()> {
        if self.lock.is_none() || self.held()? != self.lock {
            return Err(lost());
        }
        self.renew_unseen(lock)?;
        self.lock = Some(lock.clone());
        Ok(())
    }

    fn unlock(&mut self) -> Result<()> {
        match self.lock.take() {
            Some(lock) if self.held()?.as_ref() == Some(&lock) => self.delete(LOCK),
            _ => Ok(()),
        }
    }

    fn versions(&mut self, paths: &[&OutputPath]) -> Result<Vec<(OutputPath, String)>> {
        let versions = in_parallel(paths, THREADS, |path| {
            let key = self.key(path.as_str());
            let action = HeadObject::new(&self.bucket, Some(&self.credentials), &key);
            let answer = self.call(Method::HEAD, action, &Vec::new(), None)?;
            Ok(version(&answer).map(|version| ((*path).clone(), version)))
        })?;
        Ok(versions.into_iter().flatten().collect())
    }

    fn send(&mut self, files: &[&SiteFile], observer: &dyn DeployObserver) -> Result<Vec<(OutputPath, String)>> {
        let sent = in_parallel(files, THREADS, |file| {
            if observer.is_stopped() {
                return Err(stopped());
            }
            let version = self.send_file(file)?;
            observer.sent(file.length);
            Ok(version.map(|version| (file.path.clone(), version)))
        })?;
        Ok(sent.into_iter().flatten().collect())
    }

    fn remove(&mut self, paths: &[&OutputPath]) -> Result<()> {
        in_parallel(paths, THREADS, |path| self.delete(path.as_str())).map(drop)
    }

    fn write_record(&mut self, record: &Record) -> Result<()> {
        self.put_private(RECORD, "application/gzip", &record.encode())
    }

    fn rollback(&mut self) -> Result<Rollback> {
        Ok(Rollback::ByFile)
    }

    fn restore(&mut self, files: &[(&OutputPath, &RecordedFile)]) -> Result<Vec<(OutputPath, String)>> {
        let restored = in_parallel(files, THREADS, |(path, file)| {
            let version = file.version.as_deref().unwrap_or_default();
            let key = self.key(path.as_str());
            let source = format!("/{}/{}?versionId={version}", self.bucket.name(), encode_path(&key));
            let headers: Headers<'_> = vec![("x-amz-copy-source", Cow::Owned(source))];
            let action = PutObject::new(&self.bucket, Some(&self.credentials), &key);
            let answer = self.call(Method::PUT, action, &headers, Some(&[]))?;
            if !answer.is_success() || code(&answer.body).is_some() {
                return Err(self.refused("restore", path.as_str(), &answer));
            }
            Ok(self::version(&answer).map(|version| ((*path).clone(), version)))
        })?;
        Ok(restored.into_iter().flatten().collect())
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}

/// Returns the URL of a service.
fn endpoint(service: &S3Service, region: Option<&str>, account: Option<&str>) -> Result<String> {
    let mut url = service.endpoint.to_owned();
    let default = (service.name == "aws").then_some("us-east-1");
    for (name, value) in [("region", region.or(default)), ("account", account)] {
        let placeholder = format!("{{{name}}}");
        if !url.contains(&placeholder) {
            continue;
        }
        let Some(value) = value else {
            return Err(error(format!("the service `{}` needs the setting `{name}`", service.name))
                .help(format!("its URL is `{}`", service.endpoint)));
        };
        url = url.replace(&placeholder, value);
    }
    Ok(url)
}

/// Returns where the name of a bucket stands. One with a dot cannot be part of a host with TLS.
fn style(service: &S3Service, bucket: &str) -> UrlStyle {
    match service.has_host_per_bucket && !bucket.contains('.') {
        true => UrlStyle::VirtualHost,
        false => UrlStyle::Path,
    }
}

/// Returns the version of an object that was stored; `None` if the bucket keeps no versions.
fn version(answer: &Answer) -> Option<String> {
    answer.header("x-amz-version-id").filter(|version| *version != "null").map(str::to_owned)
}

/// Returns the code of an error; `None` if the response has none.
fn code(body: &[u8]) -> Option<String> {
    element(body, "Code")
}

/// A page of the list of objects (`ListObjectsV2`).
#[derive(Debug, Default)]
struct ListPage {
    objects: Vec<ListedObject>,
    /// Where the next page begins; `None` after the last.
    next: Option<String>,
}

/// An object of a list.
#[derive(Debug, Default, PartialEq, Eq)]
struct ListedObject {
    key: String,
    /// The ETag in lower case, without quotation marks.
    etag: String,
    length: u64,
}

impl ListPage {
    fn parse(body: &[u8]) -> Option<ListPage> {
        let mut page = ListPage::default();
        let mut object = ListedObject::default();
        let mut is_encoded = false;
        let mut is_list = false;
        let mut is_last = false;
        elements(body, &mut |name, text| match name {
            "Key" => object.key = text.to_owned(),
            "ETag" => object.etag = text.replace("&quot;", "").trim_matches('"').to_ascii_lowercase(),
            "Size" => object.length = text.parse().unwrap_or_default(),
            "Contents" => page.objects.push(std::mem::take(&mut object)),
            "NextContinuationToken" => page.next = Some(text.to_owned()),
            "IsTruncated" => is_last = text == "false",
            "EncodingType" => is_encoded = text == "url",
            "ListBucketResult" => is_list = true,
            _ => {}
        })?;
        if is_encoded {
            for object in &mut page.objects {
                object.key = decode_path(&object.key.replace('+', " "))?;
            }
        }
        page.next.take_if(|_| is_last);
        is_list.then_some(page)
    }
}

fn help(status: u16, code: Option<&str>) -> &'static str {
    match (status, code) {
        (_, Some("NoSuchBucket")) => "create the bucket, or fix `bucket`, `region` and `endpoint` of the target",
        (301 | 307, _) | (_, Some("PermanentRedirect" | "AuthorizationHeaderMalformed")) => {
            "the bucket is in another region: set `region` of the target"
        }
        (401 | 403, _) => {
            "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; the key must be allowed to list the bucket, and to get, \
             put and delete objects"
        }
        _ => "the next deployment goes on where this one stopped",
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_have_their_urls() {
        let of = |name: &str, region, account| {
            let service = S3_SERVICES.iter().find(|service| service.name == name).unwrap();
            endpoint(service, region, account).map_err(|error| error.message)
        };
        assert_eq!(of("aws", None, None).unwrap(), "https://s3.us-east-1.amazonaws.com");
        assert_eq!(of("b2", Some("eu-central-003"), None).unwrap(), "https://s3.eu-central-003.backblazeb2.com");
        assert_eq!(of("r2", Some("auto"), Some("abc")).unwrap(), "https://abc.r2.cloudflarestorage.com");
        assert!(of("r2", Some("auto"), None).unwrap_err().contains("`account`"));
        assert!(of("spaces", None, None).unwrap_err().contains("`region`"));
        assert!(matches!(style(&S3_SERVICES[0], "a.b"), UrlStyle::Path));
        assert!(matches!(style(&S3_SERVICES[0], "ab"), UrlStyle::VirtualHost));
    }

    #[test]
    fn lists_are_read_with_any_namespace_and_encoding() {
        let contents = "<Contents><Key>a%20b+c/&amp;.html</Key><ETag>&quot;00FF&quot;</ETag><Size>7</Size></Contents>";
        let list = |more: &str| format!("<x:ListBucketResult xmlns:x='urn:y'>{contents}{more}</x:ListBucketResult>");
        let more = "<EncodingType>url</EncodingType><NextContinuationToken>n</NextContinuationToken>";
        let page = ListPage::parse(list(more).as_bytes()).unwrap();
        let key = "a b c/&.html".to_owned();
        assert_eq!(page.objects, [ListedObject { key, etag: "00ff".into(), length: 7 }]);
        assert_eq!(page.next.as_deref(), Some("n"));
        let page = ListPage::parse(list("").as_bytes()).unwrap();
        assert_eq!((page.objects[0].key.as_str(), page.next), ("a%20b+c/&.html", None));
        assert!(ListPage::parse(b"<html></html>").is_none() && ListPage::parse(b"").is_none());
    }

    #[test]
    fn errors_of_a_service_are_read() {
        let body = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>No &amp; no.</Message></Error>";
        assert_eq!(code(body).as_deref(), Some("AccessDenied"));
        assert_eq!(code(b"<CompleteMultipartUploadResult/>"), None);
        assert_eq!(code(b"<html"), None);
        assert_eq!(element(body, "Message").as_deref(), Some("No & no."));
        assert_eq!(hex(&[0, 255]), "00ff");
    }
}
