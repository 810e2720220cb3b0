//! Receives a request: checks it and reads its body.

use std::net::IpAddr;

use bytes::{Bytes, BytesMut};
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout;

use super::guard;
use super::plain_response::plain;
use super::server::Limits;

/// Checks a request and reads its body; the error is the response to send.
pub(crate) async fn receive(
    request: Request<Incoming>,
    local: IpAddr,
    limits: &Limits,
) -> Result<Request<Bytes>, Response<Bytes>> {
    guard::host(&request, local)?;
    if request.method() == Method::POST {
        guard::same_origin(request.headers())?;
    }
    let (head, body) = request.into_parts();
    let body = timeout(limits.body_time, read(body, limits.body_bytes)).await;
    let body = body.unwrap_or_else(|_| Err(plain(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")))?;
    Ok(Request::from_parts(head, body))
}

/// Reads a body of at most `limit` bytes.
async fn read(mut body: Incoming, limit: usize) -> Result<Bytes, Response<Bytes>> {
    // Somewhat more is read and discarded: a browser that is still sending would not see the response.
    let discard_limit = limit as u64 * 16;
    let too_large = || plain(StatusCode::PAYLOAD_TOO_LARGE, &format!("a body may have {limit} bytes"));
    if body.size_hint().lower() > discard_limit {
        return Err(too_large());
    }
    let (mut taken, mut seen) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| plain(StatusCode::BAD_REQUEST, "the body is cut short"))?;
        let Some(data) = frame.data_ref() else { continue };
        seen += data.len() as u64;
        if seen > discard_limit {
            return Err(too_large());
        }
        if seen <= limit as u64 {
            taken.extend_from_slice(data);
        }
    }
    if seen > limit as u64 { Err(too_large()) } else { Ok(taken.freeze()) }
}
