// Indicators over closes and bars. Floats: they are drawn, and nothing is paid with them.
//
// Each gives as many numbers as it was given; `null` where there is too little behind it.

type Series = (number | null)[];

export interface Range {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface Traded {
  readonly volume: number;
  readonly value: number;
}

/** Simple moving average over `length` values. */
export function sma(values: readonly number[], length: number): Series {
  let sum = 0;
  return values.map((value, at) => {
    sum += value;
    if (at >= length) sum -= values[at - length] ?? 0;
    return at < length - 1 ? null : sum / length;
  });
}

/** Exponential moving average, factor 2/(length + 1); begins with the simple one. */
export function ema(values: readonly number[], length: number): Series {
  return smoothed(values, length, 2 / (length + 1));
}

/** An average that begins as the mean of the first `length` values. */
function smoothed(values: readonly number[], length: number, factor: number): Series {
  let sum = 0;
  let last = 0;
  return values.map((value, at) => {
    sum += value;
    if (at < length - 1) return null;
    last = at === length - 1 ? sum / length : last + factor * (value - last);
    return last;
  });
}

export interface Bands {
  readonly middle: Series;
  readonly upper: Series;
  readonly lower: Series;
}

/** Bollinger bands: the simple average, and `width` standard deviations (of all) around it. */
export function bollinger(values: readonly number[], length = 20, width = 2): Bands {
  const middle = sma(values, length);
  const deviation = middle.map((mean, at) => {
    if (mean === null) return null;
    const window = values.slice(at - length + 1, at + 1);
    const squares = window.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return Math.sqrt(squares / length) * width;
  });
  const beside = (direction: 1 | -1) =>
    middle.map((mean, at) => {
      const away = deviation[at];
      return mean === null || away == null ? null : mean + direction * away;
    });
  return { middle, upper: beside(1), lower: beside(-1) };
}

/** Average price by volume, since the last bar that `isStart` names: a day begins anew. */
export function vwap(bars: readonly Traded[], isStart: (at: number) => boolean): Series {
  let value = 0;
  let volume = 0;
  return bars.map((bar, at) => {
    if (isStart(at)) [value, volume] = [0, 0];
    value += bar.value;
    volume += bar.volume;
    return volume === 0 ? null : value / volume;
  });
}

/** Relative strength index by Wilder's smoothing, 0 to 100. */
export function rsi(values: readonly number[], length = 14): Series {
  const changes = values.slice(1).map((value, at) => value - (values[at] ?? value));
  const gains = smoothed(
    changes.map((change) => Math.max(change, 0)),
    length,
    1 / length,
  );
  const losses = smoothed(
    changes.map((change) => Math.max(-change, 0)),
    length,
    1 / length,
  );
  const strength = gains.map((gain, at) => {
    const loss = losses[at];
    if (gain === null || loss == null) return null;
    if (loss === 0) return gain === 0 ? 50 : 100;
    return 100 - 100 / (1 + gain / loss);
  });
  return values.length === 0 ? [] : [null, ...strength];
}

export interface Macd {
  readonly line: Series;
  readonly signal: Series;
  readonly histogram: Series;
}

export function macd(values: readonly number[], fast = 12, slow = 26, length = 9): Macd {
  const quick = ema(values, fast);
  const line = ema(values, slow).map((mean, at) => {
    const other = quick[at];
    return mean === null || other == null ? null : other - mean;
  });
  const known = line.filter((value) => value !== null);
  const missing = line.length - known.length;
  const signal = [...Array<null>(missing).fill(null), ...ema(known, length)];
  const histogram = line.map((value, at) => {
    const other = signal[at];
    return value === null || other == null ? null : value - other;
  });
  return { line, signal, histogram };
}

/** Average true range by Wilder's smoothing. */
export function atr(bars: readonly Range[], length = 14): Series {
  const ranges = bars.map(({ high, low }, at) => {
    const before = bars[at - 1]?.close;
    if (before === undefined) return high - low;
    return Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
  });
  return smoothed(ranges, length, 1 / length);
}
