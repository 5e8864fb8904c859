import type { InstrumentBody } from "../../api/schema";
import { useCell, useVersion } from "../../app/hooks";
import { useVenue } from "../../app/session";
import { settings } from "../../app/settings";

interface Watched {
  /** Those with a star first, each part in the venue's order. */
  readonly list: readonly InstrumentBody[];
  readonly isStarred: (symbol: string) => boolean;
}

/** All instruments, as the watchlist shows them and as keys go through them. */
export function useWatched(): Watched {
  const { market } = useVenue();
  const { starred } = useCell(settings);
  useVersion(market.instruments);
  const isStarred = (symbol: string) => starred.includes(symbol);
  const rank = ({ symbol }: InstrumentBody) => (isStarred(symbol) ? 0 : 1);
  const list = market.instruments.list.toSorted((one, other) => rank(one) - rank(other));
  return { list, isStarred };
}
