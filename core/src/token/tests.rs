use super::*;
use crate::action::StoreAnswer;
use crate::rng::Rng;

const KEY: &str = "login.mypurecloud.ie abc";

fn keeper(sharing: bool) -> Keeper {
    Keeper::minting(Client::credentials("abc", Secret::new("s")), Some(KEY.into()), sharing, "me".into())
}

fn answer(token: &str, seconds: u64) -> TokenAnswer {
    TokenAnswer { access_token: Secret::new(token), expires_in: Some(seconds), refresh_token: None }
}

fn record(token: &str, obtained_at: i64, expires_at: i64) -> StoreAnswer {
    stored(token, obtained_at, expires_at, None)
}

fn stored(token: &str, obtained_at: i64, expires_at: i64, refresh: Option<&str>) -> StoreAnswer {
    let (access_token, refresh_token) = (token.into(), refresh.map(str::to_owned));
    let record = Record { key: KEY.into(), access_token, obtained_at, expires_at, refresh_token };
    StoreAnswer::Loaded(Some(record.text()))
}

fn op(keeper: &mut Keeper, now: u64) -> StoreOp {
    match keeper.next(now) {
        Some(Order::Store(op)) => op,
        other => panic!("{other:?}"),
    }
}

fn token(keeper: &mut Keeper, now: u64) -> Option<&str> {
    keeper.live(now).map(|live| live.text.expose())
}

fn tell(keeper: &mut Keeper, answer: StoreAnswer, now: u64, wall: i64) -> bool {
    keeper.stored(answer, now, wall, &mut Rng::new(7)).unwrap()
}

#[test]
fn one_log_in_serves_until_its_last_minute() {
    let mut keeper = keeper(false);
    assert!(matches!(keeper.next(0), Some(Order::Mint(_))));
    assert!(keeper.next(0).is_none(), "one log-in at a time");
    keeper.minted(answer("a", 300), 1_000, 0);
    assert_eq!(token(&mut keeper, 1_000), Some("a"));
    assert!(keeper.next(240_999).is_none());
    assert!(matches!(keeper.next(241_000), Some(Order::Mint(_))), "renewed a minute early");
    assert_eq!(token(&mut keeper, 300_999), Some("a"), "the old one serves as long as it lives");
    assert_eq!(token(&mut keeper, 301_000), None);
}

#[test]
fn a_short_life_is_renewed_at_its_half() {
    let mut keeper = keeper(false);
    keeper.next(0);
    keeper.minted(answer("a", 10), 0, 0);
    assert!(keeper.next(4_999).is_none());
    assert!(matches!(keeper.next(5_000), Some(Order::Mint(_))));
}

#[test]
fn a_failed_renewal_waits_and_leaves_the_token() {
    let mut keeper = keeper(false);
    keeper.next(0);
    keeper.minted(answer("a", 300), 0, 0);
    assert!(keeper.next(250_000).is_some());
    keeper.mint_failed(false, 250_000);
    assert_eq!(token(&mut keeper, 250_000), Some("a"));
    assert!(keeper.next(259_999).is_none());
    assert!(matches!(keeper.next(260_000), Some(Order::Mint(_))));
}

#[test]
fn only_the_generation_that_was_used_is_discarded() {
    let mut keeper = keeper(false);
    keeper.next(0);
    keeper.minted(answer("a", 300), 0, 0);
    keeper.discard(1);
    assert_eq!(token(&mut keeper, 0), None);
    keeper.next(0);
    keeper.minted(answer("b", 300), 0, 0);
    keeper.discard(1);
    assert_eq!(token(&mut keeper, 0), Some("b"), "a late refusal of the first token");
}

#[test]
fn a_given_token_is_never_minted() {
    let mut keeper = Keeper::given(Secret::new("t"));
    assert!(keeper.next(u64::MAX).is_none());
    assert_eq!(token(&mut keeper, u64::MAX), Some("t"));
    keeper.discard(0);
    assert_eq!(token(&mut keeper, 0), None);
    assert!(keeper.next(0).is_none());
}

#[test]
fn the_first_process_locks_looks_again_mints_saves_and_unlocks() {
    let mut keeper = keeper(true);
    assert_eq!(op(&mut keeper, 0), StoreOp::Load);
    tell(&mut keeper, StoreAnswer::Loaded(None), 0, 0);
    assert_eq!(op(&mut keeper, 0), StoreOp::Lock { owner: "me".into(), takeover: None });
    tell(&mut keeper, StoreAnswer::Locked, 0, 0);
    assert_eq!(op(&mut keeper, 0), StoreOp::Load);
    tell(&mut keeper, StoreAnswer::Loaded(None), 0, 0);
    assert!(matches!(keeper.next(0), Some(Order::Mint(_))));
    keeper.minted(answer("a", 300), 0, 5_000);
    assert_eq!(token(&mut keeper, 0), Some("a"), "calls need not wait for the saving");
    let StoreOp::Save { record } = op(&mut keeper, 0) else { panic!() };
    let record = Record::read(&record, Some(KEY)).unwrap();
    assert_eq!((record.obtained_at, record.expires_at), (5_000, 305_000));
    tell(&mut keeper, StoreAnswer::Done, 0, 0);
    assert_eq!(op(&mut keeper, 0), StoreOp::Unlock { owner: "me".into() });
    tell(&mut keeper, StoreAnswer::Done, 0, 0);
    assert!(keeper.next(0).is_none());
}

#[test]
fn the_second_process_takes_the_token_of_the_first() {
    let mut keeper = keeper(true);
    op(&mut keeper, 0);
    tell(&mut keeper, StoreAnswer::Loaded(None), 0, 0);
    op(&mut keeper, 0);
    tell(&mut keeper, StoreAnswer::Busy { owner: "first".into() }, 0, 0);
    assert!(keeper.next(50).is_none(), "it sleeps a little");
    assert_eq!(op(&mut keeper, 300), StoreOp::Load);
    assert!(tell(&mut keeper, record("a", 0, 300_000), 300, 0));
    assert_eq!(token(&mut keeper, 300), Some("a"));
    assert!(keeper.next(300).is_none());
}

#[test]
fn a_stale_lock_is_taken_over_after_forty_seconds_of_the_same_owner() {
    let mut keeper = keeper(true);
    let mut now = 0;
    loop {
        match keeper.next(now) {
            Some(Order::Store(StoreOp::Load)) => tell(&mut keeper, StoreAnswer::Loaded(None), now, 0),
            Some(Order::Store(StoreOp::Lock { takeover: None, .. })) => {
                tell(&mut keeper, StoreAnswer::Busy { owner: "dead".into() }, now, 0)
            }
            Some(Order::Store(StoreOp::Lock { takeover: Some(owner), .. })) => {
                assert_eq!(owner, "dead");
                break;
            }
            Some(other) => panic!("{other:?}"),
            None => {
                now += 50;
                false
            }
        };
    }
    assert!((STALE_LOCK..STALE_LOCK + 1_000).contains(&now), "{now}");
    tell(&mut keeper, StoreAnswer::Locked, now, 0);
    assert_eq!(op(&mut keeper, now), StoreOp::Load);
}

#[test]
fn records_that_are_of_no_use() {
    let life = 300_000;
    let useless = [
        ("expired", record("a", 0, life), life),
        ("in its last minute", record("a", 0, life), life - 60_000),
        ("without life", record("a", life, 0), 0),
        ("nonsense", StoreAnswer::Loaded(Some(Secret::new("{"))), 0),
    ];
    for (why, answer, wall) in useless {
        let mut keeper = keeper(true);
        op(&mut keeper, 0);
        assert!(!tell(&mut keeper, answer, 0, wall), "{why}");
        assert!(matches!(op(&mut keeper, 0), StoreOp::Lock { .. }), "{why}");
    }
}

#[test]
fn a_record_written_under_a_clock_that_was_ahead_lives_no_longer_than_its_life() {
    let mut keeper = keeper(true);
    op(&mut keeper, 0);
    assert!(tell(&mut keeper, record("a", 1_000_000_000, 1_000_300_000), 0, 0));
    assert_eq!(token(&mut keeper, 299_999), Some("a"));
    assert_eq!(token(&mut keeper, 300_000), None);
}

#[test]
fn the_refused_token_is_not_taken_from_the_store_again() {
    let mut keeper = keeper(true);
    op(&mut keeper, 0);
    tell(&mut keeper, record("a", 0, 300_000), 0, 0);
    keeper.discard(1);
    assert_eq!(op(&mut keeper, 0), StoreOp::Load);
    assert!(!tell(&mut keeper, record("a", 0, 300_000), 0, 0));
    assert!(matches!(op(&mut keeper, 0), StoreOp::Lock { .. }));
}

#[test]
fn a_store_that_fails_means_no_sharing() {
    let mut keeper = keeper(true);
    op(&mut keeper, 0);
    let told = keeper.stored(StoreAnswer::Failed("read-only".into()), 0, 0, &mut Rng::new(1));
    assert_eq!(told, Err("read-only".into()));
    assert!(matches!(keeper.next(0), Some(Order::Mint(_))));
}

#[test]
fn who_held_the_lock_at_an_earlier_log_in_says_nothing_of_this_one() {
    let mut keeper = keeper(true);
    let busy = || StoreAnswer::Busy { owner: "other".into() };
    op(&mut keeper, 0);
    tell(&mut keeper, StoreAnswer::Loaded(None), 0, 0);
    op(&mut keeper, 0);
    tell(&mut keeper, busy(), 0, 0);
    op(&mut keeper, 1_000);
    assert!(tell(&mut keeper, record("a", 0, 300_000), 1_000, 1_000), "the other logged in");
    // The next time it is the other's turn again, which has just begun.
    op(&mut keeper, 290_000);
    tell(&mut keeper, record("a", 0, 300_000), 290_000, 290_000);
    op(&mut keeper, 290_000);
    tell(&mut keeper, busy(), 290_000, 290_000);
    op(&mut keeper, 291_000);
    tell(&mut keeper, record("a", 0, 300_000), 291_000, 291_000);
    assert!(matches!(op(&mut keeper, 291_000), StoreOp::Lock { takeover: None, .. }));
    tell(&mut keeper, busy(), 291_000, 291_000);
    assert!(matches!(op(&mut keeper, 292_000), StoreOp::Load), "it waits and breaks nothing");
}

#[test]
fn a_lock_that_is_held_anew_is_not_the_one_that_was_held_before() {
    let mut keeper = keeper(true);
    let mut held = Vec::new();
    for now in [0, 300_000] {
        op(&mut keeper, now);
        tell(&mut keeper, StoreAnswer::Loaded(None), now, 0);
        let StoreOp::Lock { owner, .. } = op(&mut keeper, now) else { panic!() };
        tell(&mut keeper, StoreAnswer::Locked, now, 0);
        op(&mut keeper, now);
        tell(&mut keeper, StoreAnswer::Loaded(None), now, 0);
        keeper.next(now);
        keeper.minted(answer("a", 300), now, 0);
        op(&mut keeper, now);
        tell(&mut keeper, StoreAnswer::Done, now, 0);
        assert_eq!(op(&mut keeper, now), StoreOp::Unlock { owner: owner.clone() });
        tell(&mut keeper, StoreAnswer::Done, now, 0);
        held.push(owner);
    }
    assert_ne!(held[0], held[1]);
}

#[test]
fn whatever_a_log_in_is_asked_with_is_a_secret() {
    let word = || Secret::new("word");
    let code = Grant::Code { code: word(), redirect_uri: "http://127.0.0.1/".into(), verifier: Some(word()) };
    let saml = Grant::Saml { org: "acme".into(), assertion: word() };
    for (grant, known) in [(code, 3), (saml, 2), (Grant::Refresh(word()), 2), (Grant::ClientCredentials, 1)] {
        let client = Client { grant, ..Client::credentials("abc", word()) };
        let keeper = Keeper::minting(client, None, false, "me".into());
        assert_eq!(keeper.secrets().filter(|secret| secret.expose() == "word").count(), known);
    }
}

#[test]
fn a_provider_names_the_client_that_is_configured_or_the_first_one() {
    let told = |configured: &str, id: Option<&str>| {
        let client = Client { secret: None, provider: true, ..Client::credentials(configured, Secret::new("")) };
        let mut keeper = Keeper::minting(client, None, false, "me".into());
        assert!(matches!(keeper.next(0), Some(Order::Provide)));
        keeper.provided(Ok(Provided { id: id.map(str::to_owned), secret: Secret::new("s") }))?;
        assert!(matches!(keeper.next(0), Some(Order::Mint(_))));
        Ok::<_, String>(keeper.client().unwrap().id.clone())
    };
    assert_eq!(told("", Some("abc")).as_deref(), Ok("abc"));
    assert_eq!(told("abc", Some("abc")).as_deref(), Ok("abc"));
    assert_eq!(told("abc", None).as_deref(), Ok("abc"));
    assert!(told("abc", Some("xyz")).unwrap_err().contains("another client id"));
    assert!(told("", None).unwrap_err().contains("no client id"));
}

#[test]
fn another_who_holds_the_lock_has_its_own_forty_seconds() {
    let mut keeper = keeper(true);
    let mut taken = None;
    for now in (0..200_000).step_by(500) {
        match keeper.next(now) {
            Some(Order::Store(StoreOp::Load)) => tell(&mut keeper, StoreAnswer::Loaded(None), now, 0),
            Some(Order::Store(StoreOp::Lock { takeover: None, .. })) => {
                let owner = if now < 30_000 { "first" } else { "second" };
                tell(&mut keeper, StoreAnswer::Busy { owner: owner.into() }, now, 0)
            }
            Some(Order::Store(StoreOp::Lock { takeover, .. })) => {
                taken = takeover.map(|owner| (owner, now));
                break;
            }
            other => {
                assert!(other.is_none(), "{other:?}");
                false
            }
        };
    }
    let (owner, at) = taken.unwrap();
    assert!(owner == "second" && (30_000 + STALE_LOCK..32_000 + STALE_LOCK).contains(&at), "{owner} at {at}");
}

#[test]
fn a_short_life_is_shared_for_its_first_half() {
    for (wall, is_good) in [(4_000, true), (5_000, false)] {
        let mut keeper = keeper(true);
        op(&mut keeper, 0);
        assert_eq!(tell(&mut keeper, record("a", 0, 10_000), 0, wall), is_good, "{wall}");
    }
}

#[test]
fn after_a_fork_the_lock_is_asked_for_under_another_name() {
    let mut keeper = keeper(true);
    keeper.rename("child".into());
    op(&mut keeper, 0);
    tell(&mut keeper, StoreAnswer::Loaded(None), 0, 0);
    assert_eq!(op(&mut keeper, 0), StoreOp::Lock { owner: "child".into(), takeover: None });
}

/// A user's log-in up to the moment at which it holds the lock and has asked the login host.
fn asked_with_a_refresh_token() -> Keeper {
    let client = Client { grant: Grant::Refresh(Secret::new("r1")), ..Client::credentials("abc", Secret::new("s")) };
    let mut keeper = Keeper::minting(client, Some(KEY.into()), true, "me".into());
    op(&mut keeper, 0);
    tell(&mut keeper, StoreAnswer::Loaded(None), 0, 0);
    op(&mut keeper, 0);
    tell(&mut keeper, StoreAnswer::Locked, 0, 0);
    op(&mut keeper, 0);
    tell(&mut keeper, StoreAnswer::Loaded(None), 0, 0);
    assert_eq!(shown(&mut keeper, 0), "r1");
    keeper
}

/// The refresh token that the login host is shown.
fn shown(keeper: &mut Keeper, now: u64) -> String {
    match keeper.next(now) {
        Some(Order::Mint(Way::Refresh(token))) => token.expose().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn after_a_pause_the_lock_is_taken_anew_and_the_store_is_looked_at_again() {
    let mut keeper = asked_with_a_refresh_token();
    keeper.mint_later(50_000);
    assert!(keeper.next(49_999).is_none());
    assert_eq!(op(&mut keeper, 50_000), StoreOp::Lock { owner: "me-1".into(), takeover: Some("me".into()) });
    tell(&mut keeper, StoreAnswer::Locked, 50_000, 0);
    assert_eq!(op(&mut keeper, 50_000), StoreOp::Load);
    assert!(tell(&mut keeper, stored("a", 0, 300_000, Some("r2")), 50_000, 0), "another process has logged in");
    assert_eq!(op(&mut keeper, 50_000), StoreOp::Unlock { owner: "me-1".into() });
    tell(&mut keeper, StoreAnswer::Done, 50_000, 0);
    assert_eq!(token(&mut keeper, 50_000), Some("a"));
}

#[test]
fn after_a_pause_whoever_holds_the_lock_is_waited_for() {
    let mut keeper = asked_with_a_refresh_token();
    keeper.mint_later(50_000);
    op(&mut keeper, 50_000);
    tell(&mut keeper, StoreAnswer::Busy { owner: "other".into() }, 50_000, 0);
    assert_eq!(op(&mut keeper, 51_000), StoreOp::Load);
    // Its token is used up already, but what the next one is had for is there.
    tell(&mut keeper, stored("a", 0, 1, Some("r2")), 51_000, 1);
    assert!(matches!(op(&mut keeper, 51_000), StoreOp::Lock { takeover: None, .. }));
    tell(&mut keeper, StoreAnswer::Locked, 51_000, 0);
    op(&mut keeper, 51_000);
    tell(&mut keeper, stored("a", 0, 1, Some("r2")), 51_000, 1);
    assert_eq!(shown(&mut keeper, 51_000), "r2");
}

#[test]
fn where_a_refresh_token_is_refused_the_store_may_have_a_later_one() {
    let mut keeper = asked_with_a_refresh_token();
    assert!(keeper.has_another(ErrorKind::AuthRefreshRefused));
    assert!(matches!(op(&mut keeper, 0), StoreOp::Lock { takeover: Some(_), .. }));
    tell(&mut keeper, StoreAnswer::Locked, 0, 0);
    op(&mut keeper, 0);
    tell(&mut keeper, stored("a", 0, 1, Some("r2")), 0, 1);
    assert_eq!(shown(&mut keeper, 0), "r2");
    // The configured one was refused: neither is shown again.
    assert!(!keeper.has_another(ErrorKind::AuthRefreshRefused));
}

#[test]
fn a_refused_refresh_token_is_not_taken_from_the_store_again() {
    let mut keeper = asked_with_a_refresh_token();
    assert!(keeper.has_another(ErrorKind::AuthRefreshRefused));
    op(&mut keeper, 0);
    tell(&mut keeper, StoreAnswer::Locked, 0, 0);
    op(&mut keeper, 0);
    tell(&mut keeper, stored("a", 0, 1, Some("r1")), 0, 1);
    assert!(matches!(keeper.next(0), Some(Order::GiveUp)));
}
