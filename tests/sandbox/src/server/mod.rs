//! The organisation on a port: one thread a connection, a real clock, and the effects a test wants from a bad network.

mod connection;
mod cors;

use std::collections::BTreeMap;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::org::{Options, Org};
use crate::wire::{Origin, Request, Response};

/// The present in milliseconds since 1970.
pub fn present() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    org: Mutex<Org>,
    started: Instant,
    epoch_ms: i64,
    speed: f64,
    is_stopping: AtomicBool,
    connections: Mutex<BTreeMap<u64, TcpStream>>,
    next_connection: AtomicU64,
}

/// A panic in one connection must not take the others down.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn now(&self) -> i64 {
        self.epoch_ms + (self.started.elapsed().as_millis() as f64 * self.speed) as i64
    }

    fn handle(&self, request: &Request) -> Response {
        if let Some(allowed) = cors::preflight(request) {
            return allowed;
        }
        let now = self.now();
        let response = lock(&self.org).handle(request, now);
        cors::open(request, response)
    }
}

/// A running sandbox. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    ready: String,
    shared: Arc<Shared>,
    /// Who listens, and where.
    acceptors: Vec<(SocketAddr, JoinHandle<()>)>,
}

impl Server {
    /// Starts an organisation on `listen` (port 0 for any) with its clock `speed` times as fast as the real one. Its
    /// files are at a port of their own.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub fn start(options: &Options, listen: &str, speed: f64) -> io::Result<Self> {
        let listener = TcpListener::bind(listen)?;
        let address = listener.local_addr()?;
        let files = TcpListener::bind((address.ip(), 0))?;
        let org = Org::new(&Options { files: format!("http://{}", files.local_addr()?), ..options.clone() });
        let ready = org.ready(&format!("http://{address}")).to_string();
        let shared = Arc::new(Shared {
            org: Mutex::new(org),
            started: Instant::now(),
            epoch_ms: options.now,
            speed,
            is_stopping: AtomicBool::new(false),
            connections: Mutex::default(),
            next_connection: AtomicU64::new(0),
        });
        let mut server = Self { address, ready, shared, acceptors: Vec::new() };
        server.listen(listener, Origin::Api)?;
        server.listen(files, Origin::Files)?;
        Ok(server)
    }

    fn listen(&mut self, listener: TcpListener, origin: Origin) -> io::Result<()> {
        let (address, theirs) = (listener.local_addr()?, self.shared.clone());
        let accepting = std::thread::Builder::new().name("sandbox".into());
        self.acceptors.push((address, accepting.spawn(move || accept(&listener, origin, &theirs))?));
        Ok(())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The line that tells a program all it needs.
    pub fn ready_json(&self) -> &str {
        &self.ready
    }

    /// Stops it and closes every connection.
    pub fn stop(&mut self) {
        let acceptors = std::mem::take(&mut self.acceptors);
        self.shared.is_stopping.store(true, Ordering::SeqCst);
        // An acceptor sits in accept(); a connection wakes it.
        for (address, _) in &acceptors {
            let _ = TcpStream::connect(address);
        }
        for stream in lock(&self.shared.connections).values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        for (_, acceptor) in acceptors {
            let _ = acceptor.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn accept(listener: &TcpListener, origin: Origin, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.is_stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let Ok(handle) = stream.try_clone() else { continue };
        let number = shared.next_connection.fetch_add(1, Ordering::SeqCst);
        lock(&shared.connections).insert(number, handle);
        let theirs = shared.clone();
        let served = std::thread::Builder::new().name(format!("sandbox-{number}")).spawn(move || {
            // What goes wrong on a connection is the other side's business.
            let _ = connection::serve(stream, origin, &theirs);
            lock(&theirs.connections).remove(&number);
        });
        if served.is_err() {
            lock(&shared.connections).remove(&number);
        }
    }
}
