//! What is read, from where, what wins, and what is told about mistakes.

use std::{fs, path::Path};

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::{environment::variable, *};

const NO_FILE: &str = "/nonexistent/momentum.toml";

struct Given<'a> {
    file: &'a str,
    environment: Environment,
    flags: &'a [&'a str],
}

impl Given<'_> {
    fn load(&self) -> Result<Effective, ConfigError> {
        let folder = TempDir::new().expect("folder");
        let path = folder.path().join("momentum.toml");
        fs::write(&path, self.file).expect("file");
        let settings = self.flags.iter().map(|flag| (*flag).to_owned()).collect();
        let flags = ConfigFlags { config: Some(path), settings, ..ConfigFlags::default() };
        load(&flags, &self.environment)
    }

    /// The message, with the folder that changes with each run taken out.
    fn refused(&self) -> String {
        let message = self.load().expect_err("refused").to_string();
        match message.find("/momentum.toml") {
            Some(at) => message[at + 1..].to_owned(),
            None => message,
        }
    }
}

fn file(file: &str) -> Given<'_> {
    Given { file, environment: Environment::default(), flags: &[] }
}

fn environment<const N: usize>(variables: [(&str, &str); N]) -> Given<'static> {
    Given { file: "", environment: variables.into(), flags: &[] }
}

fn defaults() -> Effective {
    load_with_default_file(&ConfigFlags::default(), &Environment::default(), Path::new(NO_FILE)).expect("defaults")
}

#[test]
fn the_sample_has_every_setting_and_its_default() {
    // Deserialising knows neither defaults nor unknown fields, so this fails on a setting too many or too few.
    let config = defaults().config;
    assert_eq!((config.shards, config.server.listen.port(), config.bus.keep), (4, 8080, 100_000));
    assert!(config.database.url.is_none() && config.vault.master_key.is_none() && config.data.tools.is_none());
}

#[test]
fn the_sample_used_as_file_changes_nothing() {
    let sample = include_str!("../../../../momentum.example.toml");
    assert_eq!(format!("{:?}", file(sample).load().expect("sample").config), format!("{:?}", defaults().config));
}

#[test]
fn every_setting_is_explained_in_the_sample_and_names_its_variable_in_the_code() {
    let code = include_str!("sections.rs");
    let sample = include_str!("../../../../momentum.example.toml");
    for key in Settings::defaults().keys() {
        let variable = variable(key);
        assert!(code.contains(&format!("/// `{variable}`")), "{variable}");
        let name = key.rsplit('.').next().expect("name");
        let lines: Vec<&str> = sample.lines().collect();
        let explained =
            lines.windows(2).any(|pair| pair[0].starts_with('#') && pair[1].starts_with(&format!("{name} = ")));
        assert!(explained, "{key}");
    }
}

#[test]
fn flags_win_over_the_environment_over_the_file_over_defaults() {
    let port = |file: &str, variables: &[(&str, &str)], flags: &[&str]| {
        let environment = match variables {
            [] => Environment::default(),
            [one] => Environment::from([*one]),
            _ => unreachable!(),
        };
        Given { file, environment, flags }.load().expect("good").config.server.listen.port()
    };
    let file = "[server]\nlisten = '127.0.0.1:1'";
    let variable = &[("MOMENTUM_SERVER__LISTEN", "127.0.0.1:2")];
    assert_eq!(port("", &[], &[]), 8080);
    assert_eq!(port(file, &[], &[]), 1);
    assert_eq!(port(file, variable, &[]), 2);
    assert_eq!(port(file, variable, &["server.listen=127.0.0.1:3"]), 3);
}

#[test]
fn common_names_are_honoured_and_own_names_win() {
    let variables = [("DATABASE_URL", "postgres://common"), ("RUST_LOG", "debug"), ("NO_COLOR", "1"), ("OTHER", "x")];
    let config = environment(variables).load().expect("good").config;
    assert_eq!((config.log.level.as_str(), config.log.color), ("debug", Color::Never));
    assert_eq!(config.database.url.expect("set").expose_secret(), "postgres://common");
    let both = [("DATABASE_URL", "postgres://common"), ("MOMENTUM_DATABASE__URL", "postgres://own")];
    let config = environment(both).load().expect("good").config;
    assert_eq!(config.database.url.expect("set").expose_secret(), "postgres://own");
}

#[test]
fn an_empty_variable_is_not_set() {
    let config = environment([("MOMENTUM_BUS__KEEP", ""), ("DATABASE_URL", "")]).load().expect("good").config;
    assert_eq!((config.bus.keep, config.database.url.is_none()), (100_000, true));
}

#[test]
fn unknown_settings_are_told_with_the_nearest_known() {
    assert_eq!(
        file("[server]\nlisten_on = 'x'").refused(),
        "momentum.toml: there is no setting server.listen_on; did you mean server.listen?"
    );
    assert_eq!(
        environment([("MOMENTUM_SERVER_LISTEN", "x")]).refused(),
        "the environment: there is no setting MOMENTUM_SERVER_LISTEN; did you mean MOMENTUM_SERVER__LISTEN?"
    );
    let flags = &["log.levle=debug"];
    let refused = Given { file: "", environment: Environment::default(), flags }.refused();
    assert_eq!(refused, "--set: there is no setting log.levle; did you mean log.level?");
}

#[test]
fn wrong_values_are_told_with_their_place() {
    assert_eq!(file("shards = 'four'").refused(), "momentum.toml): it must be a whole number, not a text");
    assert_eq!(
        environment([("MOMENTUM_BUS__KEEP", "many")]).refused(),
        "bus.keep (MOMENTUM_BUS__KEEP): it must be a whole number"
    );
    assert_eq!(
        environment([("MOMENTUM_SERVER__LISTEN", "8080")]).refused(),
        "server.listen (MOMENTUM_SERVER__LISTEN): invalid socket address syntax"
    );
    assert_eq!(environment([("MOMENTUM_SHARDS", "0")]).refused(), "shards (MOMENTUM_SHARDS): it must be from 1 to 256");
    let proxies = environment([("MOMENTUM_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, here")]).refused();
    assert!(proxies.contains("MOMENTUM_SERVER__TRUSTED_PROXIES") && proxies.contains("\"here\""), "{proxies}");
    assert!(environment([("MOMENTUM_BUS__KEEP", "-1")]).refused().starts_with("bus.keep (MOMENTUM_BUS__KEEP)"));
    assert!(environment([("MOMENTUM_LOG__FORMAT", "xml")]).refused().contains("`json`"));
    assert!(environment([("RUST_LOG", "info,=debug=")]).refused().starts_with("log.level (RUST_LOG)"));
    for silencing in ["loud", "inf", "sqlx=debug,info,sqlx"] {
        let refused = environment([("RUST_LOG", silencing)]).refused();
        assert!(refused.starts_with("log.level (RUST_LOG): \"") && refused.contains("is not one of off"), "{refused}");
    }
    for good in ["WARN", "off", "info,sqlx=debug", "sqlx=debug", "info,[request{route}]=debug"] {
        assert_eq!(environment([("RUST_LOG", good)]).load().expect(good).config.log.level, good);
    }
}

#[test]
fn lists_are_separated_by_commas() {
    let config = environment([("MOMENTUM_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1,")]).load().expect("good").config;
    assert_eq!(config.server.trusted_proxies.len(), 2);
}

#[test]
fn outside_of_loopback_the_public_address_must_be_set_and_registration_is_closed() {
    let everywhere = ("MOMENTUM_SERVER__LISTEN", "0.0.0.0:8080");
    assert!(environment([everywhere]).refused().starts_with("server.public_url (default): it must be set"));
    let config = environment([everywhere, ("MOMENTUM_PUBLIC_URL", "https://m.example/")]).load().expect("good").config;
    assert!(!config.server.is_registration_open());
    assert_eq!(config.server.public_url_at(config.server.listen).as_str(), "https://m.example");

    let loopback = defaults().config.server;
    assert!(loopback.is_registration_open());
    for (name, value, is_open) in [
        ("MOMENTUM_PUBLIC_URL", "https://m.example", false),
        ("MOMENTUM_PUBLIC_URL", "http://localhost:9000", true),
        ("MOMENTUM_PUBLIC_URL", "http://[::1]:9000", true),
        ("MOMENTUM_SERVER__TRUSTED_PROXIES", "127.0.0.1", false),
    ] {
        let config = environment([(name, value)]).load().expect("good").config;
        assert_eq!(config.server.is_registration_open(), is_open, "strangers come through a proxy: {name}={value}");
    }
    assert_eq!(loopback.public_url_at("127.0.0.1:4000".parse().expect("address")).as_str(), "http://localhost:4000");
    assert_eq!(loopback.public_url_at("[::1]:4000".parse().expect("address")).as_str(), "http://[::1]:4000");
}

#[test]
fn a_secret_may_stand_in_a_file_of_its_own() {
    let folder = TempDir::new().expect("folder");
    let path = folder.path().join("url");
    fs::write(&path, "postgres://from-file\n").expect("secret");
    let path = path.to_str().expect("UTF-8");
    let by_variable = environment([("MOMENTUM_DATABASE__URL_FILE", path)]).load().expect("good").config;
    assert_eq!(by_variable.database.url.expect("set").expose_secret(), "postgres://from-file");
    let by_file = file(&format!("[database]\nurl_file = '{path}'")).load().expect("good").config;
    assert_eq!(by_file.database.url.expect("set").expose_secret(), "postgres://from-file");

    let twice = environment([("MOMENTUM_DATABASE__URL_FILE", path), ("MOMENTUM_DATABASE__URL", "x")]).refused();
    assert!(twice.starts_with("database.url is set twice"), "{twice}");
    let missing = environment([("MOMENTUM_VAULT__MASTER_KEY_FILE", "/nonexistent/key")]).refused();
    assert!(missing.starts_with("/nonexistent/key: "), "{missing}");
    assert!(environment([("MOMENTUM_LOG__LEVEL_FILE", path)]).refused().contains("no setting"), "only secrets do");
}

#[test]
fn secrets_are_never_shown() {
    let secret =
        [("MOMENTUM_VAULT__INDEX_KEY", "hush"), ("DATABASE_URL", "postgres://u:hush@h/d"), ("NATS_URL", "hush")];
    let effective = environment(secret).load().expect("good");
    let printed = effective.print();
    assert!(!printed.contains("hush") && !format!("{effective:?}").contains("hush"), "{printed}");
    assert!(printed.contains("index_key = \"***\" # MOMENTUM_VAULT__INDEX_KEY"), "{printed}");
    assert!(printed.contains("master_key = \"\" # default"), "{printed}");
    let flags = &["vault.master_key=hush"];
    let refused = Given { file: "", environment: Environment::default(), flags }.refused();
    assert!(refused.contains("is secret and not taken from flags") && !refused.contains("hush"));
}

#[test]
fn what_is_printed_can_be_read_back() {
    let changed = environment([("MOMENTUM_SHARDS", "8"), ("MOMENTUM_SERVER__TRUSTED_PROXIES", "10.0.0.0/8")]);
    let effective = changed.load().expect("good");
    let again = file(&effective.print()).load().expect("good");
    assert_eq!(format!("{:?}", again.config), format!("{:?}", effective.config));
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    assert!(file("shards =").refused().starts_with("momentum.toml: TOML parse error at line 1"));
    let flags = ConfigFlags { config: Some(NO_FILE.into()), ..ConfigFlags::default() };
    assert!(load(&flags, &Environment::default()).expect_err("missing").to_string().starts_with(NO_FILE));
}

#[test]
fn flags_fit_into_a_command() {
    #[derive(clap::Parser)]
    struct Momentum {
        #[command(flatten)]
        flags: ConfigFlags,
    }
    <Momentum as clap::CommandFactory>::command().debug_assert();
    let given = ["momentum", "--listen", "[::1]:9", "--data", "/tmp/x", "--set", "log.level=warn", "--set", "shards=2"];
    let flags = <Momentum as clap::Parser>::parse_from(given).flags;
    let config = load(&flags, &Environment::default()).expect("good").config;
    assert_eq!((config.server.listen.port(), config.data.folder.as_path()), (9, Path::new("/tmp/x")));
    assert_eq!((config.log.level.as_str(), config.shards), ("warn", 2));
}

#[test]
fn a_role_needs_connections_beside_the_one_that_writes() {
    let refused = environment([("MOMENTUM_DATABASE__CONNECTIONS_MAX", "2")]).refused();
    assert!(refused.contains("it must be at least 3"), "{refused}");
    assert!(environment([("MOMENTUM_DATABASE__CONNECTIONS_MAX", "3")]).load().is_ok());
}
