internal import NIOSSL

/// Whether a certificate was issued for a host, by its DNS names alone.
///
/// swift-nio-ssl also takes a certificate for the *address* of the connection. Whoever leads a name to an address of his own
/// can have one issued for that address, so where a host is named the name has to be in the certificate.
enum CertificateName {
    /// Whether a DNS name of the certificate is that of the host.
    static func covers(_ certificate: NIOSSLCertificate, _ host: String) -> Bool {
        certificate._subjectAlternativeNames().contains { name in
            name.nameType == .dnsName && matches(String(decoding: name.contents, as: UTF8.self), host)
        }
    }

    /// Whether a name of a certificate is that of a host in lower case. A wildcard stands for one whole label at the left,
    /// and not for that of a top-level domain (RFC 9525 §6.3).
    static func matches(_ name: String, _ host: String) -> Bool {
        let name = name.lowercased()
        if name == host { return true }
        guard name.hasPrefix("*."), let dot = host.firstIndex(of: "."), dot != host.startIndex else { return false }
        let domain = host[host.index(after: dot)...]
        return domain.contains(".") && domain == name.dropFirst(2)
    }
}
