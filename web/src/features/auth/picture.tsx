// A picture of a market, for those who may not see the real one yet: numbers that mean nothing.

const WIDTH = 560;
const HEIGHT = 380;
const CANDLES = 38;
const ROWS = 9;

interface Candle {
  readonly open: number;
  readonly close: number;
  readonly high: number;
  readonly low: number;
}

const TOP = 36;
const BOTTOM = HEIGHT - 36;

/** The same walk each time, so that the picture stands still between visits. */
function walk(): Candle[] {
  let state = 20_261_130;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  let price = 0;
  const candles = Array.from({ length: CANDLES }, (_, at): Candle => {
    const open = price;
    const close = open - (next() - 0.44) * 26 - Math.sin(at / 5) * 9;
    price = close;
    const high = Math.min(open, close) - next() * 11;
    const low = Math.max(open, close) + next() * 11;
    return { open, close, high, low };
  });
  const top = Math.min(...candles.map(({ high }) => high));
  const bottom = Math.max(...candles.map(({ low }) => low));
  const y = (value: number) => TOP + ((value - top) / (bottom - top)) * (BOTTOM - TOP);
  return candles.map(({ open, close, high, low }) => ({
    open: y(open),
    close: y(close),
    high: y(high),
    low: y(low),
  }));
}

const PICTURE = walk();

export function LadderPicture() {
  const step = (WIDTH - 190) / CANDLES;
  return (
    <svg className="landing-picture" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {PICTURE.map(({ open, close, high, low }, at) => {
        const x = 16 + at * step;
        const isUp = close <= open;
        const top = Math.min(open, close);
        return (
          // The candles never change their places.
          // oxlint-disable-next-line react/no-array-index-key
          <g key={at} className={isUp ? "up" : "down"} fill="currentColor" stroke="currentColor">
            <path d={`M${x + step / 2 - 1} ${high}V${low}`} strokeWidth="1" />
            <rect
              x={x}
              y={top}
              width={step - 2.5}
              height={Math.max(2, Math.abs(open - close))}
              rx="1"
              stroke="none"
            />
          </g>
        );
      })}
      {Array.from({ length: ROWS * 2 }, (_, at) => {
        const isAsk = at < ROWS;
        const away = isAsk ? ROWS - at : at - ROWS + 1;
        const width = 24 + ((away * 47) % 90) + away * 4;
        const y = 24 + at * 18.6 + (isAsk ? 0 : 10);
        return (
          // oxlint-disable-next-line react/no-array-index-key
          <g key={`row${at}`} className={isAsk ? "down" : "up"}>
            <rect
              x={WIDTH - 14 - width}
              y={y - 11}
              width={width}
              height="15"
              rx="2"
              fill="currentColor"
              opacity=".16"
            />
            <rect x={WIDTH - 160} y={y - 6} width="38" height="5" rx="2.5" fill="currentColor" />
            <rect className="picture-dim" x={WIDTH - 40} y={y - 6} width="20" height="5" rx="2.5" />
          </g>
        );
      })}
    </svg>
  );
}
