//! HTTP/1.1 on one connection: reading, keep-alive, gzip, and the ways an answer can go wrong.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::Ordering;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use socket2::SockRef;

use super::Shared;
use crate::wire::{Effect, Origin, Request, Response};

/// Bodies smaller than this are not worth compressing.
const WORTH_PACKING: usize = 1_024;
const MOST_HEADERS: usize = 100;
const MOST_BYTES: usize = 64 << 20;

/// Serves requests until the other side closes or an effect ends the connection.
pub(super) fn serve(mut stream: TcpStream, origin: Origin, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    loop {
        let (mut request, keep_alive) = match read_request(&mut stream, &mut buffer) {
            Ok(Some(read)) => read,
            Ok(None) => break,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
                break;
            }
            Err(error) => return Err(error),
        };
        request.origin = origin;
        let response = shared.handle(&request);
        match response.effect {
            Effect::ResetBefore | Effect::ResetAfter => return reset(&stream),
            Effect::Hang => return wait_for_close(&mut stream),
            Effect::Delay(ms) => std::thread::sleep(Duration::from_millis(ms)),
            Effect::None | Effect::Close | Effect::Truncate => {}
        }
        let bytes = render(&request, &response, keep_alive);
        if response.effect == Effect::Truncate {
            let half = bytes.len() - response.body.len().min(bytes.len()) / 2;
            stream.write_all(&bytes[..half.min(bytes.len() - 1)])?;
            return stream.shutdown(Shutdown::Both);
        }
        stream.write_all(&bytes)?;
        if !keep_alive || response.effect == Effect::Close || shared.is_stopping.load(Ordering::SeqCst) {
            break;
        }
    }
    stream.shutdown(Shutdown::Both)
}

/// Closes so that the other side sees a reset, not an end.
fn reset(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}

fn wait_for_close(stream: &mut TcpStream) -> io::Result<()> {
    let mut rest = [0u8; 1_024];
    while stream.read(&mut rest)? > 0 {}
    Ok(())
}

fn invalid(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Reads more; false at the end of the stream.
fn fill(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut block = [0u8; 16 << 10];
    let count = stream.read(&mut block)?;
    buffer.extend_from_slice(&block[..count]);
    if buffer.len() > MOST_BYTES {
        return Err(invalid("the request is too long"));
    }
    Ok(count > 0)
}

/// The next request and whether the connection stays open after it; none when the other side is done.
fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<(Request, bool)>> {
    let (mut request, head, keep_alive) = loop {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Request::new(&mut headers);
        if let httparse::Status::Complete(head) = parsed.parse(buffer).map_err(invalid)? {
            let mut request = Request::new(parsed.method.unwrap_or_default(), parsed.path.unwrap_or_default());
            for header in parsed.headers.iter() {
                let value = String::from_utf8_lossy(header.value).into_owned();
                request.headers.push((header.name.to_string(), value));
            }
            let asked = request.value("Connection").unwrap_or_default().to_ascii_lowercase();
            let keep_alive = if parsed.version == Some(1) { asked != "close" } else { asked == "keep-alive" };
            break (request, head, keep_alive);
        }
        if !fill(stream, buffer)? {
            return Ok(None);
        }
    };
    buffer.drain(..head);
    if request.value("Expect").is_some_and(|expected| expected.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let is_chunked = request.value("Transfer-Encoding").is_some_and(|how| how.to_ascii_lowercase().contains("chunked"));
    if is_chunked {
        request.body = read_chunks(stream, buffer)?;
    } else if let Some(length) = request.value("Content-Length") {
        let length: usize = length.trim().parse().map_err(invalid)?;
        request.body = take(stream, buffer, length)?;
    }
    Ok(Some((request, keep_alive)))
}

fn take(stream: &mut TcpStream, buffer: &mut Vec<u8>, length: usize) -> io::Result<Vec<u8>> {
    if length > MOST_BYTES {
        return Err(invalid("the body is too long"));
    }
    while buffer.len() < length {
        if !fill(stream, buffer)? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let rest = buffer.split_off(length);
    Ok(std::mem::replace(buffer, rest))
}

fn read_chunks(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        match httparse::parse_chunk_size(buffer).map_err(|_| invalid("bad chunk size"))? {
            httparse::Status::Partial => {
                if !fill(stream, buffer)? {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            httparse::Status::Complete((head, size)) => {
                buffer.drain(..head);
                let chunk = take(stream, buffer, size as usize + 2)?;
                body.extend_from_slice(&chunk[..size as usize]);
                if size == 0 {
                    return Ok(body);
                }
            }
        }
    }
}

/// The answer's bytes, compressed if the other side takes it and it is worth it.
fn render(request: &Request, response: &Response, keep_alive: bool) -> Vec<u8> {
    let takes_gzip = request.value("Accept-Encoding").is_some_and(|taken| taken.to_ascii_lowercase().contains("gzip"));
    let is_packed = response.value("Content-Encoding").is_some();
    let packed = (takes_gzip && !is_packed && response.body.len() >= WORTH_PACKING).then(|| gzip(&response.body));
    let body = packed.as_deref().unwrap_or(&response.body);
    let mut out = Vec::with_capacity(body.len() + 512);
    let reason = reason(response.status);
    out.extend_from_slice(format!("HTTP/1.1 {} {reason}\r\n", response.status).as_bytes());
    for (name, value) in &response.headers {
        out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if packed.is_some() {
        out.extend_from_slice(b"Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n");
    }
    let connection = if keep_alive { "keep-alive" } else { "close" };
    out.extend_from_slice(format!("Content-Length: {}\r\nConnection: {connection}\r\n\r\n", body.len()).as_bytes());
    if request.method != "HEAD" {
        out.extend_from_slice(body);
    }
    out
}

fn gzip(body: &[u8]) -> Vec<u8> {
    // Writing into a vector cannot fail.
    let mut packed = GzEncoder::new(Vec::with_capacity(body.len() / 6), Compression::fast());
    let _ = packed.write_all(body);
    packed.finish().unwrap_or_default()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        204 => "No Content",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}
