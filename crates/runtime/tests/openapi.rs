//! What an endpoint's OpenAPI text gets from the extractors and from the error.

use axum::http::StatusCode;
use runtime::{
    ApiError, FieldError, Problem,
    http::{AtPosition, IdempotencyKey, IfMatch},
};
use utoipa::OpenApi;

#[utoipa::path(
    post,
    path = "/v1/goals",
    params(IdempotencyKey, IfMatch, AtPosition),
    responses((status = 201, description = "Made"), ApiError)
)]
#[expect(dead_code, reason = "only its description is looked at")]
fn create_goal() -> StatusCode {
    StatusCode::CREATED
}

#[derive(OpenApi)]
#[openapi(paths(create_goal), components(schemas(Problem, FieldError)))]
struct Api;

#[test]
fn headers_and_problems_are_described() {
    let api = serde_json::to_value(Api::openapi()).expect("JSON");
    let operation = &api["paths"]["/v1/goals"]["post"];
    let headers: Vec<_> = operation["parameters"].as_array().expect("parameters").iter().map(|p| &p["name"]).collect();
    assert_eq!(headers, ["Idempotency-Key", "If-Match", "Momentum-Position"]);
    assert_eq!(operation["parameters"][0]["required"], true);
    let problem = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
    assert_eq!(problem, "#/components/schemas/Problem");
    let schema = &api["components"]["schemas"]["Problem"];
    assert_eq!(schema["required"], serde_json::json!(["type", "title", "status", "detail", "code"]));
}
