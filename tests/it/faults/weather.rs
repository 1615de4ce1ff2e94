//! Bad weather between Rollcall and GitHub: some of the calls fail, each in one way.

use super::super::harness::TestApp;
use crate::support::line::github_config;
use axum::{
    Router,
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::Request,
    response::Response,
};
use http::{Method, StatusCode, header};
use hyper::{body::Frame, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use rollcall::github::GithubApp;
use serde_json::json;
use std::{
    io,
    net::Ipv4Addr,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll},
};
use tokio::{net::TcpListener, sync::Semaphore};
use tower::ServiceExt as _;

/// How a call fails.
#[derive(Debug, Clone, Copy)]
pub enum How {
    /// Nothing is done; GitHub says this.
    Says(u16, &'static [(&'static str, &'static str)], &'static str),
    /// Nothing is done, and the connection ends without an answer.
    HangsUp,
    /// It is done, and the connection ends without an answer.
    DoesAndHangsUp,
    /// It is done, and the connection ends in the middle of the answer.
    DoesAndBreaksOff,
    /// It is done, and the answer is 502.
    DoesAndSays502,
    /// It is done, and answered when the test lets it.
    TakesLong,
}

/// Which calls fail.
#[derive(Debug, Clone)]
pub enum Which {
    /// Those that change something.
    Writes,
    /// All but those for tokens.
    All,
    /// Those of this method whose path ends so.
    Only(Method, &'static str),
}

/// How often.
#[derive(Debug, Clone, Copy)]
pub enum Often {
    /// The next ones, so many.
    Next(u32),
    /// One in so many, by chance, as long as the weather stays.
    OneIn(u64),
}

struct Sky {
    fault: Mutex<Option<(Which, Often, How)>>,
    chance: Mutex<Chance>,
    met: AtomicU32,
    /// Calls that take long, and those of them that may be answered.
    waiting: Semaphore,
    answers: Semaphore,
}

/// The weather before the sandbox's GitHub. Clones share it.
#[derive(Clone)]
pub struct Weather(Arc<Sky>);

impl Weather {
    /// Fair weather, and an app whose calls go through it.
    pub async fn before(app: &mut TestApp) -> Self {
        let sky = Self(Arc::new(Sky {
            fault: Mutex::default(),
            chance: Mutex::new(Chance(1)),
            met: AtomicU32::new(0),
            waiting: Semaphore::new(0),
            answers: Semaphore::new(0),
        }));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(sky.clone().serve(listener, app.world.router()));
        app.world.set_addresses(&url, "https://github.example");
        let github = GithubApp::new(&github_config(&app.world, &url)).expect("an App");
        app.handler.github = Arc::new(github);
        app.deliverer.github = Arc::clone(&app.handler.github);
        sky
    }

    /// From now on these calls fail, and no others.
    pub fn turns(&self, which: Which, often: Often, how: How) {
        *self.0.fault.lock().expect("no panic") = Some((which, often, how));
    }

    /// How many calls have failed so far.
    pub fn met(&self) -> u32 {
        self.0.met.load(Ordering::SeqCst)
    }

    /// Returns when a call that takes long has been carried out and waits for its answer.
    pub async fn somebody_waits(&self) {
        self.0.waiting.acquire().await.expect("open").forget();
    }

    /// Lets one call that takes long be answered.
    pub fn answers(&self) {
        self.0.answers.add_permits(1);
    }

    async fn serve(self, listener: TcpListener, router: Router) {
        while let Ok((stream, _)) = listener.accept().await {
            let (sky, router) = (self.clone(), router.clone());
            let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                let (sky, router) = (sky.clone(), router.clone());
                async move { sky.pass(router, request.map(Body::new)).await }
            });
            let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A connection that was cut ends with the error that cut it.
            tokio::spawn(async move { serving.await.ok() });
        }
    }

    async fn pass(&self, router: Router, request: Request) -> io::Result<Response> {
        let Some(how) = self.falls_on(request.method(), request.uri().path()) else {
            return Ok(done(router, request).await);
        };
        self.0.met.fetch_add(1, Ordering::SeqCst);
        match how {
            How::Says(status, headers, message) => Ok(said(status, headers, message)),
            How::HangsUp => Err(cut()),
            How::DoesAndHangsUp => {
                done(router, request).await;
                Err(cut())
            }
            How::DoesAndBreaksOff => Ok(torn(done(router, request).await).await),
            How::DoesAndSays502 => {
                done(router, request).await;
                Ok(said(502, &[], "Server Error"))
            }
            How::TakesLong => {
                let response = done(router, request).await;
                self.0.waiting.add_permits(1);
                self.0.answers.acquire().await.expect("open").forget();
                Ok(response)
            }
        }
    }

    fn falls_on(&self, method: &Method, path: &str) -> Option<How> {
        let mut fault = self.0.fault.lock().expect("no panic");
        let (which, often, how) = fault.as_mut()?;
        let is_token = path.ends_with("/access_tokens");
        let fits = match which {
            Which::Writes => method != Method::GET && !is_token,
            Which::All => !is_token,
            Which::Only(wanted, end) => method == *wanted && path.ends_with(*end),
        };
        let falls = fits
            && match often {
                Often::Next(0) => false,
                Often::Next(left) => {
                    *left -= 1;
                    true
                }
                Often::OneIn(many) => self.0.chance.lock().expect("no panic").below(*many) == 0,
            };
        falls.then_some(*how)
    }
}

async fn done(router: Router, request: Request) -> Response {
    let response = router.oneshot(request).await;
    response.unwrap_or_else(|never| match never {})
}

fn cut() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

fn said(status: u16, headers: &[(&str, &str)], message: &str) -> Response {
    let mut response = Response::builder().status(StatusCode::from_u16(status).expect("a status"));
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let body = json!({ "message": message }).to_string();
    response.body(Body::from(body)).expect("an answer")
}

/// The same answer, of which only the first half arrives.
async fn torn(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.expect("a body");
    parts
        .headers
        .insert(header::CONTENT_LENGTH, (whole.len() + 1).into());
    let half = whole.slice(..whole.len() / 2);
    Response::from_parts(parts, Body::new(Torn(Some(half))))
}

struct Torn(Option<Bytes>);

impl HttpBody for Torn {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(Some(match self.0.take() {
            Some(half) => Ok(Frame::data(half)),
            None => Err(cut()),
        }))
    }
}

/// Numbers that look random and are the same for the same seed (`SplitMix64`).
pub struct Chance(pub u64);

impl Chance {
    /// A number from 0 to below this one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)) % end
    }
}
