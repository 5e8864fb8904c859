import {
  type Dispatch,
  type ReactNode,
  createContext,
  use,
  useMemo,
  useReducer,
  useRef,
} from "react";
import type { InstrumentBody, SideName } from "../../api/schema";
import { useAccountIn } from "../../app/accounts";
import { useVersion } from "../../app/hooks";
import { useFormats, useRetyping } from "../../app/i18n";
import { useVenue } from "../../app/session";
import type { Account } from "../../core/account/account";
import { retyped, typed } from "../../core/parse";
import { type Draft, EMPTY_DRAFT, changed } from "./draft";
import { type OwnFill, useOwnFills } from "./own-fills";

export type Field = "qty" | "price";

interface Trade {
  readonly instrument: InstrumentBody;
  /** The account that trades in this instrument's currency. */
  readonly account: Account | undefined;
  /** Own fills of that account, newest first. */
  readonly fills: readonly OwnFill[];
  readonly draft: Draft;
  readonly change: Dispatch<Partial<Draft>>;
  /** Puts a price of the book or the chart into the ticket. */
  readonly takePrice: (price: string, side?: SideName) => void;
  /** The fields that keys lead to. */
  readonly fields: { readonly [Name in Field]: React.RefObject<HTMLInputElement | null> };
}

const TradeContext = createContext<Trade | null>(null);

/** What the panels of the trade screen share: the instrument, the account and the draft. */
export function TradeProvider(props: { instrument: InstrumentBody; children: ReactNode }) {
  const { instrument, children } = props;
  const venue = useVenue();
  const { point } = useFormats();
  const account = useAccountIn(instrument.currency);
  const version = useVersion(account);
  const fills = useOwnFills(account);
  const [draft, change] = useReducer(changed, instrument, (terms): Draft => {
    const { last, bid, ask } = venue.market.quotes.get(terms.symbol) ?? {};
    const price = last ?? ask ?? bid ?? null;
    return price === null ? EMPTY_DRAFT : { ...EMPTY_DRAFT, price: typed(price, point) };
  });
  useRetyping(() =>
    change({
      qty: retyped(draft.qty),
      price: retyped(draft.price),
      stop: retyped(draft.stop),
      display: retyped(draft.display),
    }),
  );
  const qty = useRef<HTMLInputElement>(null);
  const price = useRef<HTMLInputElement>(null);
  const value = useMemo(
    (): Trade => ({
      instrument,
      account,
      fills,
      draft,
      change,
      takePrice: (taken, side) => {
        const stays = draft.type === "limit" || draft.type === "stop_limit";
        change({
          price: typed(taken, point),
          ...(stays ? {} : { type: "limit" }),
          ...(side === undefined ? {} : { side }),
        });
      },
      fields: { qty, price },
    }),
    // The account is the same object when it changed; its version is not.
    // oxlint-disable-next-line react/exhaustive-deps
    [instrument, account, version, fills, draft, point],
  );
  return <TradeContext value={value}>{children}</TradeContext>;
}

export function useTrade(): Trade {
  const value = use(TradeContext);
  if (value === null) throw new Error("outside of TradeProvider");
  return value;
}
