//! A certificate for servers of one test.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;

/// A certificate for servers on loopback that vouches for itself, in files.
#[derive(Debug)]
pub struct Certificate {
    place: TempDir,
}

impl Certificate {
    /// Makes one.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn of_loopback() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder can be made");
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("names");
        let certificate = Self { place };
        fs::write(certificate.path(), cert.pem()).expect("it can be written");
        let mut key = OpenOptions::new();
        let key = key.write(true).create_new(true).mode(0o600).open(certificate.key_path());
        key.and_then(|mut key| key.write_all(signing_key.serialize_pem().as_bytes())).expect("it can be written");
        certificate
    }

    /// The certificate, as PEM.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.file("server.crt")
    }

    /// Its private key, as PEM, for its owner's eyes only.
    #[must_use]
    pub fn key_path(&self) -> PathBuf {
        self.file("server.key")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }
}
