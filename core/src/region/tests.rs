use super::*;

fn domain(text: &str) -> Option<&'static str> {
    Region::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).domain
}

#[test]
fn every_region_is_known_in_every_spelling() {
    assert_eq!(PLACES.len(), 18);
    for place in PLACES {
        let spellings = [
            place.name.to_owned(),
            place.name.replace('-', "_"),
            place.name.replace('-', " ").to_uppercase(),
            place.short.to_owned(),
            place.title.to_owned(),
            format!("PureCloudRegionHosts.{}", place.name.replace('-', "_")),
            place.domain.to_owned(),
            place.domain.to_uppercase(),
            format!(" {}. ", place.domain),
            format!("{}/", place.domain),
            format!("api.{}", place.domain),
            format!("login.{}", place.domain),
            format!("apps.{}/directory/#/admin", place.domain),
            format!("https://apps.{}/directory/#/", place.domain),
            format!("https://apps.{}?lang=de#/splash", place.domain),
            format!("apps.{}#/splash", place.domain),
            format!("api.{}:443", place.domain),
            format!("https://api.{}:443/api/v2/?x=1", place.domain),
            format!("https://{}", place.domain),
            format!("https://api.{}", place.domain),
            format!("https://api.{}/api/v2/", place.domain),
            format!("https://login.{}/oauth/token", place.domain),
            format!("\"https://apps.{}/\"\n", place.domain),
        ];
        for text in spellings {
            let region = Region::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(region.domain, Some(place.domain), "{text}");
            assert_eq!(region.token_url(), format!("https://login.{}/oauth/token", place.domain), "{text}");
            assert_eq!(region.api_url("/api/v2/users/me"), format!("https://api.{}/api/v2/users/me", place.domain));
        }
        for word in place.also {
            assert_eq!(domain(word), Some(place.domain), "{word}");
        }
    }
}

#[test]
fn words_of_people() {
    for (text, expected) in [
        ("US East", "mypurecloud.com"),
        ("Frankfurt", "mypurecloud.de"),
        ("EMEA (Dublin)", "mypurecloud.ie"),
        ("Americas (São Paulo)", "sae1.pure.cloud"),
        ("Americas (Mexico)", "mxc1.pure.cloud"),
        ("use1.pure.cloud", "mypurecloud.com"),
        ("https://apps.euw1.pure.cloud/directory/#/", "mypurecloud.ie"),
        ("purecloudregionhosts.US_WEST_2", "usw2.pure.cloud"),
    ] {
        assert_eq!(domain(text), Some(expected), "{text}");
    }
}

#[test]
fn what_is_no_region_is_refused() {
    for (text, kind) in [
        ("", ErrorKind::ConfigRegion),
        ("   ", ErrorKind::ConfigRegion),
        ("mars-1", ErrorKind::ConfigRegion),
        ("us.genesys.cloud", ErrorKind::ConfigRegion),
        ("mypurecloud.ie.example.com", ErrorKind::ConfigRegion),
        ("evilmypurecloud.ie", ErrorKind::ConfigRegion),
        ("https://login.mypurecloud.ie:8443", ErrorKind::ConfigRegion),
        ("https://gateway.example.com", ErrorKind::ConfigRegion),
        ("http://api.mypurecloud.ie", ErrorKind::ConfigValue),
        ("http://192.168.1.1", ErrorKind::ConfigValue),
        ("http://127.0.0.1.example.com", ErrorKind::ConfigValue),
        ("http://127.0.0.01", ErrorKind::ConfigValue),
        ("http://0127.0.0.1", ErrorKind::ConfigValue),
        ("http://127.0.1", ErrorKind::ConfigValue),
        ("http://128.0.0.1", ErrorKind::ConfigValue),
        ("http://[::2]", ErrorKind::ConfigValue),
        ("https://user:pw@api.mypurecloud.ie", ErrorKind::ConfigValue),
        ("http://127.0.0.1:1/?x=1", ErrorKind::ConfigValue),
        ("http://127.0.0.1:1/#x", ErrorKind::ConfigValue),
        ("https://api.mypurecloud.ie:8443/#x", ErrorKind::ConfigValue),
        ("https://example.com/#https://api.mypurecloud.ie", ErrorKind::ConfigValue),
        ("https://example.com?@api.mypurecloud.ie", ErrorKind::ConfigValue),
        ("api.mypurecloud.ie:8443", ErrorKind::ConfigRegion),
        ("use2.pure.cloud", ErrorKind::ConfigRegion),
        ("use1.us-gov-pure.cloud", ErrorKind::ConfigRegion),
        ("https://api.mypurecloud.іe", ErrorKind::ConfigValue),
        ("api.mypurecloud.іe", ErrorKind::ConfigValue),
        ("ftp://api.mypurecloud.ie", ErrorKind::ConfigValue),
        ("https://", ErrorKind::ConfigValue),
        ("https://API%C3%A9.example", ErrorKind::ConfigValue),
        ("https://api.mypurecloud.ie\\x", ErrorKind::ConfigValue),
        ("https://api.mypure\ncloud.ie", ErrorKind::ConfigValue),
        ("https://XN--A.Example", ErrorKind::ConfigRegion),
    ] {
        let error = Region::parse(text).expect_err(text);
        assert_eq!(error.kind, kind, "{text}: {error}");
        assert!(!error.explanation.to_string().contains("pw"), "{error}");
    }
}

#[test]
fn inventions_are_told() {
    for text in ["us.genesys.cloud", "https://example.genesyscloud.com/oauth/token", "mygen.com", "login.mygen.com"] {
        let error = Region::parse(text).expect_err(text);
        assert!(error.explanation.belief.is_some(), "{text}");
    }
    let error = Region::parse("https://acme.mypurecloud.de").expect_err("an organisation's host");
    assert_eq!(error.explanation.nearest, ["mypurecloud.de"]);
}

#[test]
fn the_nearest_region_is_offered() {
    for (text, near) in
        [("eu-west1", "eu-west-1"), ("mypurecloud.i", "mypurecloud.ie"), ("api.usw2.purecloud", "usw2.pure.cloud")]
    {
        let error = Region::parse(text).expect_err(text);
        assert_eq!(error.explanation.nearest.first().map(String::as_str), Some(near), "{text}");
    }
}

#[test]
fn a_sandbox_is_loopback() {
    for text in
        ["http://127.0.0.1:41234", "http://127.8.9.1:1", "http://[::1]:8080/", "localhost:8080", "http://localhost"]
    {
        let region = Region::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((region.domain, &region.login), (None, &region.api), "{text}");
    }
    assert_eq!(Region::parse("127.0.0.1:41234").unwrap().token_url(), "http://127.0.0.1:41234/oauth/token");
}

/// `api_url`, `login_url`; an API URL and the token URL that follow, or a refusal.
type Row<'a> = (Option<&'a str>, Option<&'a str>, Option<(&'a str, &'a str)>);

#[test]
fn gateways_have_two_urls() {
    #[rustfmt::skip]
    let table: &[Row<'_>] = &[
        (Some("https://gw.example.com/gc-api/"), Some("https://gw.example.com/gc-login"), Some(("https://gw.example.com/gc-api/api/v2/x", "https://gw.example.com/gc-login/oauth/token"))),
        (Some("https://gw.example.com/gc/api/v2"), Some("https://gw.example.com/l/oauth/token"), Some(("https://gw.example.com/gc/api/v2/x", "https://gw.example.com/l/oauth/token"))),
        (Some("https://api.corp.example"), None, Some(("https://api.corp.example/api/v2/x", "https://login.corp.example/oauth/token"))),
        (None, Some("https://login.corp.example"), Some(("https://api.corp.example/api/v2/x", "https://login.corp.example/oauth/token"))),
        (Some("http://127.0.0.1:9"), None, Some(("http://127.0.0.1:9/api/v2/x", "http://127.0.0.1:9/oauth/token"))),
        (None, Some("https://mypurecloud.jp"), Some(("https://api.mypurecloud.jp/api/v2/x", "https://login.mypurecloud.jp/oauth/token"))),
        (Some("HTTPS://GW.Example.com:443/gc"), Some("https://gw.example.com:8443"), Some(("https://gw.example.com/gc/api/v2/x", "https://gw.example.com:8443/oauth/token"))),
        (Some("https://api.corp.example:8443/gc"), None, Some(("https://api.corp.example:8443/gc/api/v2/x", "https://login.corp.example:8443/gc/oauth/token"))),
        (Some("http://[::1]:80"), None, Some(("http://[::1]/api/v2/x", "http://[::1]/oauth/token"))),
        (Some("https://gw.example.com:99999"), Some("https://gw.example.com"), None),
        (Some("https://gw.example.com/a/../b"), Some("https://gw.example.com"), None),
        (Some("https://gw example.com"), Some("https://gw.example.com"), None),
        (Some("https://gw.example.com"), None, None),
        (Some("http://gw.example.com"), Some("https://gw.example.com"), None),
        (None, None, None),
    ];
    for (api, login, expected) in table {
        let region = Region::from_urls(*api, *login);
        match (region, expected) {
            (Ok(region), Some((api_url, token_url))) => {
                assert_eq!((region.api_url("/api/v2/x").as_str(), region.token_url().as_str()), (*api_url, *token_url));
            }
            (Err(error), None) => assert_eq!(error.kind, ErrorKind::ConfigValue, "{error}"),
            (other, _) => panic!("{api:?} {login:?}: {other:?}"),
        }
    }
}
