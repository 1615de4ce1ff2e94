//! Mail, over SMTP with TLS.

mod config;
mod message;

pub use config::{EmailConfig, EmailTls};

use super::error::NotifyError;
use crate::domain::announcement::Announcement;
use lettre::{
    Message,
    message::Mailbox,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::ExposeSecret;
use std::{fmt, time::Duration};

/// How long the closing words may take; the mail has been accepted by then.
const GOODBYE: Duration = Duration::from_secs(2);

/// Sends announcements through one mail server.
///
/// Each mail has its own connection. Lettre's pool would take a connection back whose dialogue was broken off by our timeout, and
/// read the late answer to one mail as the answer to the next.
pub struct Email {
    config: EmailConfig,
    from: Mailbox,
    tls: Option<TlsParameters>,
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Email {
    /// Checks the settings and reads the certificate file; does not connect.
    ///
    /// # Errors
    /// A setting is wrong: [`NotifyError::Setting`] says which.
    pub fn new(config: EmailConfig) -> Result<Self, NotifyError> {
        let from = config.sender()?;
        let tls = config.tls_parameters()?;
        Ok(Self { config, from, tls })
    }

    /// Sends one announcement to one address. The same effect key gives the same Message-ID, so a mail that is sent twice because the
    /// answer was lost can be recognised.
    ///
    /// # Errors
    /// See [`NotifyError`].
    pub async fn send(
        &self,
        key: &str,
        to: &str,
        announcement: &Announcement,
    ) -> Result<(), NotifyError> {
        let to: Mailbox = to.parse().map_err(|_| NotifyError::Address {
            wanted: "mail address",
        })?;
        let mail = message::render(&self.from, to, key, announcement)?;
        // Lettre's own timeout ends with the connection being made; a server that falls silent later would hold us for ever.
        let mut connection = tokio::time::timeout(self.config.timeout, self.hand_over(&mail))
            .await
            .map_err(|_| NotifyError::Silence(self.config.timeout))??;
        if let Ok(Err(error)) = tokio::time::timeout(GOODBYE, connection.quit()).await {
            tracing::debug!(%error, "the mail server took the mail, but did not say goodbye");
        }
        Ok(())
    }

    /// Returns the connection once the server has taken the mail.
    async fn hand_over(&self, mail: &Message) -> Result<AsyncSmtpConnection, NotifyError> {
        let mut connection = self.connect().await.map_err(NotifyError::MailServer)?;
        if let Some((username, password)) = &self.config.login {
            let credentials =
                Credentials::new(username.clone(), password.expose_secret().to_owned());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection
                .auth(&mechanisms, &credentials)
                .await
                .map_err(NotifyError::MailLogin)?;
        }
        let ascii = mail
            .envelope()
            .to()
            .iter()
            .all(|address| address.to_string().is_ascii());
        match connection.send(mail.envelope(), &mail.formatted()).await {
            Ok(_) => Ok(connection),
            Err(error) => Err(refusal(error, ascii)),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let server = (self.config.host.as_str(), self.config.port);
        let name = ClientId::Domain(self.from.email.domain().to_owned());
        let wrapped = self
            .tls
            .clone()
            .filter(|_| self.config.tls == EmailTls::Tls);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(self.config.timeout),
            &name,
            wrapped,
            None,
        )
        .await?;
        if let (EmailTls::Starttls, Some(tls)) = (self.config.tls, &self.tls) {
            connection.starttls(tls.clone(), &name).await?;
        }
        Ok(connection)
    }
}

/// Sorts what went wrong while the mail was handed over. Only an answer of the 5xx kind is final, and an address that this server
/// has no way to write; a connection that broke behind DATA leaves open whether the mail was taken.
fn refusal(error: Error, ascii: bool) -> NotifyError {
    let login_wanted = error.status().is_some_and(|code| code.to_string() == "530");
    if login_wanted {
        NotifyError::MailLogin(error)
    } else if error.is_permanent() || (error.is_client() && !ascii) {
        NotifyError::MailRefused(error)
    } else {
        NotifyError::MailDelayed(error)
    }
}
