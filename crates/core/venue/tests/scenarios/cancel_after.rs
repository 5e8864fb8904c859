//! The dead-man switch: armed, armed anew, disarmed, lapsed.

use expect_test::expect;

use crate::support::check;

#[test]
fn it_is_armed_from_the_command_on_and_lapses_with_the_mass_cancel_after_its_time() {
    check(
        "market
         ann buy 5 @ 9.00; bob buy 1 @ 9.00
         ---
         at 1000000000
         ann cancel-after 2
         at 2000000000
         ann cancel-after 2
         at 3999999999
         ann mass-cancel
         ann buy 5 @ 9.00
         at 4000000000
         ann mass-cancel bids
         ann mass-cancel
         ann mass-cancel",
        expect![[r#"
            at 1000000000
            ann cancel-after 2
              ann: cancel-after 3000000000
            at 2000000000
            ann cancel-after 2
              ann: cancel-after 4000000000
            at 3999999999
            ann mass-cancel
              bid 9.00: a1 gone, level 1 in 1
              ann: a1 canceled 5, mass cancel
              ann: mass cancel of 1 done
            ann buy 5 @ 9.00
              bid 9.00: a2 shows 5 at the back, level 6 in 2
              ann: a2 accepted, 1 ahead, best 9.00/-
            at 4000000000
            ann mass-cancel bids
              bid 9.00: a2 gone, level 1 in 1
              ann: a2 canceled 5, mass cancel
              ann: mass cancel of 1 done
            ann mass-cancel
              ann: cancel-after off
              ann: mass cancel of 0 done
            ann mass-cancel
              ann: mass cancel of 0 done
        "#]],
    );
}

#[test]
fn it_is_disarmed_once_by_zero_or_by_closing() {
    check(
        "market; open dan USD
         ---
         ann cancel-after 0
         ann cancel-after 30
         ann cancel-after 0
         ann cancel-after 0
         ann suspend
         ann cancel-after 30
         dan cancel-after 4294967295
         dan close
         dan cancel-after 30",
        expect![[r#"
            ann cancel-after 0
              nothing
            ann cancel-after 30
              ann: cancel-after 30000000001
            ann cancel-after 0
              ann: cancel-after off
            ann cancel-after 0
              nothing
            ann suspend
              ann: suspended
            ann cancel-after 30
              ann: cancel-after 30000000001
            dan cancel-after 4294967295
              dan: cancel-after 4294967295000000001
            dan close
              dan: cancel-after off
              dan: closed
            dan cancel-after 30
              dan: refused, AccountClosed(account dan)
        "#]],
    );
}
