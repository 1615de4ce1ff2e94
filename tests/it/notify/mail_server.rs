//! A mail server that answers as each story needs: without encryption, on loopback.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the server does at one station of the dialogue.
#[derive(Debug, Clone, Copy)]
pub enum Does {
    /// Answers with this line.
    Says(&'static str),
    /// Closes the connection.
    HangsUp,
    /// Says nothing any more.
    FallsSilent,
}

/// The stations at which a story may want another answer than the usual one.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// When somebody connects.
    pub greeting: Does,
    /// After a user name and password.
    pub login: Does,
    /// After `MAIL FROM`.
    pub sender: Does,
    /// After `RCPT TO`.
    pub recipient: Does,
    /// After the mail itself.
    pub mail: Does,
}

impl Script {
    /// Takes everything.
    pub const KIND: Self = Self {
        greeting: Does::Says("220 mail.example.org"),
        login: Does::Says("235 2.7.0 welcome"),
        sender: Does::Says("250 OK"),
        recipient: Does::Says("250 OK"),
        mail: Does::Says("250 2.0.0 queued"),
    };
}

/// The mails that were read to their end, whether they were then taken or not.
pub type Mails = Arc<Mutex<Vec<String>>>;

/// Starts it; gives its port.
pub async fn mail_server(script: Script) -> (u16, Mails) {
    let mails = Mails::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let read = mails.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, script, read.clone()));
        }
    });
    (port, mails)
}

/// One dialogue; ends when either side hangs up.
async fn talk(stream: TcpStream, script: Script, mails: Mails) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut next = script.greeting;
    loop {
        match next {
            Does::Says(line) => write.write_all(format!("{line}\r\n").as_bytes()).await?,
            Does::HangsUp => return Ok(()),
            Does::FallsSilent => std::future::pending().await,
        }
        let Some(line) = lines.next_line().await? else {
            return Ok(());
        };
        next = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => Does::Says("250-mail.example.org\r\n250-AUTH PLAIN\r\n250 8BITMIME"),
            "AUTH" => script.login,
            "MAIL" => script.sender,
            "RCPT" => script.recipient,
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    mail.push_str(&line);
                    mail.push('\n');
                }
                mails.lock().expect("no panic").push(mail);
                script.mail
            }
            "QUIT" => Does::HangsUp,
            _ => Does::Says("502 what?"),
        };
    }
}
