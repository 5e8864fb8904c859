import type { SideName } from "../../../api/schema";
import { useT } from "../../../app/i18n";

export function SideCell({ side }: { side: SideName }) {
  const t = useT();
  return <span className={side === "buy" ? "up" : "down"}>{t(side)}</span>;
}

/** A symbol and the side of an order, one below the other in little room. */
export function Profit({ value, text }: { value: string | null; text: string }) {
  const look = value === null || Number(value) === 0 ? "" : Number(value) > 0 ? "up" : "down";
  return <span className={look}>{text}</span>;
}
