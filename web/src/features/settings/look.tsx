import { useMemo, useState } from "react";
import { useCell } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { settings } from "../../app/settings";
import { LookSettings } from "../../app/shell";
import { Card } from "../../app/ui/card";
import { Check, Select } from "../../app/ui/field";

/** Language, colours and time zone, for this browser. */
export function LookCard() {
  const t = useT();
  const formats = useFormats();
  const { timeZone } = useCell(settings);
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  const [{ now, system }] = useState(() => ({
    now: Date.now(),
    system: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  }));
  return (
    <Card title={t("look")}>
      <div className="form">
        <div className="form-pair">
          <LookSettings />
          <Select
            label={t("timeZone")}
            value={timeZone}
            options={[
              ["", t("timeZoneSystem", { zone: system })],
              ["UTC", "UTC"],
              ...zones.map((zone) => [zone, zone.replaceAll("_", " ")] as const),
            ]}
            onChange={(zone) => settings.change({ timeZone: zone })}
          />
        </div>
        <p className="card-note">
          {t("lookSample", {
            number: formats.decimal("1234567.89"),
            time: formats.dateTime(now),
          })}{" "}
          <span className="up">▲ {formats.percent("1.25")}</span>{" "}
          <span className="down">▼ {formats.percent("-0.75")}</span>
        </p>
      </div>
    </Card>
  );
}

/** What is asked before it is sent, and which keys act. */
export function TradingCard() {
  const t = useT();
  const { confirms, singleKeys } = useCell(settings);
  return (
    <Card title={t("safety")}>
      <div className="form">
        <Check checked={confirms} onChange={(checked) => settings.change({ confirms: checked })}>
          {t("confirmsSetting")}
        </Check>
        <Check
          checked={singleKeys}
          onChange={(checked) => settings.change({ singleKeys: checked })}
        >
          {t("singleKeysSetting")}
        </Check>
      </div>
    </Card>
  );
}
