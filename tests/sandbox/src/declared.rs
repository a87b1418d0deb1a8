//! Refusals that the API declares and that nothing asked of this sandbox leads to: each is a fault with its code as name.
//!
//! Codes and texts are those of the public swagger (`x-inin-error-codes`). Where it has a parameter, or says that the
//! text varies, an example stands here.

use crate::refusal::Refusal;

/// Code, status, message.
pub const DECLARED: [(&str, u16, &str); 25] = [
    ("credentials.expired", 401, "The supplied credentials are expired and cannot be used."),
    (
        "missing.division.permission",
        403,
        "Unable to perform the requested action. You are missing the following permission 'routing:queue:view' in the provided division(s).",
    ),
    ("missing.division.permissions", 403, "You are not authorized to perform the requested action."),
    ("not.authorized", 403, "You are not authorized to perform the requested action."),
    ("forbidden", 403, "Forbidden to generate a view export request."),
    ("missing.trustor.permissions", 403, "Missing required permission(s)"),
    (
        "not.a.client",
        400,
        "This request requires a non-user context. User token cannot be used for requests to this resource.",
    ),
    ("constraint.validation", 400, "metrics: may not be empty"),
    (
        "client.failed.request",
        400,
        "The client did not produce a request with valid end of stream signaling. This can be caused by poor network connection and/or client behavior.",
    ),
    ("general.bad.request", 400, "The request is not valid."),
    ("no.permission.for.requested.users", 400, "The requested users are in a division you do not have permission to."),
    ("auth.invalid.scope", 400, "Client has invalid scope"),
    ("missing.client.roles", 400, "Client roles and divisions are missing."),
    ("missing.client.scope", 400, "Client scope is missing."),
    ("bad.client.role", 400, "Client role is invalid."),
    ("bad.client.state", 400, "Client is disabled."),
    ("cannot.delete.client", 400, "Clients must be marked as inactive to be eligible for deletion."),
    ("auth.too.many.clients", 400, "Too many clients exist in this organization."),
    ("general.resource.not.found", 404, "User not found."),
    ("request.conflict", 409, "The request conflicts with the current state of the target resource."),
    ("payload.too.large", 413, "The response payload was too large."),
    ("too.many.requests", 429, "Rate limit exceeded the maximum [300] requests within [60] seconds"),
    ("general.internal.server.error", 503, "An internal server error has occurred."),
    ("authentication.request.timeout", 504, "Authentication request timeout."),
    ("division.authorization.timeout", 504, "Division authorization timed out."),
];

/// The declared refusal with a code.
pub(crate) fn declared(code: &str) -> Option<Refusal> {
    let (code, status, message) = DECLARED.iter().find(|(known, ..)| *known == code)?;
    Some(Refusal::new(*status, code, *message))
}
