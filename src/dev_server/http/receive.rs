//! A request as the handler gets it: checked, and with its body, which is small.

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

/// Checks a request and reads its body.
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

/// Reads a body of at most `most` bytes.
async fn read(mut body: Incoming, most: usize) -> Result<Bytes, Response<Bytes>> {
    // A little more is read and thrown away: a browser that is still sending would not see why it is refused.
    let patience = most as u64 * 16;
    let too_large = || plain(StatusCode::PAYLOAD_TOO_LARGE, &format!("a body may have {most} bytes"));
    if body.size_hint().lower() > patience {
        return Err(too_large());
    }
    let (mut taken, mut seen) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| plain(StatusCode::BAD_REQUEST, "the body is cut short"))?;
        let Some(data) = frame.data_ref() else { continue };
        seen += data.len() as u64;
        if seen > patience {
            return Err(too_large());
        }
        if seen <= most as u64 {
            taken.extend_from_slice(data);
        }
    }
    if seen > most as u64 { Err(too_large()) } else { Ok(taken.freeze()) }
}
