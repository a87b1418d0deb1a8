//! What browsers ask before a page may speak to another origin (Fetch Standard, "CORS protocol"): every origin may.

use crate::wire::{Request, Response};

/// The answer to a preflight request; `None` for any other.
pub(super) fn preflight(request: &Request) -> Option<Response> {
    request.value("Access-Control-Request-Method").filter(|_| request.method == "OPTIONS")?;
    let asked = request.value("Access-Control-Request-Headers").unwrap_or_default().to_owned();
    let allowed = Response { status: 204, ..Response::default() }
        .header("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
        .header("Access-Control-Allow-Headers", asked);
    Some(open(request, allowed))
}

/// Lets the page that asked read the answer and its headers.
pub(super) fn open(request: &Request, mut response: Response) -> Response {
    if request.value("Origin").is_some() {
        let names: Vec<&str> = response.headers.iter().map(|(name, _)| name.as_str()).collect();
        let exposed = names.join(", ");
        response = response.header("Access-Control-Allow-Origin", "*").header("Access-Control-Expose-Headers", exposed);
    }
    response
}
