import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useCell, useLease, useVersion } from "../../../app/hooks";
import { useFormats, useT } from "../../../app/i18n";
import { useHotkeys } from "../../../app/keyboard";
import { useVenue } from "../../../app/session";
import { colours } from "../../../app/settings";
import { EmptyState } from "../../../app/ui/card";
import { Check } from "../../../app/ui/field";
import { ChevronIcon } from "../../../app/ui/icons";
import { Menu } from "../../../app/ui/menu";
import { Segments } from "../../../app/ui/tabs";
import { type Candles, INTERVALS } from "../../../core/market/candles";
import { preferences } from "../preferences";
import { useTrade } from "../state";
import { PriceChart } from "./chart";
import { Legend } from "./legend";
import { OrderLines } from "./order-lines";
import { STUDIES, type Study } from "./studies";
import "./chart.css";

const HEARD_MS = 3_000;
const HEARD_CANDLES = 5;

const pick = (at: number) => () => {
  const interval = INTERVALS[at];
  if (interval !== undefined) preferences.change({ interval });
};

export default function ChartPanel() {
  const t = useT();
  const { market } = useVenue();
  const { symbol } = useTrade().instrument;
  const { interval, studies: chosen } = useCell(preferences);
  const studies = useMemo(() => new Set(chosen), [chosen]);
  const candles = useLease(() => market.candles(symbol, interval), [market, symbol, interval]);
  useHotkeys({
    interval1: pick(0),
    interval2: pick(1),
    interval3: pick(2),
    interval4: pick(3),
    interval5: pick(4),
    interval6: pick(5),
  });
  return (
    <section className="panel chart-panel" aria-label={t("chart")}>
      <div className="chart-bar">
        <Segments
          label={t("intervals")}
          items={INTERVALS.map((each) => [each, t(`interval_${each}`)] as const)}
          active={interval}
          onChange={(wanted) => preferences.change({ interval: wanted })}
        />
        <StudyMenu shown={studies} />
      </div>
      {candles === undefined ? null : <Plot candles={candles} studies={studies} />}
    </section>
  );
}

function StudyMenu({ shown }: { shown: ReadonlySet<Study> }) {
  const t = useT();
  const toggle = (study: Study) => (isOn: boolean) =>
    preferences.change({
      studies: STUDIES.filter((each) => (each === study ? isOn : shown.has(each))),
    });
  const title = (
    <>
      {t("indicators")}
      <ChevronIcon />
    </>
  );
  return (
    <Menu label={t("chart")} button={title}>
      {() => (
        <div className="study-menu">
          {STUDIES.map((study) => (
            <Check key={study} checked={shown.has(study)} onChange={toggle(study)}>
              {t(`ind_${study}`)}
            </Check>
          ))}
        </div>
      )}
    </Menu>
  );
}

interface PlotProps {
  readonly candles: Candles;
  readonly studies: ReadonlySet<Study>;
}

function Plot({ candles, studies }: PlotProps) {
  const t = useT();
  const { symbol } = useTrade().instrument;
  const box = useRef<HTMLDivElement>(null);
  const { chart, isReady } = usePriceChart(box, candles, studies, symbol);
  return (
    <div className="plot" data-ready={isReady}>
      <div className="plot-chart" ref={box} />
      {chart === null ? null : (
        <>
          <Legend chart={chart} candles={candles} studies={studies} />
          <OrderLines chart={chart} />
        </>
      )}
      <a className="chart-by" href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
        {t("chartBy")}
      </a>
      {isReady && candles.bars.length === 0 ? (
        <div className="over">
          <EmptyState title={t("chartEmpty")}>{t("chartEmptyHint")}</EmptyState>
        </div>
      ) : null}
      <HeardCandles candles={candles} />
    </div>
  );
}

/** The chart in the box, fed by the candles, in the page's colours and the reader's language. */
function usePriceChart(
  box: RefObject<HTMLDivElement | null>,
  candles: Candles,
  studies: ReadonlySet<Study>,
  symbol: string,
) {
  const t = useT();
  const formats = useFormats();
  const { instrument, fills } = useTrade();
  const { price_decimals: priceDecimals } = instrument;
  const [chart, setChart] = useState<PriceChart | null>(null);
  const [isReady, setReady] = useState(false);
  const colour = useCell(colours);

  useEffect(() => {
    if (box.current === null) return;
    const made = new PriceChart(box.current, {
      formats,
      priceDecimals,
      nameOf: (study) => t(`ind_${study}`),
    });
    setChart(made);
    return () => {
      setChart(null);
      made.destroy();
    };
  }, [box, formats, priceDecimals, t]);

  useEffect(() => {
    if (chart === null) return;
    chart.show(candles);
    let frame: number | undefined;
    const draw = () => {
      frame = undefined;
      chart.update();
      setReady(candles.isReady);
    };
    const stop = candles.subscribe(() => {
      frame ??= requestAnimationFrame(draw);
    });
    draw();
    const stopAsking = chart.onStart(() => void candles.loadOlder());
    return () => {
      stop();
      stopAsking();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [chart, candles]);

  useEffect(() => chart?.setStudies(studies), [chart, studies]);
  useEffect(() => chart?.dress(), [chart, colour]);
  useEffect(() => {
    chart?.setFills(fills.filter((fill) => fill.symbol === symbol));
  }, [chart, fills, symbol, isReady, candles]);
  return { chart, isReady };
}

function HeardCandles({ candles }: { candles: Candles }) {
  const t = useT();
  const formats = useFormats();
  const { price_decimals: places, symbol } = useTrade().instrument;
  useVersion(candles, HEARD_MS);
  const heads = ["time", "open", "high", "low", "closePrice", "volume"] as const;
  const price = (value: number) => <td>{formats.decimal(value.toFixed(places))}</td>;
  return (
    <table className="heard">
      <caption>{t("chartTable", { symbol })}</caption>
      <thead>
        <tr>
          {heads.map((key) => (
            <th key={key} scope="col">
              {t(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {candles.bars.slice(-HEARD_CANDLES).map(({ time, open, high, low, close, volume }) => (
          <tr key={time}>
            <td>
              {typeof time === "string" ? formats.date(time) : formats.dateTime(time * 1_000)}
            </td>
            {price(open)}
            {price(high)}
            {price(low)}
            {price(close)}
            <td>{formats.compact(String(volume))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
