import { expect, test } from "vitest";
import { signedAmount } from "./signed";

test("what leaves the account has a minus, what comes or comes back has none", () => {
  expect(signedAmount({ kind: "withdrawal", amount: "5.00" })).toBe("-5.00");
  expect(signedAmount({ kind: "transfer_sent", amount: "5.00" })).toBe("-5.00");
  expect(signedAmount({ kind: "transfer_returned", amount: "5.00" })).toBe("5.00");
  expect(signedAmount({ kind: "deposit", amount: "5.00" })).toBe("5.00");
});
