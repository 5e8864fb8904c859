import type { OrderBody } from "../../../api/schema";
import { useFormats, useT } from "../../../app/i18n";

/** An order's price; of a stop-limit the trigger before it, until that was reached. */
export function Prices({ order }: { order: OrderBody }) {
  const t = useT();
  const formats = useFormats();
  const { price, stop_price: stop, status } = order;
  if (price == null || stop == null || status === "open") return formats.decimal(price ?? stop);
  const values = { stop: formats.decimal(stop), price: formats.decimal(price) };
  const said = t("triggerThenLimit", values);
  return (
    <>
      <span aria-hidden="true" title={said}>
        {`${values.stop} → ${values.price}`}
      </span>
      <span className="heard">{said}</span>
    </>
  );
}
