//! The pages of the login host: real HTML, without script and without anything from elsewhere.

use crate::wire::Response;

const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;margin:3rem auto;max-width:26rem;padding:0 1rem;color:#1a1a1a;background:#fff}\
label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}input{margin:.2rem 0 1rem;padding:.5rem;border:1px solid #595959}\
button{margin:.6rem 0;padding:.6rem;border:1px solid #0b4a8f;background:#fff;color:#0b4a8f}button.first{background:#0b4a8f;color:#fff}\
:focus-visible{outline:3px solid #b45309;outline-offset:2px}";

/// The form. It has no `action`: it is sent to the address it came from, whatever stands before the login host.
pub(super) fn log_in(organization: &str, client: &str) -> Response {
    let (organization, client) = (escaped(organization), escaped(client));
    let form = format!(
        "<p>The application <strong>{client}</strong> asks to act in your name.</p>\
         <form method=\"post\">\
         <label for=\"username\">User name</label>\
         <input id=\"username\" name=\"username\" type=\"email\" autocomplete=\"username\" required autofocus>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>\
         <button class=\"first\" name=\"decision\" value=\"allow\">Log in</button>\
         <button name=\"decision\" value=\"deny\" formnovalidate>Deny</button>\
         </form>"
    );
    page(200, &format!("Log in to {organization}"), &form)
}

/// What is shown where nobody can be sent back.
pub(super) fn wrong(status: u16, why: &str) -> Response {
    page(status, "This log-in cannot go on", &format!("<p role=\"alert\">{}</p>", escaped(why)))
}

fn page(status: u16, title: &str, content: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1>{content}</main></body></html>"
    );
    Response::html(status, &html)
        .header("Cache-Control", "no-store")
        .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
        .header("Referrer-Policy", "no-referrer")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
