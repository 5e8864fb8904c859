import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useCell } from "../../app/hooks";
import { useFormats } from "../../app/i18n";
import { colours } from "../../app/settings";
import type { Formats } from "../../core/format";
import type { Curve } from "./curve";

interface CurveChartProps {
  readonly curve: Curve;
  readonly write: (value: number) => string;
  /** Whether the line is of a gain: then zero is on the axis. */
  readonly isSigned: boolean;
}

/** One curve over time. Nobody hears it: a table with the same must stand beside it. */
export function CurveChart({ curve, write, isSigned }: CurveChartProps) {
  const formats = useFormats();
  const dressed = useCell(colours);
  const box = useRef<HTMLDivElement>(null);
  const said = useRef<HTMLParagraphElement>(null);
  const plot = useRef<uPlot>(null);
  const newest = useRef({ curve, write });
  newest.current = { curve, write };
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const say = (at: number | null | undefined) => {
      const [times, values] = newest.current.curve;
      const index = at ?? times.length - 1;
      const [time, value] = [times[index], values[index]];
      if (said.current === null || time === undefined || value === undefined) return;
      said.current.textContent = `${formats.dateTime(time * 1_000)}   ${newest.current.write(value)}`;
    };
    const made = new uPlot(
      optionsOf(element, formats, (value) => newest.current.write(value), isSigned, say),
      newest.current.curve,
      element,
    );
    plot.current = made;
    say(null);
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [formats, dressed, isSigned]);
  useEffect(() => plot.current?.setData(curve), [curve]);
  return (
    <>
      <p className="curve-said" ref={said} aria-hidden="true" />
      <div className="curve" ref={box} aria-hidden="true" />
    </>
  );
}

function optionsOf(
  element: HTMLElement,
  formats: Formats,
  write: (value: number) => string,
  isSigned: boolean,
  say: (at: number | null | undefined) => void,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis: uPlot.Axis = {
    stroke: colour("faint"),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    padding: [8, 24, 0, 0],
    scales: { y: { range: (_, low, high) => rangeOf(low, high, isSigned) } },
    axes: [
      {
        ...axis,
        space: 72,
        size: 30,
        values: (_, times, _axis, _space, step) =>
          times.map((time) => formats.axisTime(time * 1_000, step)),
      },
      { ...axis, size: 92, values: (_, values) => values.map(write) },
    ],
    series: [
      {},
      {
        stroke: colour("accent"),
        width: 1.75,
        fill: colour("accent-soft"),
        points: { show: false },
      },
    ],
    hooks: { setCursor: [(chart) => say(chart.cursor.idx)] },
  };
}

/** Some room above and below; a line that never moved stands in the middle. */
function rangeOf(low: number, high: number, isSigned: boolean): [number, number] {
  const from = isSigned ? Math.min(low, 0) : low;
  const to = isSigned ? Math.max(high, 0) : high;
  const room = to === from ? Math.abs(to) * 0.01 || 1 : (to - from) * 0.08;
  return [from - room, to + room];
}
