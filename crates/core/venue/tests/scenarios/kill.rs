//! Kill switches: what they end, what they refuse, and what goes on.

use expect_test::expect;

use crate::support::check;

#[test]
fn one_of_all_ends_every_order_and_refuses_entry() {
    check(
        "market; list OTHER; continuous OTHER
         ann buy 5 @ 9.00; bob sell 5 @ 10.00; ann buy 1 stop 11.00
         bob issue OTHER 5; bob sell OTHER 3 @ 10.00
         ---
         kill all
         ann buy 5 @ 9.00
         ann replace a1 lots 4
         bob cancel b1
         ann deposit 1.00
         ann withdraw 1.00",
        expect![[r#"
            kill all
              all: killed
              bid 9.00: a1 gone, level 0 in 0
              ann: a1 canceled 5, kill switch
              ask 10.00: b1 gone, level 0 in 0
              bob: b1 canceled 5, kill switch
              ann: a2 canceled 1, kill switch
              OTHER ask 10.00: b2 gone, level 0 in 0
              bob: b2 canceled 3, kill switch
              all: kill of 4 done
            ann buy 5 @ 9.00
              ann: refused, KillSwitch(scope All)
            ann replace a1 lots 4
              ann: refused, KillSwitch(scope All)
            bob cancel b1
              bob: refused, UnknownOrder(order b1)
            ann deposit 1.00
              ann: deposited 1.00
            ann withdraw 1.00
              ann: withdrew 1.00
        "#]],
    );
}

#[test]
fn one_of_an_account_is_told_to_its_owner_alone() {
    check(
        "market; ann buy 5 @ 9.00; bob buy 5 @ 9.00; ann sell 5 stop 8.00
         ---
         kill ann
         ann buy 5 @ 9.00
         ann mass-cancel
         bob buy 5 @ 9.00
         kill cat
         release ann
         ann buy 5 @ 9.00",
        expect![[r#"
            kill ann
              ann: killed
              bid 9.00: a1 gone, level 5 in 1
              ann: a1 canceled 5, kill switch
              ann: a2 canceled 5, kill switch
              ann: mass cancel of 2 done
            ann buy 5 @ 9.00
              ann: refused, KillSwitch(scope Account(ann))
            ann mass-cancel
              ann: mass cancel of 0 done
            bob buy 5 @ 9.00
              bid 9.00: b2 shows 5 at the back, level 10 in 2
              bob: b2 accepted, 5 ahead, best 9.00/-
            kill cat
              cat: killed
              cat: mass cancel of 0 done
            release ann
              ann: released
            ann buy 5 @ 9.00
              bid 9.00: a3 shows 5 at the back, level 15 in 3
              ann: a3 accepted, 10 ahead, best 9.00/-
        "#]],
    );
}

#[test]
fn one_of_an_instrument_leaves_the_others_alone() {
    check(
        "market; list OTHER; continuous OTHER; bob issue OTHER 5
         ann buy 5 @ 9.00; bob sell OTHER 3 @ 10.00
         ---
         kill ACME
         ann buy 5 @ 9.00
         bob replace b1 lots 2
         release ACME
         ann buy 5 @ 9.00",
        expect![[r#"
            kill ACME
              ACME: killed
              bid 9.00: a1 gone, level 0 in 0
              ann: a1 canceled 5, kill switch
              ACME: kill of 1 done
            ann buy 5 @ 9.00
              ann: refused, KillSwitch(scope Instrument(ACME))
            bob replace b1 lots 2
              OTHER ask 10.00: b1 shows 2, level 2 in 1
              bob: b1 replaced, left 2, keeps its place
            release ACME
              ACME: released
            ann buy 5 @ 9.00
              bid 9.00: a2 shows 5 at the back, level 5 in 1
              ann: a2 accepted, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn one_that_is_as_asked_changes_nothing() {
    check(
        "market
         ---
         release all
         release ann
         release ACME
         kill all
         kill all
         kill ann
         kill ann
         kill ACME
         kill ACME
         release all
         ann buy 5 @ 9.00
         release ann
         ann buy 5 @ 9.00",
        expect![[r#"
            release all
              nothing
            release ann
              nothing
            release ACME
              nothing
            kill all
              all: killed
              all: kill of 0 done
            kill all
              nothing
            kill ann
              ann: killed
              ann: mass cancel of 0 done
            kill ann
              nothing
            kill ACME
              ACME: killed
              ACME: kill of 0 done
            kill ACME
              nothing
            release all
              all: released
            ann buy 5 @ 9.00
              ann: refused, KillSwitch(scope Account(ann))
            release ann
              ann: released
            ann buy 5 @ 9.00
              ann: refused, KillSwitch(scope Instrument(ACME))
        "#]],
    );
}

#[test]
fn it_names_the_widest_switch_and_survives_a_restart() {
    check(
        "market; kill ACME; kill ann; kill all
         ---
         restore
         ann buy 5 @ 9.00
         release all
         restore
         ann buy 5 @ 9.00
         release ann
         restore
         ann buy 5 @ 9.00
         release ACME
         restore
         ann buy 5 @ 9.00",
        expect![[r#"
            restore
            ann buy 5 @ 9.00
              ann: refused, KillSwitch(scope All)
            release all
              all: released
            restore
            ann buy 5 @ 9.00
              ann: refused, KillSwitch(scope Account(ann))
            release ann
              ann: released
            restore
            ann buy 5 @ 9.00
              ann: refused, KillSwitch(scope Instrument(ACME))
            release ACME
              ACME: released
            restore
            ann buy 5 @ 9.00
              bid 9.00: a1 shows 5 at the back, level 5 in 1
              ann: a1 accepted, 0 ahead, best -/-
        "#]],
    );
}

#[test]
fn it_covers_what_exists_only() {
    check(
        "market; open eve USD; eve close
         ---
         kill #9
         kill eve
         kill instrument #7",
        expect![[r#"
            kill #9
              refused, UnknownAccount(account #9)
            kill eve
              eve: refused, AccountClosed(account eve)
            kill instrument #7
              refused, UnknownInstrument(instrument #7)
        "#]],
    );
}

#[test]
fn a_request_is_answered_again_and_kills_once() {
    check(
        "market; ann buy 5 @ 9.00
         ---
         kill all req k1
         release all
         ann buy 5 @ 9.00
         kill all req k1
         release all req k1",
        expect![[r#"
            kill all req k1
              all: killed
              bid 9.00: a1 gone, level 0 in 0
              ann: a1 canceled 5, kill switch
              all: kill of 1 done
            release all
              all: released
            ann buy 5 @ 9.00
              bid 9.00: a2 shows 5 at the back, level 5 in 1
              ann: a2 accepted, 0 ahead, best -/-
            kill all req k1
              as before: done
            release all req k1
              refused, RequestConflict(first_seq 16) (req k1)
        "#]],
    );
}
