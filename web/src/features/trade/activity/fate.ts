import type { OrderBody } from "../../../api/schema";
import { useVersion } from "../../../app/hooks";
import { useVenue } from "../../../app/session";
import { type Change, type Fate, fateOf } from "./change";

/** Quick enough for whoever is about to let go of it. */
const PACE_MS = 250;

/** What a change would do to the order, as prices move. */
export function useFate(order: OrderBody, change: Change): Fate {
  const { quotes } = useVenue().market;
  useVersion(quotes, PACE_MS);
  return fateOf(order, change, quotes.get(order.symbol));
}
