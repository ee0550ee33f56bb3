import Glibc

/// Where this system keeps the certificates of those whom it believes about servers.
///
/// The agent brings its own TLS along, which knows Debian's place only; the others are those of Red Hat, SUSE, Alpine and the BSDs.
enum TrustedAuthorities {
    static let variables = ["AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]
    static let places = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem", "/usr/local/share/certs/ca-root-nss.crt",
    ]

    /// What the first of `variables` that is set names, else the first of `places` that is there; nil: libcurl's own.
    static let file: String? = {
        for name in variables {
            if let value = getenv(name), value[0] != 0 { return String(cString: value) }
        }
        return places.first { access($0, R_OK) == 0 }
    }()
}
