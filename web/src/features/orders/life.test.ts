import { expect, test } from "vitest";
import type { OwnEventOut } from "../../api/schema";
import { Formats } from "../../core/format";
import { en } from "../../core/i18n/en";
import { translator } from "../../core/i18n/translate";
import { told } from "./life";

const t = translator(en);
const formats = new Formats("en");
const tell = (event: object) => told(event as OwnEventOut, "USD", t, formats);

test("a fill tells quantity, price, role, fee and what is left", () => {
  const fill = {
    event: "filled",
    last_qty: "40",
    last_price: "148.20",
    fee: "0.30",
    role: "taker",
    leaves_qty: "60",
  };
  const { title, detail, look } = tell(fill) ?? {};
  expect(`${title} ${detail}`).toMatch(/40.*148\.20.*Taker.*\$0\.30.*60/);
  expect(look).toBe("good");
});

test("a cancel tells its reason", () => {
  const event = { event: "canceled", canceled_qty: "5", reason: "kill_switch" };
  expect(tell(event)?.detail).toBe(en.reason_kill_switch);
});

test("what is not about an order is not told", () => {
  expect(tell({ event: "deposited", amount: "1.00" })).toBeNull();
});
