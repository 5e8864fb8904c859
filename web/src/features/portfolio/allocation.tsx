import type { PositionBody, Summary } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { EmptyState } from "../../app/ui/card";
import { allocationOf } from "./curve";

/** Of what the account's worth consists. */
export function Allocation(props: {
  readonly summary: Summary;
  readonly positions: readonly PositionBody[];
}) {
  const t = useT();
  const formats = useFormats();
  const { cash, currency } = props.summary;
  const slices = allocationOf(cash.settled, props.positions, t("cash"));
  if (slices.length === 0) return <EmptyState title={t("nothing")} />;
  return (
    <>
      <div className="allocation-bar" aria-hidden="true">
        {slices.map(({ name, percent }, at) => (
          <span key={name} data-slice={at % 8} style={{ flexGrow: Number(percent) }} />
        ))}
      </div>
      <ul className="allocation">
        {slices.map(({ name, value, percent }, at) => (
          <li key={name}>
            <span className="allocation-dot" data-slice={at % 8} aria-hidden="true" />
            <span>{name}</span>
            <span className="dim">{formats.money(value, currency)}</span>
            <b>{formats.share(percent)}</b>
          </li>
        ))}
      </ul>
    </>
  );
}
