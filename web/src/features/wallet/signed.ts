// Which way a payment's money went: the venue's amounts of payments have no sign.

import type { PaymentBody } from "../../api/schema";
import { negate } from "../../core/decimal";

export function signedAmount({ kind, amount }: Pick<PaymentBody, "kind" | "amount">): string {
  switch (kind) {
    case "deposit":
    case "transfer_received":
    case "transfer_returned":
      return amount;
    case "withdrawal":
    case "transfer_sent":
      return negate(amount);
  }
}
