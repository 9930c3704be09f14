"""The certificate with which the gateway speaks TLS itself, where no proxy does."""

import ssl

REMEDY = (
    "--certfile names a PEM file with the certificate, and then those that vouch for it; --keyfile one with its private"
    " key, without a password (not needed where the key stands in the same file)."
)


class CertificateError(OSError):
    """The files are not a certificate and its key; the message says what is expected."""


def tls_context(certfile: str, keyfile: str | None) -> ssl.SSLContext:
    """TLS 1.2 at least, with the files as they are now. Raises CertificateError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certfile, keyfile, password=lambda: "")  # else OpenSSL asks at the terminal
    except OSError as error:
        with_key = f" with the key {keyfile!r}" if keyfile else ""
        raise CertificateError(
            f"The certificate {certfile!r}{with_key} cannot be used: {error.strerror or error}\n{REMEDY}"
        ) from error
    return context
