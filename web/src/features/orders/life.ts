// What happened to an order, in the reader's words.

import type { OwnEventOut } from "../../api/schema";
import { isZero } from "../../core/decimal";
import type { Formats } from "../../core/format";
import type { Translate } from "../../core/i18n/translate";
import { problemText } from "../../core/problems";

/** What an event says, and whether it is good or bad news. */
export interface Told {
  readonly title: string;
  readonly detail: string;
  readonly look: "plain" | "good" | "bad";
}

function plain(title: string, detail = ""): Told {
  return { title, detail, look: "plain" };
}

/** `null` for events that are not about an order. */
export function told(
  event: OwnEventOut,
  currency: string,
  t: Translate,
  formats: Formats,
): Told | null {
  switch (event.event) {
    case "accepted":
      return plain(t("life_accepted"), aheadText(event.place.ahead_qty, t, formats));
    case "filled": {
      const values = {
        qty: formats.decimal(event.last_qty),
        price: formats.decimal(event.last_price),
        fee: formats.money(event.fee, currency),
        role: t(`role_${event.role}`),
      };
      const left = t("life_left", qty(event.leaves_qty, formats));
      return {
        title: t("life_filled", values),
        detail: `${t("life_terms", values)} · ${left}`,
        look: "good",
      };
    }
    case "replaced":
      return plain(t("life_replaced"), t("life_left", qty(event.leaves_qty, formats)));
    case "triggered":
      return plain(t("life_triggered"));
    case "decremented":
      return plain(t("life_decremented", qty(event.decremented_qty, formats)));
    case "canceled":
      return {
        title: t("life_canceled", qty(event.canceled_qty, formats)),
        detail: t(`reason_${event.reason}`),
        look: "bad",
      };
    case "refused":
      return {
        title: t("status_rejected"),
        detail: problemText(event.reject, t, formats),
        look: "bad",
      };
    case "opened":
    case "status_changed":
    case "closed":
    case "deposited":
    case "withdrawn":
    case "payment_requested":
    case "payment_failed":
    case "transfer_sent":
    case "transfer_received":
    case "transfer_returned":
    case "issued":
    case "kill_switch_set":
    case "cancel_after_set":
    case "mass_canceled":
      return null;
  }
}

/** Nothing for an order that nobody was ahead of. */
function aheadText(ahead: string, t: Translate, formats: Formats): string {
  return isZero(ahead) ? "" : t("life_ahead", qty(ahead, formats));
}

function qty(text: string, formats: Formats): { readonly qty: string } {
  return { qty: formats.decimal(text) };
}
