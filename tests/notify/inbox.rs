//! A web server inside the test that keeps what it is sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// What arrived.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// The names in small letters, as `name: value`.
    pub headers: Vec<String>,
    pub body: Value,
}

/// A web server. The first part of the path says how it answers: `500`, `302`, `hang`, `reset`, else 200.
pub struct Inbox {
    pub address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Inbox {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let inbox = Self { address, requests: Arc::clone(&requests) };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let requests = Arc::clone(&requests);
                std::thread::spawn(move || serve(stream.unwrap(), &requests));
            }
        });
        inbox
    }

    /// Returns what has arrived since the last time, by path.
    pub fn take(&self) -> Vec<Request> {
        let mut requests = std::mem::take(&mut *self.requests.lock().unwrap());
        requests.sort_by(|one, other| one.path.cmp(&other.path));
        requests
    }

    /// Returns the one body that has arrived at a path.
    pub fn body(requests: &[Request], end: &str) -> Value {
        let mut found = requests.iter().filter(|request| request.path.ends_with(end));
        let body = found.next().unwrap_or_else(|| panic!("nothing at {end}: {requests:?}")).body.clone();
        assert!(found.next().is_none(), "more than one at {end}: {requests:?}");
        body
    }
}

fn serve(mut stream: TcpStream, requests: &Mutex<Vec<Request>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let words: Vec<String> = head[0].split(' ').map(str::to_owned).collect();
    let headers: Vec<String> = head[1..].to_vec();
    let length = headers.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let how = words[1].rsplit('/').next().unwrap_or_default().to_owned();
    let (method, path) = (words[0].clone(), words[1].clone());
    requests.lock().unwrap().push(Request { method, path: path.clone(), headers, body });
    let (status, more) = match how.as_str() {
        "hang" => return std::thread::sleep(Duration::from_secs(60)),
        "reset" => {
            // What is not read when it closes is answered with a reset.
            return drop(stream);
        }
        "500" => ("500 Broken", String::new()),
        "302" => ("302 Found", format!("Location: {}\r\n", path.replace("302", "stolen"))),
        _ => ("200 OK", String::new()),
    };
    // The answer of some services holds what they were asked for.
    let text = format!("no such hook: {path}\n");
    let length = text.len();
    let _gone = write!(
        stream,
        "HTTP/1.1 {status}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    );
}
