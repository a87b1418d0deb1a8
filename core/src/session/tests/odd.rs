//! Odd answers and unlucky moments.

use super::*;

#[test]
fn a_life_without_end_or_without_beginning() {
    for life in ["0", "18446744073709551615", "1e300", "-1"] {
        let mut host = Host::new(config());
        host.start(queues());
        let login = host.sends();
        host.answer(&login, 200, &TOKEN.replace("86400", life));
        let asked = host.sends();
        assert!(asked.call.is_some(), "{life}: it is used, and no other is asked for");
        host.answer(&asked, 200, "{}");
        host.finishes();
    }
}
