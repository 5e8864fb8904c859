//! The business date: the day that the venue trades on.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use venue::Action;
use wire::json::{DateText, SetBusinessDate};

use crate::ask::{Ask, request_id};
use crate::body::Body;
use crate::gateway::Gateway;
use crate::principal::Admin;
use crate::problem::Problem;
use crate::reply::{Answer, Seqs};

/// The day that the venue trades on.
#[derive(Serialize, ToSchema)]
pub(crate) struct BusinessDate {
    #[serde(flatten)]
    seqs: Seqs,
    business_date: DateText,
}

/// Moves the business date on: the day's candles and statistics close.
#[utoipa::path(put, path = "/v1/admin/business-date", tag = "admin",
    security(("key" = ["admin"])),
    request_body(content = SetBusinessDate, example = json!({"business_date": "2026-12-01"})),
    responses((status = 200, body = BusinessDate)))]
pub(crate) async fn set_business_date(
    State(gateway): State<Gateway>,
    Admin(principal): Admin,
    headers: HeaderMap,
    Body(body): Body<SetBusinessDate>,
) -> Result<Answer<BusinessDate>, Problem> {
    let request = request_id(&headers, "client_request_id", body.client_request_id.as_deref())?;
    let action = Action::SetBusinessDate { date: body.date()? };
    let accepted = gateway.ask(Ask { principal, request, action }).await?;
    let answer = gateway.read(|published| BusinessDate {
        seqs: Seqs::after(accepted, published),
        business_date: DateText(published.views().business_date()),
    });
    Ok(Answer::ok(answer).to(accepted))
}
