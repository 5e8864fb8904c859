import { useState } from "react";
import { call } from "../../api/client";
import { useFormats, useT } from "../../app/i18n";
import { usePaged } from "../../app/loaded";
import { EmptyState } from "../../app/ui/card";
import { DateRange, Select } from "../../app/ui/field";
import { More, WhenLoaded } from "../../app/ui/loaded";
import { Table } from "../../app/ui/table";
import type { Account } from "../../core/account/account";
import { rangeOf } from "../../core/periods";
import { useLineColumns } from "./lines";

const PAGE = 25;

/** The lines of cash, or of the shares of one instrument, each with the balance after it. */
export function Statement({ account }: { account: Account }) {
  const t = useT();
  const formats = useFormats();
  const [symbol, setSymbol] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const columns = useLineColumns(account.currency, symbol);
  const paged = usePaged(
    async (cursor) => {
      const answer = await call("GET /v1/accounts/{account}/history/statement", {
        path: { account: account.id },
        query: {
          ...rangeOf(from, to, formats.timeZone),
          limit: PAGE,
          ...(symbol === "" ? {} : { symbol }),
          ...(cursor === null ? {} : { cursor }),
        },
      });
      const { opening, closing, lines, next_cursor: next } = answer;
      return { rows: lines, next: next ?? null, opening, closing };
    },
    [account.id, symbol, from, to, formats.timeZone],
    { changes: account.version, isBehind: true },
  );
  const written = (text: string | undefined) =>
    symbol === "" ? formats.money(text, account.currency) : `${formats.decimal(text)} ${symbol}`;
  const symbols = account.positions.map(([each]) => [each, each] as const);
  return (
    <>
      <div className="filters">
        <Select
          label={t("asset")}
          value={symbol}
          options={[["", t("cash")], ...symbols]}
          onChange={setSymbol}
        />
        <DateRange from={from} to={to} onFrom={setFrom} onTo={setTo} />
        <Ends opening={written(paged.first?.opening)} closing={written(paged.first?.closing)} />
      </div>
      <WhenLoaded of={paged} lines={6}>
        {(lines) => (
          <div className="scroll-x">
            <Table
              label={t("statement")}
              columns={columns}
              rows={lines}
              keyOf={(line) => `${line.event_seq}-${line.reference}-${line.line}`}
              empty={<EmptyState title={t("noLines")} />}
            />
          </div>
        )}
      </WhenLoaded>
      <More of={paged} />
    </>
  );
}

/** What was there before the first line, and what is after the last one. */
function Ends({ opening, closing }: { opening: string; closing: string }) {
  const t = useT();
  return (
    <dl className="statement-ends">
      <div>
        <dt>{t("opening")}</dt>
        <dd>{opening}</dd>
      </div>
      <div>
        <dt>{t("closing")}</dt>
        <dd>{closing}</dd>
      </div>
    </dl>
  );
}
