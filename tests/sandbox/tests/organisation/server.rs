//! The same over a socket: keep-alive, gzip, chunks, and connections that break.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use pegcount_sandbox::{Fault, Options, Server};
use serde_json::Value;

fn start(faults: &[&str]) -> (Server, Value) {
    let mut options = Options::new(1_773_154_800_000);
    options.faults = faults.iter().map(|fault| Fault::parse(fault).unwrap()).collect();
    let server = Server::start(&options, "127.0.0.1:0", 1.0).unwrap();
    let ready = serde_json::from_str(server.ready_json()).unwrap();
    (server, ready)
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

/// Head and body of one answer.
fn exchange(stream: &mut TcpStream, request: &str) -> io::Result<(String, Vec<u8>)> {
    stream.write_all(request.as_bytes())?;
    let mut got = Vec::new();
    let mut block = [0u8; 4_096];
    loop {
        if let Some(end) = got.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&got[..end]).into_owned();
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if got.len() >= end + 4 + length {
                return Ok((head, got[end + 4..end + 4 + length].to_vec()));
            }
        }
        match stream.read(&mut block)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => got.extend_from_slice(&block[..count]),
        }
    }
}

const METADATA: &str = "GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: x\r\n\r\n";
const NO_TOKEN: &str = "GET /api/v2/users HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn a_connection_serves_many_requests() {
    let (mut server, ready) = start(&[]);
    let mut stream = connect(&server);
    for _ in 0..3 {
        let (head, body) = exchange(&mut stream, METADATA).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(serde_json::from_slice::<Value>(&body).unwrap()["token_endpoint"].is_string());
    }
    let keys = &ready["clients"]["admin"];
    let (id, secret) = (keys["client_id"].as_str().unwrap(), keys["client_secret"].as_str().unwrap());
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let (first, second) = form.split_at(20);
    let chunked = format!(
        "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    let (head, body) = exchange(&mut stream, &chunked).unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let token = serde_json::from_slice::<Value>(&body).unwrap()["access_token"].as_str().unwrap().to_string();
    let request = format!(
        "GET /api/v2/users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nAccept-Encoding: gzip\r\n\r\n"
    );
    let (head, body) = exchange(&mut stream, &request).unwrap();
    assert!(head.contains("Content-Encoding: gzip"), "{head}");
    let mut text = String::new();
    flate2::read::GzDecoder::new(body.as_slice()).read_to_string(&mut text).unwrap();
    assert!(text.contains("\"entities\""));
    server.stop();
    assert!(TcpStream::connect(server.address()).is_err(), "nobody listens any more");
}

#[test]
fn connections_break_as_told() {
    for (fault, expected) in [
        ("reset-before", io::ErrorKind::ConnectionReset),
        ("reset-after", io::ErrorKind::ConnectionReset),
        ("truncated", io::ErrorKind::UnexpectedEof),
    ] {
        let (server, _) = start(&[fault]);
        let error = exchange(&mut connect(&server), NO_TOKEN).unwrap_err();
        assert_eq!(error.kind(), expected, "{fault}");
        let (head, _) = exchange(&mut connect(&server), NO_TOKEN).unwrap();
        assert!(head.starts_with("HTTP/1.1 401"), "{fault} strikes once");
    }
}

#[test]
fn a_page_of_another_origin_may_ask_and_read() {
    let (mut server, _) = start(&[]);
    let mut stream = connect(&server);
    let asked = "OPTIONS /api/v2/users HTTP/1.1\r\nHost: x\r\nOrigin: http://page.example\r\n\
        Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\n\r\n";
    let (head, _) = exchange(&mut stream, asked).unwrap();
    assert!(head.starts_with("HTTP/1.1 204 "), "{head}");
    assert!(head.contains("Access-Control-Allow-Headers: authorization\r\n"), "{head}");
    let refused = "GET /api/v2/users HTTP/1.1\r\nHost: x\r\nOrigin: http://page.example\r\n\r\n";
    let (head, _) = exchange(&mut stream, refused).unwrap();
    assert!(head.starts_with("HTTP/1.1 401 "), "{head}");
    assert!(head.contains("Access-Control-Allow-Origin: *\r\n"), "{head}");
    assert!(head.contains("ININ-Correlation-Id\r\n") || head.contains("ININ-Correlation-Id,"), "{head}");
    let (head, _) = exchange(&mut stream, NO_TOKEN).unwrap();
    assert!(!head.contains("Access-Control"), "{head}");
    server.stop();
}

#[test]
fn files_have_a_port_of_their_own() {
    let (mut server, ready) = start(&[]);
    let files = ready["files"].as_str().unwrap().strip_prefix("http://").unwrap().to_string();
    assert_ne!(files, server.address().to_string());
    let mut stream = TcpStream::connect(&files).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (head, body) = exchange(&mut stream, METADATA).unwrap();
    assert!(head.starts_with("HTTP/1.1 403 Forbidden"), "{head}");
    assert!(String::from_utf8_lossy(&body).contains("<Code>AccessDenied</Code>"));
    server.stop();
    assert!(TcpStream::connect(&files).is_err(), "nobody listens any more");
}

#[test]
fn the_program_ends_with_whoever_holds_its_input() {
    let program = || Command::new(env!("CARGO_BIN_EXE_pegcount-sandbox"));
    let mut child = program()
        .args(["--org", "tiny", "--until-stdin-closes"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    assert!(child.try_wait().unwrap().is_none());
    drop(input);
    // Its output ends when it does.
    out.read_to_end(&mut Vec::new()).unwrap();
    assert!(child.wait().unwrap().success());
    let mut child = program().args(["--org", "tiny"]).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert!(child.try_wait().unwrap().is_none(), "nobody asked for it");
    child.kill().unwrap();
    child.wait().unwrap();
}
