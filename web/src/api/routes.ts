// Generated from api/openapi.json by `npm run api`. Do not edit.

import type * as S from "./schema";

export type Routes = {
  "GET /health": { answer: S.Health };
  "GET /ready": { answer: S.Ready };
  "GET /v1/accounts": { query: { limit?: number; cursor?: string; min_seq?: number };
    answer: S.AccountPage };
  "POST /v1/accounts": { body: S.OpenAccount; answer: S.OneAccount };
  "DELETE /v1/accounts/{account}": { path: { account: S.Id }; body: S.RequestOnly;
    answer: S.OneAccount };
  "GET /v1/accounts/{account}": { path: { account: S.Id }; query: { min_seq?: number };
    answer: S.OneAccount };
  "PUT /v1/accounts/{account}/cancel-after": { path: { account: S.Id }; body: S.SetCancelAfter;
    answer: S.OneAccount };
  "POST /v1/accounts/{account}/deposits": { path: { account: S.Id }; body: S.CashAmount;
    answer: S.PaidAccount };
  "GET /v1/accounts/{account}/history/entries": { path: { account: S.Id }; query: { from?: S.Time;
    to?: S.Time; symbol?: S.Symbol; limit?: number; cursor?: string; min_seq?: number };
    answer: S.EntryPage };
  "GET /v1/accounts/{account}/history/equity": { path: { account: S.Id }; query: { from?: S.Time;
    to?: S.Time; limit?: number; min_seq?: number }; answer: S.EquitySeries };
  "GET /v1/accounts/{account}/history/fills": { path: { account: S.Id }; query: { from?: S.Time;
    to?: S.Time; symbol?: S.Symbol; side?: S.SideName; limit?: number; cursor?: string;
    min_seq?: number }; answer: S.FillPage };
  "GET /v1/accounts/{account}/history/orders": { path: { account: S.Id }; query: { from?: S.Time;
    to?: S.Time; symbol?: S.Symbol; side?: S.SideName; limit?: number; cursor?: string;
    min_seq?: number }; answer: S.PastOrderPage };
  "GET /v1/accounts/{account}/history/orders/{order}": { path: { account: S.Id; order: S.Id };
    query: { limit?: number; cursor?: string; min_seq?: number }; answer: S.PastOrderAnswer };
  "GET /v1/accounts/{account}/history/payments": { path: { account: S.Id }; query: { from?: S.Time;
    to?: S.Time; limit?: number; cursor?: string; min_seq?: number }; answer: S.PaymentPage };
  "GET /v1/accounts/{account}/history/statement": { path: { account: S.Id }; query: { from?: S.Time;
    to?: S.Time; symbol?: S.Symbol; limit?: number; cursor?: string; min_seq?: number };
    answer: S.StatementAnswer };
  "GET /v1/accounts/{account}/history/statistics": { path: { account: S.Id }; query: {
    from?: S.Date; to?: S.Date; symbol?: S.Symbol; min_seq?: number }; answer: S.Statistics };
  "POST /v1/accounts/{account}/issues": { path: { account: S.Id }; body: S.IssueShares;
    answer: S.OneAccount };
  "DELETE /v1/accounts/{account}/orders": { path: { account: S.Id }; query: { symbol?: S.Symbol;
    side?: S.SideName }; body: S.RequestOnly; answer: S.MassCancelAnswer };
  "GET /v1/accounts/{account}/orders": { path: { account: S.Id }; query: { limit?: number;
    cursor?: string; status?: "open" | "closed"; symbol?: S.Symbol; side?: S.SideName;
    min_seq?: number }; answer: S.OrderPage };
  "POST /v1/accounts/{account}/orders": { path: { account: S.Id }; body: S.PlaceOrder;
    answer: S.OrderAnswer };
  "DELETE /v1/accounts/{account}/orders/by-client-id/{client_order_id}": { path: { account: S.Id;
    client_order_id: S.RequestName }; body: S.RequestOnly; answer: S.OrderAnswer };
  "GET /v1/accounts/{account}/orders/by-client-id/{client_order_id}": { path: { account: S.Id;
    client_order_id: S.RequestName }; query: { min_seq?: number }; answer: S.OneOrder };
  "PATCH /v1/accounts/{account}/orders/by-client-id/{client_order_id}": { path: { account: S.Id;
    client_order_id: S.RequestName }; body: S.ReplaceOrder; answer: S.OrderAnswer };
  "POST /v1/accounts/{account}/orders/preview": { path: { account: S.Id }; query: { min_seq?: number
    }; body: S.PlaceOrder; answer: S.PreviewAnswer };
  "DELETE /v1/accounts/{account}/orders/{order}": { path: { account: S.Id; order: S.Id };
    body: S.RequestOnly; answer: S.OrderAnswer };
  "GET /v1/accounts/{account}/orders/{order}": { path: { account: S.Id; order: S.Id }; query: {
    min_seq?: number }; answer: S.OneOrder };
  "PATCH /v1/accounts/{account}/orders/{order}": { path: { account: S.Id; order: S.Id };
    body: S.ReplaceOrder; answer: S.OrderAnswer };
  "GET /v1/accounts/{account}/orders/{order}/queue": { path: { account: S.Id; order: S.Id };
    query: { min_seq?: number }; answer: S.QueueAnswer };
  "GET /v1/accounts/{account}/orders/{order}/timeline": { path: { account: S.Id; order: S.Id };
    query: { min_seq?: number }; answer: S.TimelineAnswer };
  "GET /v1/accounts/{account}/payments": { path: { account: S.Id }; query: { limit?: number;
    cursor?: string; min_seq?: number }; answer: S.PaymentPage };
  "GET /v1/accounts/{account}/payments/by-client-id/{client_request_id}": { path: { account: S.Id;
    client_request_id: S.RequestName }; query: { min_seq?: number }; answer: S.OnePayment };
  "GET /v1/accounts/{account}/payments/{payment}": { path: { account: S.Id; payment: S.Id };
    query: { min_seq?: number }; answer: S.OnePayment };
  "GET /v1/accounts/{account}/positions": { path: { account: S.Id }; query: { min_seq?: number };
    answer: S.PositionsAnswer };
  "GET /v1/accounts/{account}/reports/day": { path: { account: S.Id }; query: { date?: S.Date;
    limit?: number; cursor?: string; min_seq?: number }; answer: S.DayAnswer };
  "GET /v1/accounts/{account}/reports/day.csv": { path: { account: S.Id }; query: { date?: S.Date;
    min_seq?: number }; answer: never };
  "GET /v1/accounts/{account}/reports/fills.csv": { path: { account: S.Id }; query: { from?: S.Time;
    to?: S.Time; symbol?: S.Symbol; side?: S.SideName; min_seq?: number }; answer: never };
  "GET /v1/accounts/{account}/reports/performance": { path: { account: S.Id }; query: {
    from?: S.Time; to?: S.Time; min_seq?: number }; answer: S.PerformanceAnswer };
  "PUT /v1/accounts/{account}/status": { path: { account: S.Id }; body: S.SetAccountStatus;
    answer: S.OneAccount };
  "GET /v1/accounts/{account}/summary": { path: { account: S.Id }; query: { min_seq?: number };
    answer: S.SummaryAnswer };
  "POST /v1/accounts/{account}/transfers": { path: { account: S.Id }; body: S.Transfer;
    answer: S.PaidAccount };
  "POST /v1/accounts/{account}/withdrawals": { path: { account: S.Id }; body: S.CashAmount;
    answer: S.PaidAccount };
  "GET /v1/admin/accounts": { query: { owner?: S.Id; status?: S.AccountStatus; limit?: number;
    cursor?: string; min_seq?: number }; answer: S.AccountPage };
  "PUT /v1/admin/business-date": { body: S.SetBusinessDate; answer: S.BusinessDate };
  "GET /v1/admin/connections": { query: { min_seq?: number }; answer: S.Connections };
  "GET /v1/admin/kill-switch": { query: { min_seq?: number }; answer: S.KillSwitches };
  "PUT /v1/admin/kill-switch/accounts/{account}": { path: { account: S.Id }; body: S.SetKillSwitch;
    answer: S.KillSwitches };
  "PUT /v1/admin/kill-switch/all": { body: S.SetKillSwitch; answer: S.KillSwitches };
  "PUT /v1/admin/kill-switch/instruments/{symbol}": { path: { symbol: S.Symbol };
    body: S.SetKillSwitch; answer: S.KillSwitches };
  "GET /v1/admin/payments": { query: { limit?: number; cursor?: string; min_seq?: number };
    answer: S.PendingPage };
  "POST /v1/admin/payments/{payment}/confirm": { path: { payment: S.Id }; body: S.RequestOnly;
    answer: S.PaidAccount };
  "POST /v1/admin/payments/{payment}/fail": { path: { payment: S.Id }; body: S.FailPayment;
    answer: S.PaidAccount };
  "GET /v1/admin/statistics": { query: { from?: S.Date; to?: S.Date; min_seq?: number };
    answer: S.Statistics };
  "GET /v1/admin/trial-balance": { query: { min_seq?: number }; answer: S.TrialBalance };
  "GET /v1/admin/users": { query: { query?: string; limit?: number; cursor?: string;
    min_seq?: number }; answer: S.UserPage };
  "DELETE /v1/admin/users/{user}": { path: { user: S.Id }; answer: S.Ended };
  "PUT /v1/admin/users/{user}/grants": { path: { user: S.Id }; body: S.SetGrants; answer: S.OneUser
    };
  "POST /v1/admin/users/{user}/password-reset": { path: { user: S.Id }; answer: S.ResetToken };
  "POST /v1/auth/guest": { body: S.Guest; answer: S.LoggedIn };
  "POST /v1/auth/login": { body: S.LogIn; answer: S.LoggedIn };
  "GET /v1/auth/logins": { query: { min_seq?: number }; answer: S.Logins };
  "DELETE /v1/auth/logins/{login}": { path: { login: S.Id }; answer: S.Ended };
  "POST /v1/auth/logout": { answer: S.Ended };
  "DELETE /v1/auth/me": { answer: S.Ended };
  "GET /v1/auth/me": { query: { min_seq?: number }; answer: S.Me };
  "POST /v1/auth/password": { body: S.ChangePassword; answer: S.Ended };
  "POST /v1/auth/password-reset": { body: S.ResetPassword; answer: S.Ended };
  "POST /v1/auth/register": { body: S.Register; answer: S.Registered };
  "GET /v1/instruments": { query: { min_seq?: number }; answer: S.AllInstruments };
  "POST /v1/instruments": { body: S.ListInstrument; answer: S.OneInstrument };
  "GET /v1/instruments/{symbol}": { path: { symbol: S.Symbol }; query: { min_seq?: number };
    answer: S.OneInstrument };
  "PUT /v1/instruments/{symbol}/band": { path: { symbol: S.Symbol }; body: S.SetBand;
    answer: S.OneInstrument };
  "GET /v1/instruments/{symbol}/candles": { path: { symbol: S.Symbol }; query: { interval: string;
    from?: S.Time; to?: S.Time; limit?: number; min_seq?: number }; answer: S.CandlesAnswer };
  "GET /v1/instruments/{symbol}/depth": { path: { symbol: S.Symbol }; query: { levels?: number;
    min_seq?: number }; answer: S.DepthAnswer };
  "PUT /v1/instruments/{symbol}/fees": { path: { symbol: S.Symbol }; body: S.SetFees;
    answer: S.OneInstrument };
  "GET /v1/instruments/{symbol}/history/candles": { path: { symbol: S.Symbol }; query: {
    interval: string; from?: S.Time; to?: S.Time; limit?: number; min_seq?: number };
    answer: S.PastCandles };
  "GET /v1/instruments/{symbol}/history/statistics": { path: { symbol: S.Symbol }; query: {
    from?: S.Date; to?: S.Date; min_seq?: number }; answer: S.InstrumentStatistics };
  "GET /v1/instruments/{symbol}/history/trades": { path: { symbol: S.Symbol }; query: {
    from?: S.Time; to?: S.Time; limit?: number; cursor?: string; min_seq?: number };
    answer: S.PastTradePage };
  "GET /v1/instruments/{symbol}/orders-by-price": { path: { symbol: S.Symbol }; query: {
    levels?: number; min_seq?: number }; answer: S.QueuesAnswer };
  "PUT /v1/instruments/{symbol}/phase": { path: { symbol: S.Symbol }; body: S.SetPhase;
    answer: S.OneInstrument };
  "GET /v1/instruments/{symbol}/quote": { path: { symbol: S.Symbol }; query: { min_seq?: number };
    answer: S.OneQuote };
  "GET /v1/instruments/{symbol}/reports/candles.csv": { path: { symbol: S.Symbol }; query: {
    interval: string; from?: S.Time; to?: S.Time; min_seq?: number }; answer: never };
  "GET /v1/instruments/{symbol}/reports/trades.csv": { path: { symbol: S.Symbol }; query: {
    from?: S.Time; to?: S.Time; min_seq?: number }; answer: never };
  "GET /v1/instruments/{symbol}/statistics": { path: { symbol: S.Symbol }; query: { min_seq?: number
    }; answer: S.StatisticsAnswer };
  "GET /v1/instruments/{symbol}/trades": { path: { symbol: S.Symbol }; query: { limit?: number;
    cursor?: string; min_seq?: number }; answer: S.TradesAnswer };
  "GET /v1/keys": { query: { min_seq?: number }; answer: S.Keys };
  "POST /v1/keys": { body: S.CreateKey; answer: S.OneKey };
  "DELETE /v1/keys/{key}": { path: { key: S.Id }; answer: S.Ended };
  "GET /v1/leaderboard": { query: { currency?: S.Currency; from?: S.Time; to?: S.Time;
    operator?: boolean; limit?: number; min_seq?: number }; answer: S.LeaderboardAnswer };
  "GET /v1/limits": { query: { min_seq?: number }; answer: S.LimitsAnswer };
  "GET /v1/quotes": { query: { min_seq?: number }; answer: S.AllQuotes };
  "GET /v1/stream": { query: { channels: string; min_seq?: number }; answer: never };
  "GET /v1/time": { query: { min_seq?: number }; answer: S.TimeAnswer };
  "GET /v1/ws": { query: { min_seq?: number }; answer: never };
};
