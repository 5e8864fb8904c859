//! What the strings of bodies look like, for the OpenAPI document.

use std::borrow::Cow;

use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::decimal::{DECIMAL_CHARS_MAX, Decimal, DecimalText};
use super::time::{DateText, Rfc3339};

const PRINTABLE: &str = "^[!-~]+$";

/// A string by another name.
struct Shape {
    description: &'static str,
    pattern: &'static str,
    chars: [usize; 2],
    format: Option<SchemaFormat>,
    example: &'static str,
}

impl Shape {
    fn schema(self) -> RefOr<Schema> {
        let [least, most] = self.chars;
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(self.description))
            .pattern(Some(self.pattern))
            .min_length(Some(least))
            .max_length(Some(most))
            .format(self.format)
            .examples([self.example])
            .into()
    }
}

/// Names a type in the document and says what its strings look like.
macro_rules! shapes {
    ($($type:ty as $name:literal => $shape:expr;)+) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $shape.schema()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )+};
}

/// The id of an account, an order, a trade, an instrument or an owner.
#[derive(Debug)]
pub struct Id;
/// The client's own name for a request or an order.
#[derive(Debug)]
pub struct RequestName;
/// An instrument's short code.
#[derive(Debug)]
pub struct SymbolText;
/// An instrument's international id.
#[derive(Debug)]
pub struct IsinText;
/// A currency's code.
#[derive(Debug)]
pub struct CurrencyCode;

const DECIMAL: Shape = Shape {
    description: "An exact decimal, as a string; never rounded.",
    pattern: r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$",
    chars: [1, DECIMAL_CHARS_MAX],
    format: None,
    example: "10.00",
};

shapes! {
    Decimal as "Decimal" => DECIMAL;
    DecimalText as "Decimal" => DECIMAL;
    Id as "Id" => Shape {
        description: "The id of an account, an order, a trade, an instrument or an owner.",
        pattern: "^(0|[1-9][0-9]*)$",
        chars: [1, 20],
        format: None,
        example: "1",
    };
    RequestName as "RequestName" => Shape {
        description: "The client's own name for a request or an order: printable ASCII.",
        pattern: PRINTABLE,
        chars: [1, 36],
        format: None,
        example: "my-1",
    };
    SymbolText as "Symbol" => Shape {
        description: "An instrument's short code: 1 to 16 of A to Z, 0 to 9, `.`, `_` and `-`, \
            beginning with a letter or a digit.",
        pattern: "^[A-Z0-9][A-Z0-9._-]*$",
        chars: [1, 16],
        format: None,
        example: "PETR4",
    };
    IsinText as "Isin" => Shape {
        description: "An instrument's international id (ISO 6166).",
        pattern: PRINTABLE,
        chars: [1, 12],
        format: None,
        example: "BRPETRACNPR6",
    };
    CurrencyCode as "Currency" => Shape {
        description: "A currency's code (ISO 4217).",
        pattern: PRINTABLE,
        chars: [1, 3],
        format: None,
        example: "BRL",
    };
    Rfc3339 as "Time" => Shape {
        description: "A time, RFC 3339 in UTC, at most nine decimals of a second.",
        pattern: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$",
        chars: [20, 30],
        format: Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)),
        example: "2030-01-31T23:59:59.5Z",
    };
    DateText as "Date" => Shape {
        description: "A date.",
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        chars: [10, 10],
        format: Some(SchemaFormat::KnownFormat(KnownFormat::Date)),
        example: "2030-01-31",
    };
}
