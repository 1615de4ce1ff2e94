//! The operator's settings for mail.

use super::super::error::NotifyError;
use lettre::{
    message::Mailbox,
    transport::smtp::client::{Certificate, TlsParameters},
};
use secrecy::SecretString;
use std::{net::IpAddr, path::PathBuf, time::Duration};

/// Where and how mail is handed over.
#[derive(Debug, Clone)]
pub struct EmailConfig {
    /// Name or address of the mail server; its certificate must be for this name.
    pub host: String,
    /// 587 with STARTTLS, 465 with TLS from the first byte.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: EmailTls,
    /// User name and password, when the server asks for them.
    pub login: Option<(String, SecretString)>,
    /// Sender, `Rollcall <rollcall@example.org>`. The part behind the `@` also names the mails.
    pub from: String,
    /// PEM file with further certificates to trust, for a server with its own authority.
    pub ca_file: Option<PathBuf>,
    /// Longest time for one mail, from connecting to the server's final answer.
    pub timeout: Duration,
}

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailTls {
    /// Begins in the clear and must be upgraded before anything is said.
    Starttls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all; only to this machine itself.
    None,
}

impl EmailConfig {
    pub(super) fn sender(&self) -> Result<Mailbox, NotifyError> {
        self.from.parse().map_err(|_| NotifyError::Setting {
            key: "email.from",
            problem: format!(
                "`{}` is not a mail address; write `Rollcall <rollcall@example.org>`",
                self.from
            ),
        })
    }

    pub(super) fn tls_parameters(&self) -> Result<Option<TlsParameters>, NotifyError> {
        if self.tls == EmailTls::None {
            return if self.is_loopback() {
                Ok(None)
            } else {
                Err(NotifyError::Setting {
                    key: "email.tls",
                    problem: format!(
                        "`none` is allowed only to this machine itself, not to `{}`; use `starttls` or `tls`",
                        self.host
                    ),
                })
            };
        }
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(certificate) = self.certificate()? {
            builder = builder.add_root_certificate(certificate);
        }
        builder
            .build()
            .map(Some)
            .map_err(|error| NotifyError::Setting {
                key: "email.tls",
                problem: error.to_string(),
            })
    }

    fn certificate(&self) -> Result<Option<Certificate>, NotifyError> {
        let Some(file) = &self.ca_file else {
            return Ok(None);
        };
        let wrong = |problem: String| NotifyError::Setting {
            key: "email.ca_file",
            problem: format!("`{}`: {problem}", file.display()),
        };
        let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?;
        Ok(Some(certificate))
    }

    fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self
                .host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    }
}
