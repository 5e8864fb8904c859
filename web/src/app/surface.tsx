import { type CanvasHTMLAttributes, useEffect, useRef } from "react";
import { type Paint, Surface } from "../core/draw/surface";
import type { Emitter } from "../core/emitter";
import { colours } from "./settings";

interface CanvasProps extends CanvasHTMLAttributes<HTMLCanvasElement> {
  readonly paint: Paint;
  /** It is drawn anew when one of these changed, and when the component is rendered. */
  readonly stores: readonly (Emitter | undefined)[];
}

/**
 * Numbers that change all the time. Nobody hears a canvas: a table with the same must stand beside
 * it, which may change less often.
 */
export function Canvas({ paint, stores, ...rest }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const surface = useRef<Surface>(null);
  const newest = useRef(paint);
  newest.current = paint;
  useEffect(() => {
    if (canvas.current === null) return;
    const made = new Surface(canvas.current, (area) => newest.current(area));
    surface.current = made;
    const stop = colours.subscribe(() => made.restyle());
    return () => {
      stop();
      made.destroy();
      surface.current = null;
    };
  }, []);
  useEffect(() => {
    const stops = stores.map((store) => store?.subscribe(() => surface.current?.invalidate()));
    return () => stops.forEach((stop) => stop?.());
    // The stores are the keys themselves.
    // oxlint-disable-next-line react/exhaustive-deps
  }, stores);
  useEffect(() => surface.current?.invalidate());
  return <canvas {...rest} ref={canvas} aria-hidden="true" />;
}
