import { useEffect, useState } from "react";
import { useVersion } from "../../../app/hooks";
import { useFormats, useT } from "../../../app/i18n";
import type { Bar, Candles } from "../../../core/market/candles";
import { useTrade } from "../state";
import type { PriceChart } from "./chart";
import { STUDIES, type Study, isBelow } from "./studies";

/** Quick enough for the newest candle. */
const PACE_MS = 250;

interface LegendProps {
  readonly chart: PriceChart;
  readonly candles: Candles;
  readonly studies: ReadonlySet<Study>;
}

/** The candle under the pointer, or the newest one, and which lines are shown. */
export function Legend({ chart, candles, studies }: LegendProps) {
  const t = useT();
  const formats = useFormats();
  const { price_decimals: places } = useTrade().instrument;
  const [hovered, setHovered] = useState<Bar | null>(null);
  useVersion(candles, PACE_MS);
  useEffect(() => chart.onHover(setHovered), [chart]);
  const bar = hovered ?? candles.bars.at(-1);
  if (bar === undefined) return null;
  const look = bar.close >= bar.open ? "up" : "down";
  const facts = [
    ["short_open", bar.open],
    ["short_high", bar.high],
    ["short_low", bar.low],
    ["short_close", bar.close],
  ] as const;
  const lines = STUDIES.filter((study) => studies.has(study) && study !== "volume");
  return (
    <div className="legend" aria-hidden="true">
      <div>
        {facts.map(([key, price]) => (
          <span key={key}>
            {t(key)} <b className={look}>{formats.decimal(price.toFixed(places))}</b>
          </span>
        ))}
        <span>
          {t("short_volume")} <b>{formats.compact(String(bar.volume))}</b>
        </span>
      </div>
      <div>
        {lines
          .filter((study) => !isBelow(study))
          .map((study) => (
            <span key={study} className="legend-study" data-study={study}>
              {t(`ind_${study}`)}
            </span>
          ))}
      </div>
    </div>
  );
}
