import { useState } from "react";
import type { InstrumentBody, PhaseName } from "../../api/schema";
import { useVersion } from "../../app/hooks";
import { useFormats, useT } from "../../app/i18n";
import { useVenue } from "../../app/session";
import { useAct, useSurely } from "../../app/try";
import { Button } from "../../app/ui/button";
import { EmptyState } from "../../app/ui/card";
import { type Column, Table } from "../../app/ui/table";
import { AddInstrument } from "./add-instrument";
import { BandDialog, FeesDialog } from "./terms-dialogs";

const PHASES: readonly PhaseName[] = ["pre_open", "continuous", "cancel_only", "halted", "closed"];

type Change = { readonly what: "band" | "fees"; readonly instrument: InstrumentBody };

/** What trades: its phase, its band of prices and its fees. */
export function Instruments() {
  const t = useT();
  const { market } = useVenue();
  useVersion(market.instruments);
  const [change, setChange] = useState<Change>();
  const [isAdding, setAdding] = useState(false);
  const columns = useColumns(setChange);
  const close = () => setChange(undefined);
  return (
    <>
      <div className="filters">
        <p className="card-note">{t("instrumentsNote")}</p>
        <div className="filters-end">
          <Button look="primary" onClick={() => setAdding(true)}>
            {t("addInstrument")}
          </Button>
        </div>
      </div>
      <div className="scroll-x">
        <Table
          label={t("admin_instruments")}
          columns={columns}
          rows={market.instruments.list}
          keyOf={({ symbol }) => symbol}
          empty={<EmptyState title={t("nothing")} />}
        />
      </div>
      {change?.what === "band" ? (
        <BandDialog instrument={change.instrument} onClose={close} />
      ) : null}
      {change?.what === "fees" ? (
        <FeesDialog instrument={change.instrument} onClose={close} />
      ) : null}
      {isAdding ? <AddInstrument onClose={() => setAdding(false)} /> : null}
    </>
  );
}

function useColumns(onChange: (change: Change) => void): Column<InstrumentBody>[] {
  const t = useT();
  const formats = useFormats();
  return [
    { name: "symbol", head: t("symbol"), card: "lead", cell: ({ symbol }) => <b>{symbol}</b> },
    { name: "currency", head: t("currency"), cell: ({ currency }) => currency },
    {
      name: "phase",
      head: t("phase"),
      cell: (instrument) => <PhaseSelect instrument={instrument} />,
    },
    {
      name: "band",
      head: t("band"),
      end: true,
      cell: ({ band }) => `${formats.decimal(band.low)} – ${formats.decimal(band.high)}`,
    },
    {
      name: "fees",
      head: t("feesPpm"),
      end: true,
      cell: ({ fees }) => `${formats.integer(fees.maker_ppm)} / ${formats.integer(fees.taker_ppm)}`,
    },
    {
      name: "tick",
      head: t("tickSize"),
      end: true,
      cell: (each) => formats.decimal(each.tick_size),
    },
    { name: "lot", head: t("lotSize"), end: true, cell: (each) => formats.decimal(each.lot_size) },
    { name: "policy", head: t("policy"), cell: ({ policy }) => t(`policy_${policy}`) },
    {
      name: "actions",
      head: "",
      end: true,
      card: "whole",
      cell: (instrument) => (
        <span className="actions">
          <Button size="small" onClick={() => onChange({ what: "band", instrument })}>
            {t("band")}
            <span className="heard"> {instrument.symbol}</span>
          </Button>
          <Button size="small" onClick={() => onChange({ what: "fees", instrument })}>
            {t("fees")}
            <span className="heard"> {instrument.symbol}</span>
          </Button>
        </span>
      ),
    },
  ];
}

/** The phase changes at once; the status channel then shows it to everybody. */
function PhaseSelect({ instrument: { symbol, phase } }: { instrument: InstrumentBody }) {
  const t = useT();
  const surely = useSurely();
  const { isBusy, act } = useAct();
  const set = (wanted: PhaseName) => {
    act(t("phase"), async () => {
      const body = { phase: wanted };
      await surely("PUT /v1/instruments/{symbol}/phase", { path: { symbol }, body });
    });
  };
  return (
    <div className="input select phase-select" data-phase={phase}>
      <select
        aria-label={`${t("phase")} ${symbol}`}
        value={phase}
        disabled={isBusy}
        onChange={(event) => {
          const wanted = PHASES.find((each) => each === event.target.value);
          if (wanted !== undefined) set(wanted);
        }}
      >
        {PHASES.map((each) => (
          <option key={each} value={each}>
            {t(`phase_${each}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
