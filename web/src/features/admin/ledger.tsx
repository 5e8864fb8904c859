import { call } from "../../api/client";
import type { TrialLineBody } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useLoaded } from "../../app/loaded";
import { useVenue } from "../../app/session";
import { Badge, EmptyState } from "../../app/ui/card";
import { WhenLoaded } from "../../app/ui/loaded";
import { isZero } from "../../core/decimal";
import { ownerText } from "../../core/ledger";
import { sumsOf } from "./trial";

const EVERY_MS = 5_000;

/** The trial balance: what all ledger lines add up to, which for each asset is zero. */
export function Ledger() {
  const t = useT();
  const loaded = useLoaded(async () => (await call("GET /v1/admin/trial-balance", {})).lines, [], {
    everyMs: EVERY_MS,
  });
  return (
    <>
      <div className="filters">
        <p className="card-note">{t("trialNote")}</p>
      </div>
      <WhenLoaded of={loaded} lines={6}>
        {(lines) =>
          lines.length === 0 ? <EmptyState title={t("nothing")} /> : <Balance lines={lines} />
        }
      </WhenLoaded>
    </>
  );
}

function Balance({ lines }: { lines: readonly TrialLineBody[] }) {
  const t = useT();
  const formats = useFormats();
  const { market } = useVenue();
  useVersion(market.instruments);
  const written = (asset: string, text: string) =>
    market.instruments.get(asset) === undefined
      ? formats.signedMoney(text, asset)
      : formats.signed(text);
  return (
    <div className="trial">
      {sumsOf(lines).map(({ asset, owners, sum }) => (
        <section key={asset} aria-label={asset}>
          <h3>
            {asset}
            <Badge look={isZero(sum) ? "good" : "bad"}>
              {isZero(sum) ? t("balanced") : t("unbalanced", { sum: written(asset, sum) })}
            </Badge>
          </h3>
          <dl>
            {owners.map(({ owner, amount }) => (
              <div key={owner}>
                <dt>{ownerText(owner, t)}</dt>
                <dd>{written(asset, amount)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
