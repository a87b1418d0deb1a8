use serde_json::json;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
    move |wanted| pairs.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
}

fn arguments(value: serde_json::Value) -> Arguments {
    Arguments::from_json(&value).unwrap()
}

#[test]
fn what_a_log_in_gave_goes_with_the_client_wherever_that_is_named() {
    let env = &[("GENESYSCLOUD_OAUTHCLIENT_ID", "e1"), ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "es")][..];
    let came = json!({"region": "use1", "code": "c", "redirect_uri": "http://localhost/", "code_verifier": "v"});
    assert_eq!(outcome(came.clone(), &env[..1], None, None), "mypurecloud.com e1 - pkce");
    assert_eq!(outcome(came.clone(), env, None, None), "mypurecloud.com e1 es pkce");
    let mut public = came;
    public["grant"] = json!("pkce");
    assert_eq!(outcome(public, env, None, None), "mypurecloud.com e1 - pkce", "without the secret that lies about");
    let refresh = json!({"region": "use1", "refresh_token": "r"});
    assert_eq!(outcome(refresh, env, None, None), "mypurecloud.com e1 es refresh");
    let stored = json!({"region": "use1", "grant": "pkce"});
    assert_eq!(outcome(stored, env, None, None), "mypurecloud.com e1 - stored");
    let unproved = json!({"region": "use1", "grant": "pkce", "code": "c", "redirect_uri": "http://localhost/"});
    assert_eq!(outcome(unproved, env, None, None), "config.credentials", "PKCE needs its verifier");
}

/// `domain id secret`, or `domain token`, or the error's code.
fn outcome(given: serde_json::Value, env: &[(&str, &str)], own: Option<&str>, gc: Option<&str>) -> String {
    let files = Files::new(own.map(str::to_owned), gc.map(str::to_owned));
    match resolve(arguments(given), &environment(env), &files) {
        Err(error) => error.kind.code().to_owned(),
        Ok(config) => {
            let place = config.region.domain.map_or_else(|| config.region.api_url(""), str::to_owned);
            match config.credentials {
                Credentials::Client(Client { id, secret, form, grant, .. }) => {
                    let secret = secret.map_or_else(|| "-".to_owned(), |secret| secret.expose().to_owned());
                    let grant = match grant {
                        Grant::ClientCredentials => "",
                        Grant::Code { verifier: Some(_), .. } => " pkce",
                        Grant::Code { .. } => " code",
                        Grant::Refresh(_) => " refresh",
                        Grant::Saml { .. } => " saml",
                        Grant::Stored => " stored",
                    };
                    format!("{place} {id} {secret}{}{grant}", if form { " form" } else { "" })
                }
                Credentials::Token(token) => format!("{place} {}", token.expose()),
            }
        }
    }
}

const OWN: &str = "[default]\nregion = 'eu_west_1'\nclient_id = 'p1'\nclient_secret = 's1'\n[prod]\nregion = 'us-west-2'\nclient_id = 'p2'\nclient_secret = 's2'\ntimeout_ms = 5\n";
const GC: &str = "[DEFAULT]\nclient_credentials = 'g1'\nclient_secret = 't1'\nenvironment = 'mypurecloud.de'\ngrant_type = '1'\naccess_token = ''\n[web]\nclient_credentials = 'g2'\naccess_token = 'tok'\nenvironment = 'eu-west-2'\n";

#[test]
fn precedence() {
    let peg = [
        ("GENESYSCLOUD_OAUTHCLIENT_ID", "e1"),
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "x1"),
        ("GENESYSCLOUD_REGION", "usw2.pure.cloud"),
    ];
    let old = [
        ("GENESYS_CLIENT_ID", "e2"),
        ("GENESYS_CLIENT_SECRET", "x2"),
        ("GENESYS_ENV_URL", "https://api.mypurecloud.jp"),
        ("GENESYS_REGION", "us-east-1"),
    ];
    let all: Vec<_> = peg.into_iter().chain(old).chain([("GENESYSCLOUD_ACCESS_TOKEN", "tk")]).collect();
    let with = |more: &[(&'static str, &'static str)]| peg.into_iter().chain(more.iter().copied()).collect::<Vec<_>>();
    let pair = json!({"client_id": "a", "client_secret": "b"});
    #[rustfmt::skip]
    let table = [
        (json!({"region": "use1", "client_id": "a", "client_secret": "b"}), &all[..], Some(OWN), Some(GC), "mypurecloud.com a b"),
        (json!({"client_auth": "form"}), &all[..], Some(OWN), Some(GC), "usw2.pure.cloud e1 x1 form"),
        (json!({"region": "use1"}), &all[..], Some(OWN), Some(GC), "mypurecloud.com e1 x1"),
        (pair.clone(), &all[..], None, None, "usw2.pure.cloud a b"),
        (json!({"token": "t"}), &all[..], None, None, "usw2.pure.cloud t"),
        (json!({}), &old[..], Some(OWN), Some(GC), "mypurecloud.jp e2 x2"),
        (json!({}), &[old[3], ("GENESYSCLOUD_ACCESS_TOKEN", "tk")][..], Some(OWN), None, "mypurecloud.com tk"),
        (json!({}), &[][..], Some(OWN), Some(GC), "mypurecloud.ie p1 s1"),
        (json!({}), &[][..], None, Some(GC), "mypurecloud.de g1 t1"),
        (json!({}), &[("PEGCOUNT_PROFILE", "prod")][..], Some(OWN), Some(GC), "usw2.pure.cloud p2 s2"),
        (json!({"profile": "prod"}), &all[..], Some(OWN), Some(GC), "usw2.pure.cloud p2 s2"),
        (json!({"profile": "web"}), &[][..], Some(OWN), Some(GC), "euw2.pure.cloud tok"),
        (json!({"profile": "prodd"}), &[][..], Some(OWN), Some(GC), "config.profile"),
        (json!({}), &with(&[("PEGCOUNT_API_URL", "http://127.0.0.1:9")]), None, None, "http://127.0.0.1:9 e1 x1"),
        (json!({}), &[][..], None, None, "config.region"),
        (json!({"region": "use1"}), &[][..], None, None, "config.credentials"),
        (pair, &[][..], None, None, "config.region"),
        (json!({"region": "use1", "client_id": "a"}), &all[..], None, None, "config.credentials"),
        (json!({"region": "use1"}), &[("GENESYS_CLIENT_SECRET", "x")][..], Some(OWN), None, "config.credentials"),
        (json!({"region": "use1", "client_id": "a", "client_secret": "b", "token": "c"}), &[][..], None, None, "config.credentials"),
        (json!({}), &[("GENESYSCLOUD_OAUTHCLIENT_ID", "")][..], Some(OWN), None, "mypurecloud.ie p1 s1"),
        (json!({}), &[][..], Some("[default\n"), None, "config.profile"),
        (json!({}), &[][..], Some("[default]\nregoin = 'x'"), None, "config.profile"),
        (json!({}), &[][..], Some("[default]\nprofile = 'x'"), None, "config.profile"),
        (json!({}), &[][..], None, Some("[default]\ngateway_host = 'x'"), "config.profile"),
        (json!({"client_auth": "post"}), &all[..], None, None, "config.value"),
        (json!({"timeout_ms": 0}), &all[..], None, None, "config.value"),
        (json!({"pace": 0}), &all[..], None, None, "config.value"),
        (json!({"user_agent": "a\r\nX: y"}), &all[..], None, None, "config.value"),
    ];
    for (given, env, own, gc, expected) in table {
        assert_eq!(outcome(given.clone(), env, own, gc), expected, "{given} {env:?}");
    }
}

#[test]
fn a_broken_secret_is_named_and_never_shown() {
    for (secret, rule) in [
        ("hunter2\n", "ends with a line break"),
        ("hunter2\r\n", "ends with a line break"),
        (" hunter2", "begins with a blank"),
        ("hunter2 ", "ends with a blank"),
        ("\nhunter2", "begins with a line break"),
        ("hun\u{0}ter2", "control character"),
        ("hun ter2", "holds a blank"),
        ("\"hunter2\"", "quotation marks"),
        ("hüunter2", "not ASCII"),
        ("", "is empty"),
    ] {
        let given = arguments(json!({"region": "use1", "client_id": "id", "client_secret": secret}));
        let error = resolve(given, &|_| None, &Files::default()).expect_err(rule);
        assert_eq!(error.kind, ErrorKind::ConfigCredentials);
        assert!(error.message.contains(rule) && error.message.contains("argument `client_secret`"), "{error}");
        assert!(!format!("{error:?}").contains("unter2"), "{error:?}");
    }
    let env =
        environment(&[("GENESYS_CLIENT_ID", "id"), ("GENESYS_CLIENT_SECRET", "hunter2\n"), ("GENESYS_REGION", "use1")]);
    let error = resolve(Arguments::default(), &env, &Files::default()).expect_err("line break");
    assert!(error.message.contains("GENESYS_CLIENT_SECRET"), "{error}");
    for text in [
        "[default]\nclient_secret = 'hunter2",
        "[default]\nclient_secret = hunter2",
        "[default]\nclient_secret = ['hunter2']",
    ] {
        let error = resolve(Arguments::default(), &|_| None, &Files::new(Some(text.to_owned()), None)).expect_err(text);
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[test]
fn arguments_say_what_they_do_not_know() {
    for (value, near) in [
        (json!({"clientid": "x"}), "client_id"),
        (json!({"time_out_ms": 1}), "timeout_ms"),
        (json!({"secret": "x"}), ""),
    ] {
        let error = Arguments::from_json(&value).expect_err("unknown");
        assert_eq!(error.kind, ErrorKind::ConfigValue);
        assert_eq!(error.explanation.nearest.first().map_or("", String::as_str), near, "{value}");
    }
    assert!(Arguments::from_json(&json!({"pace": "fast"})).is_err());
    assert!(Arguments::from_json(&json!({"client_secret": null, "pace": null})).is_ok());
}

#[test]
fn a_browser_takes_a_token_and_no_secret() {
    let resolved = |more: serde_json::Value| {
        let mut given = json!({"region": "use1", "browser": true});
        given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        resolve(arguments(given), &|_| None, &Files::default())
    };
    assert!(resolved(json!({"token": "t"})).is_ok());
    assert!(resolved(json!({"client_id": "id", "client_secret": "s", "browser": false})).is_ok());
    let error = resolved(json!({"client_id": "id", "client_secret": "s"})).expect_err("a secret in a page");
    assert_eq!(error.kind, ErrorKind::ConfigCredentials);
    assert!(error.explanation.evidence.iter().any(|line| line.contains("whoever opens the page")), "{error}");
}

#[test]
fn a_token_key_tells_login_hosts_and_clients_apart() {
    let key = |login: &str, id: &str| {
        let region = Region::from_urls(Some("https://api.corp.example"), Some(login)).unwrap();
        let credentials = Credentials::Client(Client::credentials(id, Secret::new("s")));
        Config::new(region, credentials).token_key().unwrap()
    };
    let one = key("https://login.corp.example", "abc");
    assert_eq!(one, key("https://login.corp.example/", "abc"));
    assert!(one.starts_with("login.corp.example-abc-"), "{one}");
    let others = [
        key("https://login.corp.example", "abd"),
        key("https://login.corp.example/x", "abc"),
        key("https://login.corp.example:8443", "abc"),
        key("https://login.corp.example", "ab/c"),
        key("https://login.corp.example", "ab_c"),
    ];
    for (place, other) in others.iter().enumerate() {
        assert_ne!(&one, other);
        assert!(other.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')), "{other}");
        assert!(others.iter().skip(place + 1).all(|later| later != other));
    }
    let token = Config::new(Region::parse("use1").unwrap(), Credentials::Token(Secret::new("t")));
    assert_eq!(token.token_key(), None);
}
