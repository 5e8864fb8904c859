import { useEffect, useRef } from "react";
import type { OwnEventOut } from "../api/schema";
import type { Intent } from "../core/account/intents";
import type { Formats } from "../core/format";
import { isZero } from "../core/decimal";
import type { Translate } from "../core/i18n/translate";
import { problemText } from "../core/problems";
import { useVersion } from "./hooks";
import { useFormats, useT } from "./i18n";
import { useVenue } from "./session";
import { type Toast, toast } from "./toasts";

/** Tells own fills and refusals, on whatever page somebody is. */
export function OwnEvents() {
  const t = useT();
  const formats = useFormats();
  const venue = useVenue();
  useVersion(venue);
  const { accounts } = venue;
  useEffect(() => {
    const tell = (event: OwnEventOut) => {
      const message = eventToast(event, t, formats);
      if (message !== null) toast(message);
    };
    const stops = accounts.map((account) => account.listen(tell));
    return () => stops.forEach((stop) => stop());
  }, [accounts, t, formats]);

  const told = useRef(new Map<string, Intent["state"]>());
  const { intents } = venue.desk;
  const version = useVersion(intents);
  useEffect(() => {
    for (const intent of intents.list) {
      const before = told.current.get(intent.clientOrderId);
      if (before === intent.state) continue;
      told.current.set(intent.clientOrderId, intent.state);
      const message = intentToast(intent, before, t, formats);
      if (message !== null) toast(message);
    }
  }, [intents, version, t, formats]);
  return null;
}

function eventToast(event: OwnEventOut, t: Translate, formats: Formats): Toast | null {
  switch (event.event) {
    case "filled": {
      const values = {
        qty: formats.decimal(event.last_qty),
        symbol: event.symbol,
        price: formats.decimal(event.last_price),
      };
      const left = event.leaves_qty;
      return {
        look: "good",
        title: t(event.side === "buy" ? "toast_bought" : "toast_sold", values),
        text: isZero(left) ? t("toast_complete") : t("toast_left", { qty: formats.decimal(left) }),
      };
    }
    case "triggered":
      return { look: "plain", title: t("toast_triggered", { symbol: event.symbol }) };
    case "canceled": {
      const values = { qty: formats.decimal(event.canceled_qty), symbol: event.symbol };
      return { look: "plain", title: t("toast_canceled", values) };
    }
    case "kill_switch_set":
      return event.engaged ? { look: "bad", title: t("toast_killed") } : null;
    default:
      return null;
  }
}

function intentToast(
  { state, problem }: Intent,
  before: Intent["state"] | undefined,
  t: Translate,
  formats: Formats,
): Toast | null {
  switch (state) {
    case "sending":
      return null;
    case "checking":
      return { look: "plain", title: t("toast_checking"), text: t("toast_checkingText") };
    case "accepted":
      return before === "checking" ? { look: "good", title: t("toast_found") } : null;
    case "refused": {
      const text = problem === null ? "" : problemText(problem, t, formats);
      return { look: "bad", title: t("toast_refused"), text };
    }
    case "absent":
      return { look: "bad", title: t("toast_absent"), text: t("toast_absentText") };
  }
}
