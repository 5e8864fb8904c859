import { useFormats, useT } from "../../app/i18n";
import type { Fault } from "./draft";

/** What a number in a field must be like. */
interface NumberTerms {
  readonly isPrice: boolean;
  readonly places: number;
  readonly step: string;
}

/** Tells what is wrong with a number that was typed, and what would pass. */
export function useFaultText() {
  const t = useT();
  const formats = useFormats();
  return (fault: Fault, { isPrice, places, step }: NumberTerms): string => {
    if (fault === "off_step") return t(isPrice ? "tick" : "lot", { step: formats.decimal(step) });
    if (places === 0) return t("wholeOnly");
    return t(isPrice ? "bad_price" : "bad_qty", { places });
  };
}
