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
                "EHLO" => "250-localhost\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
                "DATA" if !envelope.to.is_empty() => {
                    write
                        .write_all(b"354 end with a dot on a line of its own\r\n")
                        .await?;
                    let raw = mail(&mut lines).await?;
                    let Envelope { from, to } = std::mem::take(&mut envelope);
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

    /// The commands that only change the envelope.
    fn answer(&self, word: &str, rest: &str, envelope: &mut Envelope) -> String {
        match word {
            "HELO" | "NOOP" => "250 localhost".to_owned(),
            "RSET" => {
                *envelope = Envelope::default();
                "250 2.0.0 forgotten".to_owned()
            }
            "MAIL" => {
                *envelope = Envelope {
                    from: Some(address(rest)),
                    to: Vec::new(),
                };
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
