import { useEffect, useRef, useState } from "react";
import { call } from "../../api/client";
import { useOffReason } from "../../app/connection";
import { useLoaded } from "../../app/loaded";
import { useVenue } from "../../app/session";
import { Canvas } from "../../app/surface";
import { paintSpark } from "../../core/draw/spark";

const CANDLES = 90;
const EVERY_MS = 60_000;

/** The way of the last price by the minute; asked for when it comes into sight. */
export function Spark({ symbol }: { symbol: string }) {
  const { market } = useVenue();
  const isOld = useOffReason() !== null;
  const box = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (box.current === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const loaded = useLoaded(
    async () => {
      if (!isSeen) return [];
      const query = { interval: "1m", limit: CANDLES };
      const path = { symbol };
      const { candles } = await call("GET /v1/instruments/{symbol}/candles", { path, query });
      return candles.map(({ close }) => Number(close));
    },
    [symbol, isSeen],
    { everyMs: EVERY_MS },
  );
  const values = () => {
    const closes = loaded.value ?? [];
    const last = market.quotes.get(symbol)?.last;
    return last == null ? closes : [...closes.slice(0, -1), Number(last)];
  };
  return (
    <div className="spark" ref={box}>
      <Canvas
        stores={[market.quotes]}
        paint={(area) => paintSpark(area, { values: values(), isOld })}
      />
    </div>
  );
}
