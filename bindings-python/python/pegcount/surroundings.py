"""What the machine says about the network, its proxies and the certificates it trusts: imported when first needed."""

from __future__ import annotations

import os
import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from .messages import TransportError, kind_of


def proxy_for(url: str, given: str | None) -> str | None:
    """The proxy for a URL: the one that was given (an empty string for none), else what the environment names."""
    proxy = _named(url) if given is None else given
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _named(url: str) -> str | None:
    address = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all")
    return None if proxy is None or proxy_bypass(address.hostname or "") else proxy


def trust(ca_file: str | None) -> ssl.SSLContext:
    """The certificates to check a server against: a file or folder, else the environment's, else the system's."""
    named = (os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"))
    path = ca_file or next(filter(None, named), None)
    if path is None:
        try:
            import truststore
        except ImportError:
            pass
        else:
            context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            return context
        context = ssl.create_default_context()
    else:
        try:
            context = ssl.create_default_context(**{"capath" if os.path.isdir(path) else "cafile": path})  # type: ignore[arg-type]
        except OSError as error:
            raise TransportError("tls", sent=False, detail=f"certificates of {path}: {kind_of(error)}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
