// The candle chart: lightweight-charts, told what to show. Its attribution is a link of ours beside
// it, for its own would bring a style element that the page's policy forbids.

import {
  CandlestickSeries,
  CrosshairMode,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  type LogicalRange,
  type MouseEventParams,
  type SeriesMarker,
  type TickMarkType,
  type Time,
  createChart,
  createSeriesMarkers,
} from "lightweight-charts";
import type { Formats } from "../../../core/format";
import type { Bar, Candles } from "../../../core/market/candles";
import type { OwnFill } from "../own-fills";
import { barAt } from "./marks";
import { momentText, tickText } from "./times";
import { type Line, STUDIES, type Study, isBelow, linesOf } from "./studies";

const VIOLET = "#a884f3";
const TEAL = "#2bb3b3";
/** The part of the height that volume takes. */
const VOLUME_TOP = 0.82;
const BARS_SHOWN = 110;
const BARS_SHOWN_MIN = 45;
const BAR_WIDTH = 7;
const RSI_RANGE = { priceRange: { minValue: 10, maxValue: 90 } };
/** Studies are computed so often while bars change. */
const STUDY_PACE_MS = 250;

type Drawn = ISeriesApi<"Line"> | ISeriesApi<"Histogram">;

export interface ChartTexts {
  readonly formats: Formats;
  readonly priceDecimals: number;
  readonly nameOf: (study: Study) => string;
}

export class PriceChart {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram">;
  readonly #markers: ISeriesMarkersPluginApi<Time>;
  readonly #studies = new Map<string, Drawn>();
  readonly #container: HTMLElement;
  readonly #nameOf: (study: Study) => string;
  #shown: ReadonlySet<Study> = new Set();
  #store: Candles | null = null;
  #revision = -1;
  #count = 0;
  #studiedAt = 0;
  #studied = 0;
  #colours = { up: "", down: "", upSoft: "", downSoft: "", accent: "", warn: "", faint: "" };

  constructor(container: HTMLElement, texts: ChartTexts) {
    this.#container = container;
    this.#nameOf = texts.nameOf;
    this.#chart = createChart(container, {
      autoSize: true,
      layout: { attributionLogo: false, fontSize: 11, panes: { enableResize: true } },
      crosshair: { mode: CrosshairMode.Normal },
      timeScale: { barSpacing: BAR_WIDTH, rightOffset: 6, minBarSpacing: 1 },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.24 } },
    });
    const minMove = 10 ** -texts.priceDecimals;
    this.#candles = this.#chart.addSeries(CandlestickSeries, {
      borderVisible: false,
      priceFormat: { type: "price", precision: texts.priceDecimals, minMove },
    });
    this.#volume = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: VOLUME_TOP, bottom: 0 } });
    this.#markers = createSeriesMarkers(this.#candles, []);
    this.#localise(texts);
    this.dress();
  }

  destroy(): void {
    this.#chart.remove();
  }

  /** Dates, times and prices in the reader's language. */
  #localise({ formats, priceDecimals }: ChartTexts): void {
    this.#chart.applyOptions({
      localization: {
        locale: formats.locale,
        priceFormatter: (price: number) => formats.decimal(price.toFixed(priceDecimals)),
        timeFormatter: (time: Time) => momentText(time, formats),
      },
      timeScale: {
        tickMarkFormatter: (time: Time, type: TickMarkType) => tickText(time, type, formats),
      },
    });
  }

  /** Takes the colours of the page anew. */
  dress(): void {
    const style = getComputedStyle(this.#container);
    const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const [text, line, panel] = [token("dim"), token("line"), token("panel")];
    this.#colours = {
      up: token("up"),
      down: token("down"),
      upSoft: token("up-depth"),
      downSoft: token("down-depth"),
      accent: token("accent"),
      warn: token("warn"),
      faint: token("faint"),
    };
    const { up, down } = this.#colours;
    const cross = { color: token("faint"), labelBackgroundColor: token("line-strong") };
    this.#chart.applyOptions({
      layout: {
        background: { color: panel },
        textColor: text,
        fontFamily: style.fontFamily,
        panes: { separatorColor: line, separatorHoverColor: token("hover") },
      },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      crosshair: { vertLine: cross, horzLine: cross },
      timeScale: { borderColor: line },
    });
    this.#candles.applyOptions({
      upColor: up,
      downColor: down,
      wickUpColor: up,
      wickDownColor: down,
    });
    this.#revision = -1;
    for (const series of this.#studies.values()) this.#chart.removeSeries(series);
    this.#studies.clear();
    this.update();
  }

  /** Shows another interval or instrument. */
  show(store: Candles): void {
    this.#store = store;
    this.#revision = -1;
    this.#count = 0;
    this.#chart.timeScale().applyOptions({
      timeVisible: store.interval !== "1d",
      secondsVisible: store.interval === "1s",
    });
    this.update();
  }

  setStudies(shown: ReadonlySet<Study>): void {
    this.#shown = shown;
    this.#revision = -1;
    this.#volume.applyOptions({ visible: shown.has("volume") });
    for (const [key, series] of this.#studies) {
      if (shown.has(key.split("/")[0] as Study)) continue;
      this.#chart.removeSeries(series);
      this.#studies.delete(key);
    }
    this.update();
  }

  /** Own fills as arrows at their candles. */
  setFills(fills: readonly OwnFill[]): void {
    const bars = this.#store?.bars ?? [];
    const marks = fills.flatMap((fill): SeriesMarker<Time>[] => {
      const bar = barAt(bars, fill.time);
      if (bar === undefined) return [];
      const isBuy = fill.side === "buy";
      return [
        {
          time: bar.time as Time,
          position: isBuy ? "belowBar" : "aboveBar",
          shape: isBuy ? "arrowUp" : "arrowDown",
          color: isBuy ? this.#colours.up : this.#colours.down,
          size: 1,
        },
      ];
    });
    this.#markers.setMarkers(marks.toReversed());
  }

  /** Draws what changed in the store since the last time. */
  update(): void {
    const store = this.#store;
    if (store === null) return;
    const { bars } = store;
    const isWhole = store.revision !== this.#revision || bars.length < this.#count;
    const from = isWhole ? 0 : Math.max(0, this.#count - 2);
    if (isWhole) {
      this.#candles.setData(bars.map(candle));
      this.#volume.setData(bars.map((bar) => this.#volumeOf(bar)));
      if (this.#count === 0 && bars.length > 0) this.#showNewest(bars.length);
    } else {
      for (const [step, bar] of bars.slice(from).entries()) {
        const isPast = from + step < this.#count - 1;
        this.#candles.update(candle(bar), isPast);
        this.#volume.update(this.#volumeOf(bar), isPast);
      }
    }
    this.#revision = store.revision;
    this.#count = bars.length;
    const now = performance.now();
    if (!isWhole && now - this.#studiedAt < STUDY_PACE_MS) return;
    this.#studiedAt = now;
    for (const study of STUDIES) if (this.#shown.has(study)) this.#study(study, bars, isWhole);
    this.#studied = bars.length;
    this.#sizePanes();
  }

  /** Calls `more` when somebody scrolls to where the bars begin. */
  onStart(more: () => void): () => void {
    const scale = this.#chart.timeScale();
    const moved = (range: LogicalRange | null) => {
      if (range !== null && range.from < 0 && this.#count > 0) more();
    };
    scale.subscribeVisibleLogicalRangeChange(moved);
    return () => scale.unsubscribeVisibleLogicalRangeChange(moved);
  }

  /** Tells the bar under the pointer; `null` when the pointer has left. */
  onHover(tell: (bar: Bar | null) => void): () => void {
    const moved = ({ logical, point }: MouseEventParams) => {
      const bars = this.#store?.bars ?? [];
      tell((point === undefined || logical == null ? undefined : bars[logical]) ?? null);
    };
    this.#chart.subscribeCrosshairMove(moved);
    return () => this.#chart.unsubscribeCrosshairMove(moved);
  }

  /** The height of a price in the container; `null` when it is not on the chart. */
  yOf(price: number): number | null {
    return this.#candles.priceToCoordinate(price);
  }

  priceAt(y: number): number | null {
    return this.#candles.coordinateToPrice(y);
  }

  /** How wide the scale of prices is, and how high the pane of the candles. */
  get frame(): { scale: number; height: number } {
    const height = this.#chart.panes()[0]?.getHeight() ?? 0;
    return { scale: this.#chart.priceScale("right").width(), height };
  }

  #showNewest(count: number): void {
    const shown = Math.min(Math.max(count, BARS_SHOWN_MIN), BARS_SHOWN);
    this.#chart.timeScale().setVisibleLogicalRange({ from: count - shown, to: count + 5 });
  }

  #volumeOf(bar: Bar) {
    const isUp = bar.close >= bar.open;
    const color = isUp ? this.#colours.upSoft : this.#colours.downSoft;
    return { time: bar.time as Time, value: bar.volume, color };
  }

  #study(study: Study, bars: readonly Bar[], isWhole: boolean): void {
    for (const line of linesOf(study, bars)) {
      const key = `${study}/${line.name}`;
      let series = this.#studies.get(key);
      const isNew = series === undefined;
      series ??= this.#addStudy(study, line);
      this.#studies.set(key, series);
      const point = (at: number) => {
        const time = bars[at]?.time as Time;
        const value = line.values[at];
        return value == null ? { time } : { time, value };
      };
      if (isNew || isWhole) series.setData(bars.map((_, at) => point(at)));
      else {
        const from = Math.max(0, this.#studied - 1);
        for (let at = from; at < bars.length; at += 1) series.update(point(at));
      }
    }
  }

  #addStudy(study: Study, { kind, colour }: Line): Drawn {
    const colours = { ...this.#colours, violet: VIOLET, teal: TEAL };
    const common = {
      color: colours[colour],
      priceLineVisible: false,
      lastValueVisible: isBelow(study),
    };
    const known = [...this.#studies].find(([key]) => key.startsWith(`${study}/`));
    // A pane tells beside its newest value what it is.
    const title = isBelow(study) && known === undefined ? this.#nameOf(study) : "";
    const pane = isBelow(study) ? this.#paneOf(known) : 0;
    if (kind === "histogram")
      return this.#chart.addSeries(HistogramSeries, { ...common, title }, pane);
    const range = study === "rsi" ? { autoscaleInfoProvider: () => RSI_RANGE } : {};
    const line = {
      ...common,
      title,
      ...range,
      lineWidth: 1,
      crosshairMarkerVisible: false,
    } as const;
    const series = this.#chart.addSeries(LineSeries, line, pane);
    if (study === "rsi") {
      for (const price of [30, 70]) {
        series.createPriceLine({
          price,
          color: this.#colours.faint,
          lineWidth: 1,
          lineStyle: LineStyle.Dotted,
          axisLabelVisible: false,
        });
      }
    }
    return series;
  }

  #paneOf(known: readonly [string, Drawn] | undefined): number {
    return known?.[1].getPane().paneIndex() ?? this.#chart.panes().length;
  }

  #sizePanes(): void {
    const panes = this.#chart.panes();
    for (const [at, pane] of panes.entries()) {
      const wanted = at === 0 ? 4 : 1;
      if (pane.getStretchFactor() !== wanted) pane.setStretchFactor(wanted);
    }
  }
}

function candle({ time, open, high, low, close }: Bar) {
  return { time: time as Time, open, high, low, close };
}
