import type { ReactNode } from "react";
import type { SideName } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { Button } from "../../app/ui/button";
import { DateRange, Select } from "../../app/ui/field";
import { rangeOf } from "../../core/periods";

/** What narrows a list; empty text narrows nothing. */
export interface Filter {
  readonly symbol: string;
  readonly side: SideName | "";
  readonly from: string;
  readonly to: string;
}

export const ALL: Filter = { symbol: "", side: "", from: "", to: "" };

/** As the API takes it. Dates are those of the reader's time zone. */
export function queryOf({ symbol, side, from, to }: Filter, timeZone: string | undefined) {
  return {
    ...(symbol === "" ? {} : { symbol }),
    ...(side === "" ? {} : { side }),
    ...rangeOf(from, to, timeZone),
  };
}

interface FiltersProps {
  readonly value: Filter;
  readonly onChange: (value: Filter) => void;
  readonly hasDates?: boolean;
  /** Stands at the end. */
  readonly children?: ReactNode;
}

export function Filters({ value, onChange, hasDates = true, children }: FiltersProps) {
  const t = useT();
  const { market } = useVenue();
  useVersion(market.instruments);
  const symbols = market.instruments.list.map(({ symbol }) => [symbol, symbol] as const);
  const isNarrow = Object.values(value).some((each) => each !== "");
  return (
    <div className="filters">
      <Select
        label={t("symbol")}
        value={value.symbol}
        options={[["", t("all")], ...symbols]}
        onChange={(symbol) => onChange({ ...value, symbol })}
      />
      <Select
        label={t("side")}
        value={value.side}
        options={[
          ["", t("all")],
          ["buy", t("buy")],
          ["sell", t("sell")],
        ]}
        onChange={(side) => onChange({ ...value, side })}
      />
      {hasDates ? (
        <DateRange
          from={value.from}
          to={value.to}
          onFrom={(from) => onChange({ ...value, from })}
          onTo={(to) => onChange({ ...value, to })}
        />
      ) : null}
      {isNarrow ? (
        <Button look="quiet" onClick={() => onChange(ALL)}>
          {t("clearFilters")}
        </Button>
      ) : null}
      {children === undefined ? null : <div className="filters-end">{children}</div>}
    </div>
  );
}
