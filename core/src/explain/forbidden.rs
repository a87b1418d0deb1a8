//! Logged in, but not allowed: permissions, divisions, scopes, policies, users and clients.

use super::Case;
use super::body::{Body, list_after, permission_and_division, quoted_after};
use super::login::OAUTH_PAGE;
use crate::catalogue::{self, Mode};
use crate::error::{Certainty, Error, ErrorKind};

/// Changes take a while to be in force (help.mypurecloud.com, roles and permissions: "up to five minutes").
const PROPAGATION: &str = "allow up to five minutes for the change to be in force before trying again";

pub(super) fn find(case: &Case<'_>, body: &Body) -> Option<Error> {
    let message = body.message();
    Some(match body.code() {
        "missing.any.permissions" | "missing.permissions" => permission(case, message),
        "missing.any.division.permissions"
        | "missing.division.permission"
        | "missing.division.permissions"
        | "no.permission.for.requested.users" => division(case, message),
        "app.not.authorized.for.scope" => scope(message),
        "authz.policy.denied" => {
            let policies = list_after(message, "Policy ID(s)").unwrap_or_default();
            Error::new(ErrorKind::ForbiddenPolicy, "an access policy of the organisation denied the request")
                .missing(policies.iter().map(|id| format!("policy {id}")))
                .remedy("ask an administrator to look at these policies: Admin > People & Permissions > Authorization")
        }
        "not.a.user" => {
            Error::new(ErrorKind::ForbiddenNeedsUser, "this operation needs a user; client credentials have none")
                .remedy("log in as a person (authorization code with PKCE), or use an operation that needs no user")
        }
        "not.a.client" => Error::new(
            ErrorKind::ForbiddenNeedsClient,
            "this operation needs client credentials; the token is a user's",
        )
        .remedy(format!("use a client of the grant type Client Credentials ({OAUTH_PAGE})")),
        "missing.trustor.permissions" | "trustee.forbidden" => {
            let cause = "the customer's organisation has not granted this to the partner's";
            Error::new(ErrorKind::ForbiddenPermission, cause)
                .sure(Certainty::Likely)
                .remedy("the customer grants the role to the trustee: Admin > Authorized Organizations")
        }
        "auth.invalid.scope" => {
            Error::new(ErrorKind::QueryBody, "the OAuth client that is to be made names a scope that does not exist")
                .remedy("take names from the list of scopes: every operation tells its own, such as analytics:readonly")
        }
        "missing.client.scope" => Error::new(
            ErrorKind::QueryBody,
            "the OAuth client that is to be made lacks a scope: every grant but client credentials has them",
        )
        .remedy("add `scope` to the client, or make it one of client credentials, which have roles instead"),
        "missing.client.roles" | "bad.client.role" => Error::new(
            ErrorKind::ForbiddenOther,
            "the OAuth client that is to be made lacks roles, or they are invalid",
        )
        .remedy("client credentials need at least one role with a division; the creator must hold the role"),
        "AccessDenied" | "ExpiredToken" | "RequestTimeTooSkewed" | "SignatureDoesNotMatch" => url(body),
        "not.authorized" | "forbidden" => other(case),
        _ => return None,
    })
}

/// The storage behind a signed URL refuses. It says so only where the time is over; without permission to look it says
/// the same of a file that is gone.
pub(super) fn url(body: &Body) -> Error {
    let expired = body.code() == "ExpiredToken" || body.message().contains("expired");
    let (cause, certainty) = match expired {
        true => ("the signed URL has expired: it is good for minutes", Certainty::Certain),
        false => ("the signed URL is no longer good, or is not whole", Certainty::Likely),
    };
    Error::new(ErrorKind::ForbiddenUrl, cause)
        .sure(certainty)
        .remedy("ask the operation that named the URL for it again, and fetch the file at once")
        .remedy("a signed URL is used as it is, every character of it")
}

/// What a 403 without a code that is known says.
pub(super) fn other(case: &Case<'_>) -> Error {
    let error = Error::new(ErrorKind::ForbiddenOther, "the request was understood and refused, without a reason")
        .sure(Certainty::Possible);
    with_catalogue(case, error, &[]).remedy(PROPAGATION)
}

fn permission(case: &Case<'_>, message: &str) -> Error {
    let listed = list_after(message, "permissions assigned").or_else(|| list_after(message, "permission(s)"));
    let listed = listed.unwrap_or_default();
    let names: Vec<&str> = listed.iter().map(|item| permission_and_division(item).0).collect();
    let divisions: Vec<&str> = listed.iter().filter_map(|item| permission_and_division(item).1).collect();
    let any = message.contains("at least one of");
    let cause = match names.as_slice() {
        [] => "a permission is missing from the roles of this client".to_owned(),
        [one] => format!("the permission {one} is missing from the roles of this client"),
        many if any => format!("none of the {} permissions that would do is in the roles of this client", many.len()),
        many => format!("{} permissions are missing from the roles of this client", many.len()),
    };
    let error = Error::new(ErrorKind::ForbiddenPermission, cause)
        .missing(names.iter().copied())
        .missing(divisions.iter().copied());
    let error = with_catalogue(case, error, &names);
    let wanted = match (any, error.explanation.missing.first()) {
        (_, None) => "the permission".to_owned(),
        (true, Some(first)) => format!("one of them, usually {first},"),
        (false, Some(_)) => "them".to_owned(),
    };
    error
        .remedy(format!("put {wanted} into a role: Admin > People & Permissions > Roles / Permissions"))
        .remedy(format!("give the client that role, with the divisions it should see: {OAUTH_PAGE}, the client, Roles"))
        .remedy(PROPAGATION)
}

fn division(case: &Case<'_>, message: &str) -> Error {
    let mut permissions = list_after(message, "permissions assigned").unwrap_or_default();
    permissions.extend(quoted_after(message, "following permission"));
    let divisions = list_after(message, "division(s)").unwrap_or_default();
    let names: Vec<&str> = permissions.iter().map(|item| permission_and_division(item).0).collect();
    let cause = "the role has the permission, but not in the division of what was asked for";
    let error = Error::new(ErrorKind::ForbiddenDivision, cause)
        .missing(names.iter().copied())
        .missing(divisions.iter().map(String::as_str));
    with_catalogue(case, error, &names)
        .remedy("the division's name is at GET /api/v2/authorization/divisions/{divisionId}")
        .remedy(format!("add the division to the client's role: {OAUTH_PAGE}, the client, Roles (All Divisions for *)"))
        .remedy(PROPAGATION)
}

fn scope(message: &str) -> Error {
    let scopes = list_after(message, "use scope").unwrap_or_default();
    Error::new(
        ErrorKind::ForbiddenScope,
        "the token's scopes do not cover this operation; one of those named is enough",
    )
    .missing(scopes.iter().map(String::as_str))
    .remedy(format!("add the scope to the client ({OAUTH_PAGE}), have an administrator authorise it, and log in again"))
    .evidence("scopes apply to users' tokens only; with client credentials this answer is not expected")
}

/// Where the server names nothing, the catalogue knows what the operation needs.
fn with_catalogue(case: &Case<'_>, mut error: Error, named: &[&str]) -> Error {
    let found = case.method.zip(case.path).and_then(|(method, path)| catalogue::find(method, path));
    let Some(operation) = found else { return error };
    let declared: Vec<&str> = operation.permissions().collect();
    if named.is_empty() && !declared.is_empty() {
        let how = if operation.mode() == Mode::Any { "one of" } else { "all of" };
        error = error.evidence(format!("{operation} needs {how} {}", declared.join(", "))).missing(declared);
    }
    error
}
