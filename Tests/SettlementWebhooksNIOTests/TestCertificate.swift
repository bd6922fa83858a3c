/// A certificate of nobody, for hooks.example.com and 127.0.0.1, signed by itself, with its key; for tests alone.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBszCCAVmgAwIBAgIUXbPrwmnQNsOlfd31DuWSFw8I4bcwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRaG9va3MuZXhhbXBsZS5jb20wIBcNMjYxMTIxMDU1OTU4WhgP
        MjEyNjEwMjgwNTU5NThaMBwxGjAYBgNVBAMMEWhvb2tzLmV4YW1wbGUuY29tMFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE19/r+FAh/WmPnnKKSOIfnFfnUy7HOlYq
        alj+pZDCPug9rI8xnP+L/1YqzHXTGG+4X0DhkeF2R/H5XTNMFVi5v6N3MHUwHQYD
        VR0OBBYEFJCm6+ILluDhz+hqK6gIypXaIWglMB8GA1UdIwQYMBaAFJCm6+ILluDh
        z+hqK6gIypXaIWglMCIGA1UdEQQbMBmCEWhvb2tzLmV4YW1wbGUuY29thwR/AAAB
        MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAK46mKOi2r8IKgzF
        m0MEaEarQKnZpZ4EP1U5YrwY6QZbAiBWNviDPpDUOFzVDp+OUq//ocbI3EPZWeEm
        B2czRfBbNQ==
        -----END CERTIFICATE-----
        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8obuhZEF+KNgY/Qc
        DEozWO7DcvDimh69CB86YL60QPqhRANCAATX3+v4UCH9aY+ecopI4h+cV+dTLsc6
        VipqWP6lkMI+6D2sjzGc/4v/VirMddMYb7hfQOGR4XZH8fldM0wVWLm/
        -----END PRIVATE KEY-----
        """
}
