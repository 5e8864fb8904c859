import { expect, test } from "vitest";
import { accountBody } from "../test/venue";
import { Venue } from "./venue";

function venueOf(...bodies: readonly Parameters<typeof accountBody>[]): Venue {
  const venue = new Venue("1");
  for (const body of bodies) venue.addAccount(accountBody(...body));
  return venue;
}

test("the account in a currency is the wanted one, else the first that is active", () => {
  const venue = venueOf(["1", { status: "suspended" }], ["2"], ["3"], ["4", { currency: "USD" }]);
  expect(venue.accountIn("BRL")?.id).toBe("2");
  expect(venue.accountIn("BRL", "3")?.id).toBe("3");
  expect(venue.accountIn("BRL", "4")?.id).toBe("2");
  expect(venue.accountIn("EUR")).toBeUndefined();
});

test("where none is active a suspended one is shown, for it can still cancel", () => {
  const venue = venueOf(["1", { status: "suspended" }], ["2", { status: "closed" }]);
  expect(venue.accountIn("BRL")?.id).toBe("1");
});
