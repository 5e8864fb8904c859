import { useState } from "react";
import { call } from "../../api/client";
import type { PendingPayment } from "../../api/schema";
import { useFormats, useT } from "../../app/i18n";
import { usePaged } from "../../app/loaded";
import { useAct, useSurely } from "../../app/try";
import { Button } from "../../app/ui/button";
import { EmptyState } from "../../app/ui/card";
import { Input } from "../../app/ui/field";
import { More, WhenLoaded } from "../../app/ui/loaded";
import { type Column, Table } from "../../app/ui/table";
import { paymentKind } from "../../core/ledger";
import { ActDialog } from "../../app/ui/act-dialog";

const PAGE = 50;
const EVERY_MS = 3_000;
/** A code for the journal, which keeps it for ever. */
const REASON = /^[!-~]{0,36}$/;

/** What waits for an operator: booked, or ended with a reason. */
export function Payments() {
  const t = useT();
  const surely = useSurely();
  const { isBusy, act } = useAct();
  const [failed, setFailed] = useState<PendingPayment>();
  const paged = usePaged(
    async (cursor) => {
      const page = await call("GET /v1/admin/payments", {
        query: { limit: PAGE, ...(cursor === null ? {} : { cursor }) },
      });
      return { rows: page.payments, next: page.next_cursor ?? null };
    },
    [],
    { everyMs: EVERY_MS },
  );
  const columns = useColumns(isBusy, setFailed, ({ payment_id: payment }) => {
    act(t("confirmPayment"), async () => {
      await surely("POST /v1/admin/payments/{payment}/confirm", { path: { payment }, body: {} });
      paged.reload();
    });
  });
  return (
    <>
      <WhenLoaded of={paged}>
        {(payments) => (
          <div className="scroll-x">
            <Table
              label={t("admin_payments")}
              columns={columns}
              rows={payments}
              keyOf={({ payment_id: id }) => id}
              empty={<EmptyState title={t("noPending")}>{t("noPendingHint")}</EmptyState>}
            />
          </div>
        )}
      </WhenLoaded>
      <More of={paged} />
      {failed === undefined ? null : (
        <FailDialog
          payment={failed}
          onClose={() => {
            setFailed(undefined);
            paged.reload();
          }}
        />
      )}
    </>
  );
}

function useColumns(
  isBusy: boolean,
  onFail: (payment: PendingPayment) => void,
  onConfirm: (payment: PendingPayment) => void,
): Column<PendingPayment>[] {
  const t = useT();
  const formats = useFormats();
  return [
    {
      name: "kind",
      head: t("kind"),
      card: "lead",
      cell: ({ kind, payment_id: id }) => (
        <>
          <b>{paymentKind(kind, t)}</b> <span className="faint">#{id}</span>
        </>
      ),
    },
    {
      name: "account",
      head: t("accountMenu"),
      cell: ({ account_id: id }) => t("accountNumber", { id }),
    },
    { name: "owner", head: t("ledgerOwner"), end: true, cell: ({ owner }) => owner },
    { name: "time", head: t("time"), card: "aside", cell: ({ time }) => formats.dateTime(time) },
    {
      name: "amount",
      head: t("amount"),
      end: true,
      cell: ({ amount, currency }) => formats.money(amount, currency),
    },
    {
      name: "actions",
      head: "",
      end: true,
      card: "whole",
      cell: (payment) => (
        <span className="actions">
          <Button size="small" look="primary" disabled={isBusy} onClick={() => onConfirm(payment)}>
            {t("confirmPayment")}
            <span className="heard"> #{payment.payment_id}</span>
          </Button>
          <Button size="small" look="danger" disabled={isBusy} onClick={() => onFail(payment)}>
            {t("failPayment")}
            <span className="heard"> #{payment.payment_id}</span>
          </Button>
        </span>
      ),
    },
  ];
}

function FailDialog(props: { readonly payment: PendingPayment; readonly onClose: () => void }) {
  const t = useT();
  const surely = useSurely();
  const [reason, setReason] = useState("");
  const isCode = REASON.test(reason);
  const fail = async () => {
    const body = reason === "" ? {} : { reason };
    const path = { payment: props.payment.payment_id };
    await surely("POST /v1/admin/payments/{payment}/fail", { path, body });
  };
  return (
    <ActDialog
      title={t("failTitle", { id: props.payment.payment_id })}
      action={t("failPayment")}
      isReady={isCode}
      onClose={props.onClose}
      onAct={fail}
    >
      <Input
        label={t("reason")}
        note={t("failReasonNote")}
        error={isCode ? undefined : t("failReasonNote")}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </ActDialog>
  );
}
