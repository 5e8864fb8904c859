import { useT, useFormats } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { Check, Input, Select } from "../../app/ui/field";
import { Segments } from "../../app/ui/tabs";
import type { OrderTypeName, SideName, TimeInForceName } from "../../api/schema";
import type { Key } from "../../core/i18n/translate";
import { parseDecimal, typed } from "../../core/parse";
import {
  type NeededField,
  type NumberField as Name,
  type Reading,
  bestPrice,
  canHide,
  canRest,
  stepped,
  timesOf,
} from "./draft";
import { useFaultText } from "./fault-text";
import { NumberField } from "./number-field";
import { useTrade } from "./state";

const SIDES: readonly SideName[] = ["buy", "sell"];
const TYPES: readonly OrderTypeName[] = ["limit", "market", "stop", "stop_limit"];

export function SideSwitch() {
  const t = useT();
  const { draft, change } = useTrade();
  return (
    <div className="side-switch" role="group" aria-label={t("side")}>
      {SIDES.map((side) => (
        <button
          key={side}
          type="button"
          className={side}
          aria-pressed={draft.side === side}
          onClick={() => change({ side })}
        >
          {t(side)}
        </button>
      ))}
    </div>
  );
}

export function TypeSwitch() {
  const t = useT();
  const { draft, change } = useTrade();
  return (
    <Segments
      label={t("type")}
      items={TYPES.map((type) => [type, t(`type_${type}`)] as const)}
      active={draft.type}
      onChange={(type) => change({ type })}
    />
  );
}

export const LABELS: Readonly<Record<NeededField, Key>> = {
  qty: "quantity",
  price: "price",
  stop: "stopPrice",
  display: "icebergShown",
  expires: "expireAt",
};

function isPrice(name: Name): boolean {
  return name === "price" || name === "stop";
}

/** Moves a number of the draft by so many ticks or lots; an empty price begins at the best one. */
export function useStep(name: Name, reading: Reading): (steps: number) => void {
  const { market } = useVenue();
  const { point } = useFormats();
  const { draft, change, instrument } = useTrade();
  const { price_decimals, qty_decimals, tick_size, lot_size, symbol } = instrument;
  return (steps) => {
    const places = isPrice(name) ? price_decimals : qty_decimals;
    const value = parseDecimal(draft[name], point, places);
    const quote = market.quotes.get(symbol);
    const from = isPrice(name) ? (bestPrice(draft.side, quote) ?? quote?.last ?? null) : "0";
    const step = isPrice(name) ? tick_size : stepOf(lot_size, qty_decimals, reading.qty);
    const next = stepped(value, from, step, steps);
    if (next !== null) change({ [name]: typed(next, point) });
  };
}

/** A lot at a time; where lots are dust, a hundredth of what stands there or of one. */
function stepOf(lot: string, places: number, qty: string | null): string {
  if (places <= 3) return lot;
  return qty !== null && Number(qty) < 0.1 ? "0.001" : "0.01";
}

export function TicketNumber({ name, reading }: { name: Name; reading: Reading }) {
  const t = useT();
  const faultText = useFaultText();
  const { draft, change, instrument, fields } = useTrade();
  const step = useStep(name, reading);
  const { price_decimals, qty_decimals, tick_size, lot_size, currency } = instrument;
  const isOfPrice = isPrice(name);
  const fault = reading.faults[name];
  const places = isOfPrice ? price_decimals : qty_decimals;
  const terms = { isPrice: isOfPrice, places, step: isOfPrice ? tick_size : lot_size };
  const field = name === "qty" || name === "price" ? fields[name] : undefined;
  return (
    <NumberField
      label={t(LABELS[name])}
      aside={isOfPrice ? <span className="faint">{currency}</span> : null}
      value={draft[name]}
      error={fault === undefined ? undefined : faultText(fault, terms)}
      {...(field === undefined ? {} : { field })}
      minus={t(isOfPrice ? "priceMinus" : "qtyMinus")}
      plus={t(isOfPrice ? "pricePlus" : "qtyPlus")}
      onType={(text) => change({ [name]: text })}
      onStep={step}
    />
  );
}

/** How long the order lives, and whether it waits in a special way. */
export function Terms() {
  const t = useT();
  const { draft, change } = useTrade();
  const times = timesOf(draft.type);
  return (
    <div className="terms">
      <Select<TimeInForceName>
        label={t("tif")}
        value={draft.tif}
        options={times.map((tif) => [tif, t(`tif_${tif}`)] as const)}
        onChange={(tif) => change({ tif })}
      />
      {draft.tif === "gtd" ? (
        <Input
          label={t("expireAt")}
          type="date"
          value={draft.expires}
          onChange={(event) => change({ expires: event.target.value })}
        />
      ) : null}
      {draft.type === "limit" || draft.type === "stop_limit" ? (
        <div className="term-checks">
          {draft.type === "limit" ? (
            <Check
              checked={draft.isPostOnly}
              disabled={!canRest(draft)}
              title={t("postOnlyTitle")}
              onChange={(isPostOnly) => change({ isPostOnly })}
            >
              {t("postOnly")}
            </Check>
          ) : null}
          <Check
            checked={draft.isIceberg}
            disabled={!canHide(draft)}
            onChange={(isIceberg) => change({ isIceberg })}
          >
            {t("iceberg")}
          </Check>
        </div>
      ) : null}
    </div>
  );
}
