//! The SMTP dialogue (RFC 5321) as far as a submitting client goes.

use super::Mailbox;
use std::io;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// Longest mail taken.
const LARGEST: u64 = 10 << 20;

/// An envelope being filled.
#[derive(Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
    /// Whether the client may send.
    known: bool,
}

impl Mailbox {
    /// Takes mails for as long as the listener lives.
    pub async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let mailbox = self.clone();
            // A client that hangs up in the middle has said all it wanted to say.
            tokio::spawn(async move { mailbox.converse(stream).await.ok() });
        }
    }

    async fn converse(&self, stream: TcpStream) -> io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read.take(LARGEST));
        let mut envelope = Envelope::default();
        write
            .write_all(b"220 localhost sandbox mailbox\r\n")
            .await?;
        loop {
            lines.get_mut().set_limit(LARGEST);
            let mut line = String::new();
            if lines.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let (word, rest) = line
                .trim_end()
                .split_at_checked(4)
                .unwrap_or((line.trim_end(), ""));
            let answer = match word.to_uppercase().as_str() {
                "EHLO" => self.greeting(),
                "AUTH" => {
                    envelope.known =
                        rest.trim_start().strip_prefix("PLAIN ") == self.login().as_deref();
                    login_answer(envelope.known).to_owned()
                }
                "DATA" if !envelope.to.is_empty() => {
                    write
                        .write_all(b"354 end with a dot on a line of its own\r\n")
                        .await?;
                    let raw = mail(&mut lines).await?;
                    let (from, to) = (envelope.from.take(), std::mem::take(&mut envelope.to));
                    self.accept(from.unwrap_or_default(), to, raw);
                    "250 2.0.0 taken".to_owned()
                }
                "QUIT" => {
                    write.write_all(b"221 2.0.0 bye\r\n").await?;
                    return Ok(());
                }
                word => self.answer(word, rest, &mut envelope),
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }

    fn greeting(&self) -> String {
        let auth = self.login().map_or("", |_| "250-AUTH PLAIN\r\n");
        format!("250-localhost\r\n250-8BITMIME\r\n{auth}250 SMTPUTF8")
    }

    /// The commands that only change the envelope.
    fn answer(&self, word: &str, rest: &str, envelope: &mut Envelope) -> String {
        match word {
            "HELO" | "NOOP" => "250 localhost".to_owned(),
            "RSET" => {
                envelope.from = None;
                envelope.to.clear();
                "250 2.0.0 forgotten".to_owned()
            }
            "MAIL" if self.login().is_some() && !envelope.known => {
                "530 5.7.0 log in first".to_owned()
            }
            "MAIL" => {
                envelope.from = Some(address(rest));
                envelope.to.clear();
                "250 2.1.0 ok".to_owned()
            }
            "RCPT" if envelope.from.is_some() => {
                if let Some(line) = self.scripted() {
                    return line;
                }
                envelope.to.push(address(rest));
                "250 2.1.5 ok".to_owned()
            }
            "RCPT" | "DATA" => "503 5.5.1 say MAIL and RCPT first".to_owned(),
            _ => "502 5.5.2 not known here".to_owned(),
        }
    }
}

fn login_answer(known: bool) -> &'static str {
    if known {
        "235 2.7.0 welcome"
    } else {
        "535 5.7.8 wrong user name or password"
    }
}

/// The address between the angle brackets.
fn address(rest: &str) -> String {
    let inside = rest.split_once('<').and_then(|(_, r)| r.split_once('>'));
    inside.map_or("", |(address, _)| address).to_owned()
}

/// The lines up to the lone dot, the stuffed dots removed.
async fn mail(lines: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<String> {
    let mut raw = Vec::new();
    loop {
        let start = raw.len();
        if lines.read_until(b'\n', &mut raw).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if &raw[start..] == b".\r\n" {
            raw.truncate(start);
            return Ok(String::from_utf8_lossy(&raw).into_owned());
        }
        if raw[start] == b'.' {
            raw.remove(start);
        }
    }
}
