import type { MouseEvent } from "react";
import type { Problem, SideName } from "../../api/schema";
import { useOffReason } from "../../app/connection";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useHotkeys } from "../../app/keyboard";
import { useVenue } from "../../app/session";
import { Button } from "../../app/ui/button";
import { problemText } from "../../core/problems";
import { Chips, Shares } from "./amounts";
import { type Reading, hasPrice, hasStop, read, shareOf } from "./draft";
import { FirstDeposit, OpenAccount } from "./open-account";
import { usePreview } from "./preview";
import { useNewest, useSending } from "./sending";
import { useTrade } from "./state";
import { Summary } from "./summary";
import { SideSwitch, Terms, TicketNumber, TypeSwitch, useStep } from "./ticket-fields";
import "./ticket.css";

/** Quotes are read again so often for what the ticket shows. */
const PACE_MS = 250;

export function Ticket({ onSent }: { onSent?: () => void }) {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  const { instrument, account, draft } = useTrade();
  useVersion(market.quotes, PACE_MS);
  const off = useOffReason();
  const reading = read(draft, instrument, market.quotes.get(instrument.symbol), formats);
  const preview = usePreview(account, reading.order, off === null);
  const send = useSend(reading, onSent);
  useTicketKeys(reading, send.run);
  return (
    <section
      className="panel ticket"
      aria-label={t("ticket")}
      data-side={draft.side}
      data-ready={account !== undefined && off === null}
    >
      <SideSwitch />
      <div className="ticket-body">
        <TypeSwitch />
        {hasStop(draft.type) ? <TicketNumber name="stop" reading={reading} /> : null}
        {hasPrice(draft.type) ? <TicketNumber name="price" reading={reading} /> : null}
        <TicketNumber name="qty" reading={reading} />
        <Chips reading={reading} />
        <Shares reading={reading} />
        <Terms />
        {draft.isIceberg ? <TicketNumber name="display" reading={reading} /> : null}
        <Summary reading={reading} preview={preview} />
      </div>
      <div className="ticket-foot">
        <Reason
          off={off === null ? null : t(off)}
          refusal={preview.refusal}
          worst={reading.worst}
        />
        {account === undefined ? null : <FirstDeposit account={account} />}
        {account === undefined ? (
          <OpenAccount currency={instrument.currency} />
        ) : (
          <Button
            look={draft.side}
            size="large"
            wide
            className="send"
            disabled={!send.isPossible}
            // The second click of a double one is no second order.
            onClick={(event: MouseEvent) => event.detail <= 1 && send.run()}
          >
            <SendText qty={reading.qty} isSending={send.isSending} />
          </Button>
        )}
      </div>
    </section>
  );
}

function SendText({ qty, isSending }: { qty: string | null; isSending: boolean }) {
  const t = useT();
  const formats = useFormats();
  const { draft, instrument } = useTrade();
  const { symbol } = instrument;
  if (isSending) return t("sending");
  if (qty === null) return t(`sendPlain_${draft.side}`, { symbol });
  return t(`send_${draft.side}`, { qty: formats.decimal(qty), symbol });
}

interface ReasonProps {
  readonly off: string | null;
  readonly refusal: Problem | null;
  /** The price that the order is reckoned at. */
  readonly worst: string | null;
}

/** Why no order can be sent, or why this one would be refused. */
function Reason({ off, refusal, worst }: ReasonProps) {
  const t = useT();
  const formats = useFormats();
  const { account, draft, instrument } = useTrade();
  if (off !== null) {
    return (
      <div className="notice bad" role="alert">
        <span>
          <strong>{t("ticketOff")}.</strong> {off}
        </span>
      </div>
    );
  }
  if (refusal === null) return null;
  const most =
    account === undefined || refusal.code !== "insufficient_funds"
      ? null
      : shareOf(
          100,
          draft.side,
          worst,
          instrument,
          account.cash.free,
          account.position(instrument.symbol),
        );
  return (
    <div className="notice" role="status">
      {problemText(refusal, t, formats, instrument.currency)}
      {most === null
        ? null
        : ` ${t("mostAt", { qty: formats.trimmed(most, 0), price: formats.decimal(worst) })}`}
    </div>
  );
}

/**
 * Sends the draft as one intent. Once it was placed, or may have been, the quantity is gone, so that
 * no second press sends it once more.
 */
function useSend(reading: Reading, onSent: (() => void) | undefined) {
  const { account, change } = useTrade();
  const { isOff, isSending, send } = useSending();
  const newest = useNewest(reading);
  const isPossible = !isOff && !isSending && reading.order !== null && account !== undefined;
  const run = async () => {
    const state = await send(() => newest.current?.order ?? null);
    if (state !== "accepted" && state !== "checking") return;
    change({ qty: "" });
    onSent?.();
  };
  return { run: () => void run(), isSending, isPossible };
}

const FAST = 10;

function useTicketKeys(reading: Reading, send: () => void): void {
  const { draft, change, fields } = useTrade();
  const stepPrice = useStep("price", reading);
  const field = (name: "qty" | "price") => {
    fields[name].current?.focus();
    return fields[name].current !== null;
  };
  // The digits that follow a side are its quantity; outside of a field they are the chart's.
  const take = (side: SideName) => () => {
    change({ side });
    field("qty");
  };
  const price = (steps: number) => (event?: KeyboardEvent) => {
    // Within a field the arrows are the field's own.
    if (event?.target instanceof Element && event.target.closest("input, select, [role=tab]")) {
      return false;
    }
    if (!hasPrice(draft.type)) return false;
    stepPrice(steps);
    return true;
  };
  useHotkeys({
    buy: take("buy"),
    sell: take("sell"),
    limit: () => change({ type: "limit" }),
    market: () => change({ type: "market" }),
    quantity: () => field("qty"),
    price: () => field("price"),
    priceUp: price(1),
    priceDown: price(-1),
    priceUpFast: price(FAST),
    priceDownFast: price(-FAST),
    send: (event) => {
      if (event?.repeat !== true) send();
    },
  });
}
