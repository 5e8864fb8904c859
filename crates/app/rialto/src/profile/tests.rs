//! What passes, and what is said of what does not.

use std::path::Path;

use types::MatchingPolicy;
use venue::{Definition, Genesis, Limits};

use super::faults::Faults;
use super::source::Source;
use super::{DEMO, Profile};
use crate::exit::{Exit, Failure};

/// A profile that passes in a new venue.
fn read(text: &str) -> Result<Profile, String> {
    let profile = Profile::read(Source::new("mine.toml", text)).map_err(told)?;
    profile.for_new().map_err(told)?;
    Ok(profile)
}

fn told(failure: Failure) -> String {
    assert_eq!(failure.exit, Exit::BadInput);
    failure.error.to_string()
}

/// What a profile would list in a venue that is there.
fn fit(text: &str, genesis: &Genesis, listed: &[Definition]) -> Result<Vec<Definition>, String> {
    let profile = Profile::read(Source::new("mine.toml", text)).map_err(told)?;
    profile.for_venue(genesis, listed, Path::new("data")).map_err(told)
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let told = read(text).expect_err("it does not pass");
    assert_eq!(told, format!("mine.toml:{expected}"), "{text}");
}

/// An instrument with these lines in place of the good ones.
fn instrument(lines: &str) -> String {
    let good = "symbol = \"A\"\ncurrency = \"BRL\"\nprice_decimals = 2\nqty_decimals = 0\n\
                tick_size = \"0.01\"\nlot_size = \"1\"\norder_qty_max = \"100\"\n\
                price_limit = \"9.00\"\nband = { low = \"0.01\", high = \"9.00\" }\n";
    let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let replaced: Vec<_> = lines.lines().map(name).collect();
    let kept = good.lines().filter(|line| !replaced.contains(&name(line)));
    let lines: Vec<_> = lines.lines().chain(kept).collect();
    format!("[[instruments]]\n{}\n", lines.join("\n"))
}

/// The demo profile with what is commented out set.
fn whole_demo() -> String {
    let set = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if rest.split_once(" = ").is_some_and(|(name, _)| is_name(name)) => {
            rest.to_owned()
        }
        Some(_) | None => line.to_owned(),
    };
    DEMO.lines().map(set).collect::<Vec<_>>().join("\n")
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[test]
fn an_opening_balance_that_no_account_could_hold_is_refused() {
    let venue = "[venue]\ncurrencies = [{ code = \"USD\", decimals = 9 }]\n";
    let gateway = |units: u32| format!("{venue}[gateway]\nopening_balance_units = {units}\n");
    assert!(read(&gateway(1_152_921_504)).is_ok());
    refused(
        &gateway(1_152_921_505),
        "4: gateway.opening_balance_units: 1152921505 does not pass, expected 1 to 1152921504, \
         since USD has 9 decimals",
    );
}

#[test]
fn nothing_said_is_the_default_of_everything() {
    let profile = read("").expect("it passes");
    assert_eq!(profile.genesis.limits, Limits::default());
    let codes: Vec<_> = profile.genesis.currencies.iter().map(|it| it.code.to_string()).collect();
    assert_eq!(codes, ["USD", "BRL", "EUR"]);
    assert!(profile.instruments.is_empty());
    let expected = gateway::Config { self_service_deposits: false, ..gateway::Config::default() };
    assert_eq!(profile.gateway, expected);
}

#[test]
fn the_demo_profile_shows_every_field_with_its_default() {
    let demo = Profile::demo().expect("it passes");
    let whole = read(&whole_demo()).expect("it passes");
    assert_eq!(whole.genesis, demo.genesis, "the figures of [venue] are the defaults");
    assert_eq!(whole.genesis.limits, Limits::default());
    assert_eq!(whole.gateway, demo.gateway, "the figures of [gateway] are the defaults");
    let mut limits = whole.genesis.limits;
    let said = whole.said.limits(&mut limits);
    assert!(said.iter().all(|(_, said, _)| said.is_some()), "each is shown: {:?}", whole.said);
    let gateway = Source::new("", &whole_demo()).shape(&mut Faults::default());
    let gateway = gateway.expect("it passes").gateway;
    assert!(!format!("{gateway:?}").contains("None"), "each is shown: {gateway:?}");

    let expected = gateway::Config {
        self_service_deposits: true,
        starting_balance_units: Some(10_000),
        ..gateway::Config::default()
    };
    assert_eq!(demo.gateway, expected);
    let listed = demo.for_new().expect("they pass");
    let symbols: Vec<_> = listed.iter().map(|it| it.symbol.to_string()).collect();
    assert_eq!(symbols, ["PETR4", "VALE3", "ACME", "BTCUSD", "BUND"]);
    assert_eq!(listed[4].policy, MatchingPolicy::ProRata);
}

#[test]
fn the_ranges_in_the_demo_profile_are_those_that_are_checked() {
    let whole = whole_demo();
    let lines: Vec<_> = whole.lines().collect();
    let mut checked = 0;
    for (at, line) in lines.iter().enumerate() {
        let Some((name, value)) = line.split_once(" = ") else { continue };
        if !is_name(name) || value.parse::<u32>().is_err() || name.ends_with("_decimals") {
            continue;
        }
        let mut bad = lines.clone();
        let minus_one = format!("{name} = -1");
        bad[at] = &minus_one;
        let told = read(&bad.join("\n")).expect_err("it does not pass");
        let (_, range) = told.split_once("does not pass, expected ").expect("what would pass");
        assert!(told.contains(&format!(":{}: ", at + 1)), "{told}");
        let comment = lines[..at].iter().rev().take_while(|line| line.starts_with('#'));
        let comment: Vec<_> = comment.map(|line| line.trim_start_matches("# ")).collect();
        let comment = comment.into_iter().rev().collect::<Vec<_>>().join(" ");
        assert!(comment.contains(range), "{name}: no {range} in {comment:?}");
        checked += 1;
    }
    assert_eq!(checked, 16, "limits of genesis, then numbers of the gateway");
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    refused("[venue]\naccounts_max\n", "2: key with no value, expected `=`");
    refused("[venue]\naccounts_max = 1\naccounts_max = 2\n", "3: accounts_max: duplicate key");
    refused("[venue]\n[gateway]\n[venue]\n", "3: venue: duplicate key");
}

#[test]
fn unknown_fields_and_wrong_types_are_told_with_line_and_name() {
    let told = read("[gateway]\nkey_rates = 5\n").expect_err("it does not pass");
    let expected = "mine.toml:2: gateway.key_rates: unknown field `key_rates`, expected one of \
                    `self_service_deposits`, `opening_balance_units`, `key_rate`";
    assert!(told.starts_with(expected), "{told}");
    let told = read("[venues]\n").expect_err("it does not pass");
    assert!(told.starts_with("mine.toml:1: venues: unknown field `venues`"), "{told}");
    let told =
        read("\n[venue]\ncurrencies = [{ code = \"BRL\", decimals = 2, name = \"real\" }]\n");
    let told = told.expect_err("it does not pass");
    assert!(told.starts_with("mine.toml:3: venue.currencies[0].name: unknown field"), "{told}");
    refused(
        "[gateway]\n\nkey_rate = \"many\"\n",
        "3: gateway.key_rate: invalid type: string \"many\", expected a whole number",
    );
    refused(
        "[venue]\norders_max = 1.5\n",
        "2: venue.orders_max: invalid type: floating point `1.5`, expected a whole number",
    );
    refused(
        &instrument("tick_size = 0.01"),
        "2: instruments[0].tick_size: invalid type: floating point `0.01`, \
         expected a decimal in quotes such as \"36.95\"",
    );
    refused(
        &instrument("price_decimals = 256"),
        "2: instruments[0].price_decimals: invalid value: integer `256`, \
         expected a whole number, 0 to 255",
    );
}

#[test]
fn what_is_out_of_range_is_told_with_what_would_pass() {
    refused(
        "[venue]\norders_max = 0\n",
        "2: venue.orders_max: 0 does not pass, expected 1 to 67108863",
    );
    refused(
        "[venue]\norders_max = 99999999999\n",
        "2: venue.orders_max: 99999999999 does not pass, expected 1 to 67108863",
    );
    refused(
        "[gateway]\nkey_rate = 0\n",
        "2: gateway.key_rate: 0 does not pass, expected 1 to 10000000",
    );
    // What is too much only together names the later of the fields that are said.
    refused(
        "[venue]\naccounts_max = 16777215\nrequests_remembered = 1\ninstruments_max = 65536\n",
        "4: venue: accounts_max x instruments_max: 1099511562240 does not pass, \
         expected 1 to 4294967296",
    );
    refused("[venue]\ncurrencies = []\n", "2: venue.currencies: 0 does not pass, expected 1 to 8");
    refused(
        "[venue]\ncurrencies = [\n  { code = \"BRL\", decimals = 2 },\n  \
         { code = \"brl\", decimals = 2 },\n]\n",
        "4: venue.currencies[1].code: brl does not pass, \
         expected three capital letters, such as BRL",
    );
    refused(
        "[venue]\ncurrencies = [\n  { code = \"BRL\", decimals = 2 },\n  \
         { code = \"BRL\", decimals = 0 },\n]\n",
        "4: venue.currencies[1].code: BRL does not pass, \
         expected a currency that is not listed before it",
    );
    refused(
        "[venue]\ncurrencies = [{ code = \"ETH\", decimals = 18 }]\n",
        "2: venue.currencies[0].decimals: 18 does not pass, expected 0 to 9",
    );
}

#[test]
fn instruments_pass_the_checks_of_a_listing() {
    let two = |second: &str| format!("{}{}", instrument("symbol = \"B\""), instrument(second));
    assert_eq!(read(&two("")).expect("it passes").instruments.len(), 2);
    refused(
        &two("symbol = \"B\""),
        "12: instruments[1].symbol: B does not pass, expected a symbol that is free",
    );
    refused(
        &two("symbol = \"a symbol\""),
        "12: instruments[1].symbol: a symbol does not pass, \
         expected 1 to 16 of A to Z, 0 to 9, \".\", \"_\" and \"-\", \
         beginning with a letter or a digit",
    );
    refused(
        &instrument("currency = \"JPY\""),
        "2: instruments[0].currency: JPY does not pass, expected a currency of the venue",
    );
    refused(
        &instrument("band = { low = \"0.01\", high = \"9.01\" }"),
        "2: instruments[0].band.high: 9.01 does not pass, expected a multiple of the tick size, \
         not below the low end and not above the price limit",
    );
    refused(
        &instrument("lot_size = \"0.5\""),
        "2: instruments[0].lot_size: 0.5 does not pass, expected at most 0 decimal places",
    );
    refused(
        &instrument("client_request_id = \"mine\""),
        "2: instruments[0].client_request_id: mine does not pass, \
         expected none: requests are for the API",
    );
    refused(
        &format!("[venue]\ninstruments_max = 1\n{}", two("")),
        "13: instruments[1]: A does not pass, expected at most 1 instruments",
    );
}

#[test]
fn a_venue_that_is_there_must_be_what_the_profile_says_and_may_be_anything_else() {
    let theirs = read("[venue]\naccounts_max = 7\norders_max = 9\n").expect("it passes").genesis;
    let told = |text: &str| {
        read(text).expect("it passes");
        fit(text, &theirs, &[])
    };
    assert_eq!(told(""), Ok(Vec::new()));
    assert_eq!(told("[venue]\norders_max = 9\n"), Ok(Vec::new()));
    let life = ": so the venue in data was made, for its whole life";
    let expected = "mine.toml:3: venue.orders_max: 10 does not pass, expected 9";
    assert_eq!(
        told("[venue]\naccounts_max = 7\norders_max = 10\n"),
        Err(format!("{expected}{life}"))
    );
    let expected = "mine.toml:2: venue.currencies: JPY with 0 decimals does not pass, expected USD \
                    with 2 decimals, BRL with 2 decimals, EUR with 2 decimals";
    assert_eq!(
        told("[venue]\ncurrencies = [{ code = \"JPY\", decimals = 0 }]\n"),
        Err(format!("{expected}{life}"))
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let text = format!(
        "[venue]\norders_max = 0\ninstruments_max = 0\ncurrency = 1\n\
         [gateway]\nkey_rate = 0\nguests_max = \"many\"\n{}{}{}",
        instrument(
            "symbol = \"a b\"\ntick_size = \"x\"\nfees = { maker_ppm = 1000001, taker_ppm = 0 }"
        ),
        instrument("symbol = \"B\"\nlot_size = 1"),
        instrument(
            "symbol = \"C\"\ncurrency = \"JPY\"\nband = { low = \"0.01\", high = \"9.01\" }"
        ),
    );
    let told = read(&text).expect_err("it does not pass");
    let fields: Vec<_> = told.lines().map(|line| line.split(": ").nth(1).unwrap()).collect();
    let expected = [
        "venue.orders_max",
        "venue.instruments_max",
        "venue.currency",
        "gateway.key_rate",
        "gateway.guests_max",
        "instruments[0].symbol",
        "instruments[0].tick_size",
        "instruments[0].fees.maker_ppm",
        "instruments[1].lot_size",
        "instruments[2].currency",
        "instruments[2].band.high",
    ];
    assert_eq!(fields, expected, "{told}");
    let lines: Vec<_> = told.lines().map(|line| line.split(':').nth(1).unwrap()).collect();
    assert_eq!(lines, ["2", "3", "4", "6", "7", "9", "10", "11", "21", "31", "32"], "{told}");
}

#[test]
fn all_that_an_instrument_lacks_is_told_but_not_what_was_faulty() {
    let lacks = |name: &str| format!("mine.toml:1: instruments[0]: missing field `{name}`");
    let text =
        "[[instruments]]\nsymbol = \"A\"\nprice_decimals = 2\ntick_size = 1\nqty_decimals = 0\n";
    let told = read(text).expect_err("it does not pass");
    let lines: Vec<_> = told.lines().collect();
    let [currency, lot, qty, limit, band, tick] = &lines[..] else { panic!("six lines: {told}") };
    let found = [*currency, *lot, *qty, *limit, *band];
    let names = ["currency", "lot_size", "order_qty_max", "price_limit", "band"];
    assert_eq!(found, names.map(lacks).each_ref().map(String::as_str));
    assert!(tick.starts_with("mine.toml:4: instruments[0].tick_size: invalid type"), "{tick}");
}

#[test]
fn each_currency_of_the_wrong_kind_is_told() {
    let told =
        read("[venue]\ncurrencies = [\n \"BRL\",\n { code = \"brl\", decimals = 2 },\n 7,\n]\n");
    let told = told.expect_err("it does not pass");
    let fields: Vec<_> = told.lines().map(|line| line.split(": ").nth(1).unwrap()).collect();
    let expected = ["venue.currencies[0]", "venue.currencies[1].code", "venue.currencies[2]"];
    assert_eq!(fields, expected, "{told}");
    let all = read("[venue]\ncurrencies = [\"BRL\", \"TOOLONGNAME\"]\n").expect_err("none passes");
    assert_eq!(all.lines().count(), 2, "{all}");
}

#[test]
fn nothing_is_told_of_what_stands_in_for_a_symbol() {
    refused(
        &instrument("symbol = \"PE TR4\"\nband = { low = \"0.01\", high = \"8.005\" }"),
        "2: instruments[0].symbol: PE TR4 does not pass, \
         expected 1 to 16 of A to Z, 0 to 9, \".\", \"_\" and \"-\", \
         beginning with a letter or a digit\n\
         mine.toml:3: instruments[0].band.high: 8.005 does not pass, \
         expected at most 2 decimal places",
    );
}

#[test]
fn a_tick_size_that_fits_neither_end_of_the_band_is_what_is_wrong() {
    refused(
        &instrument("tick_size = \"0.07\""),
        "2: instruments[0].tick_size: 0.07 does not pass, \
         expected a size that the ends of the band, 0.01 and 9.00, are multiples of",
    );
    refused(
        &instrument("tick_size = \"0.05\""),
        "10: instruments[0].band.low: 0.01 does not pass, expected a multiple of the tick size",
    );
}

#[test]
fn instruments_are_tried_on_the_venue_that_is_there() {
    let theirs =
        read("[venue]\ninstruments_max = 2\ncurrencies = [{ code = \"JPY\", decimals = 0 }]\n");
    let theirs = theirs.expect("it passes").genesis;
    let yen = |symbol: &str, more: &str| {
        instrument(&format!(
            "symbol = \"{symbol}\"\ncurrency = \"JPY\"\nprice_decimals = 0\ntick_size = \"1\"\n\
             price_limit = \"9\"\nband = {{ low = \"1\", high = \"9\" }}\n{more}"
        ))
    };
    // Currencies that a profile does not say are the venue's, not those of the demo.
    let (a, b, c) = (yen("A", ""), yen("B", ""), yen("C", ""));
    let listed = fit(&format!("{a}{b}"), &theirs, &[]).expect("they pass");
    assert_eq!(listed.len(), 2);
    // What is there is there, and takes its place.
    assert_eq!(fit(&format!("{a}{b}"), &theirs, &listed[..1]), Ok(listed[1..].to_vec()));
    let full = "mine.toml:21: instruments[2]: C does not pass, expected at most 2 instruments";
    assert_eq!(fit(&format!("{a}{b}{c}"), &theirs, &listed[..1]), Err(full.to_owned()));
    // Bands and fees are changed by operators; what else differs is another instrument.
    let fees = yen("A", "fees = { maker_ppm = 1, taker_ppm = 2 }");
    assert_eq!(fit(&fees, &theirs, &listed), Ok(Vec::new()));
    let other = yen("A", "lot_size = \"2\"\npolicy = \"pro_rata\"");
    let there = "so A is listed in the venue in data";
    let expected = format!(
        "mine.toml:8: instruments[0].lot_size: 2 does not pass, expected 1: {there}\n\
         mine.toml:9: instruments[0].policy: pro_rata does not pass, expected price_time: {there}"
    );
    assert_eq!(fit(&other, &theirs, &listed), Err(expected));
}
