import { call } from "../../api/client";
import type { PaymentBody, PaymentStatus } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { usePaged } from "../../app/loaded";
import { Badge, Card, EmptyState } from "../../app/ui/card";
import { Change } from "../../app/ui/figures";
import { More, WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";
import type { Account } from "../../core/account/account";
import { paymentKind } from "../../core/ledger";
import { signedAmount } from "./signed";

const PAGE = 12;

const LOOKS: Readonly<Record<PaymentStatus, "good" | "warn" | "bad">> = {
  booked: "good",
  pending: "warn",
  failed: "bad",
};

/** All that came and went, newest first; what waits for an operator stands above. */
export function Payments({ account }: { account: Account }) {
  const t = useT();
  const columns = useColumns(account);
  const paged = usePaged(
    async (cursor) => {
      const page = await call("GET /v1/accounts/{account}/history/payments", {
        path: { account: account.id },
        query: { limit: PAGE, ...(cursor === null ? {} : { cursor }) },
      });
      return { rows: page.payments, next: page.next_cursor ?? null };
    },
    [account.id],
    { changes: account.version, isBehind: true },
  );
  const pending = (paged.value ?? []).filter(({ status }) => status === "pending");
  return (
    <Card
      title={t("payments")}
      flush
      aside={
        pending.length === 0 ? null : (
          <Badge look="warn">{t("paymentsWait", { n: pending.length })}</Badge>
        )
      }
    >
      <WhenLoaded of={paged}>
        {(payments) => (
          <div className="scroll-x">
            <Table
              label={t("payments")}
              columns={columns}
              rows={[...pending, ...payments.filter((payment) => !pending.includes(payment))]}
              keyOf={({ payment_id: id }) => id}
              empty={<EmptyState title={t("noPayments")}>{t("noPaymentsHint")}</EmptyState>}
            />
          </div>
        )}
      </WhenLoaded>
      <More of={paged} />
    </Card>
  );
}

function useColumns({ currency }: Account): Column<PaymentBody>[] {
  const t = useT();
  const formats = useFormats();
  return [
    {
      name: "kind",
      head: t("kind"),
      card: "lead",
      cell: ({ kind, counterparty }) => (
        <>
          {paymentKind(kind, t)}
          {counterparty == null ? null : (
            <span className="faint"> {t("accountNumber", { id: counterparty })}</span>
          )}
        </>
      ),
    },
    { name: "time", head: t("time"), card: "aside", cell: ({ time }) => formats.dateTime(time) },
    {
      name: "status",
      head: t("status"),
      cell: ({ status, reason }) => (
        <>
          <Badge look={LOOKS[status]}>{t(`paymentStatus_${status}`)}</Badge>
          {reason == null ? null : <span className="faint"> {reason}</span>}
        </>
      ),
    },
    {
      name: "amount",
      head: t("amount"),
      end: true,
      cell: (payment) => {
        const amount = signedAmount(payment);
        return <Change value={amount} text={formats.signedMoney(amount, currency)} />;
      },
    },
    {
      name: "free",
      head: t("freeAfter"),
      end: true,
      cell: ({ cash }) => formats.money(cash.free, currency),
    },
  ];
}
