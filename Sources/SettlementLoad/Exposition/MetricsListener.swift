internal import Foundation
internal import Synchronization

/// Serves the latest progress of a run at `GET /metrics`, on a thread of its own.
///
/// One request at a time and a second for each: it is for a scraper that comes every few seconds. It uses the system's
/// sockets and nothing else, so that a tool for newcomers needs no HTTP server; see the decision record.
public final class MetricsListener: Sendable {
    /// Why there is nobody listening.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What was tried, what the system said, what to do.
        public let description: String
    }

    /// Where it listens, with the port that the system chose when it was asked for any.
    public let address: ListenAddress
    private let socket: Int32
    private let latest = Mutex("")
    private let isStopped = Atomic<Bool>(false)

    /// Listens from now on.
    ///
    /// - Throws: ``Failure`` when the address is unknown or taken.
    public init(_ wanted: ListenAddress) throws(Failure) {
        let opened = try ListeningSocket.open(wanted)
        socket = opened.descriptor
        address = ListenAddress(host: wanted.host, port: opened.port)
        let thread = Thread { [self] in serve() }
        thread.name = "metrics"
        thread.start()
    }

    /// What is served from now on.
    public func publish(_ progress: RunProgress) {
        let text = progress.prometheusText
        latest.withLock { $0 = text }
    }

    /// Ends the thread and frees the port.
    public func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        shutdown(socket, Int32(SHUT_RDWR))
    }

    private func serve() {
        while !isStopped.load(ordering: .acquiring) {
            let connection = accept(socket, nil, nil)
            guard connection >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                break
            }
            answer(connection)
            close(connection)
        }
        close(socket)
    }

    private func answer(_ connection: Int32) {
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        guard let request = head(of: connection) else { return }
        let words = request.split(separator: "\r\n").first?.split(separator: " ").map(String.init) ?? []
        let response: (status: String, body: String) =
            switch (words.first, words.count > 1 ? words[1].split(separator: "?").first.map(String.init) : nil) {
            case ("GET", "/metrics"), ("GET", "/"): ("200 OK", latest.withLock { $0 })
            case ("GET", _): ("404 Not Found", "The metrics are at /metrics.\n")
            default: ("405 Method Not Allowed", "Only GET.\n")
            }
        let text =
            "HTTP/1.1 \(response.status)\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
            + "Content-Length: \(response.body.utf8.count)\r\nConnection: close\r\n\r\n" + response.body
        write(Array(text.utf8), to: connection)
    }

    /// The request up to the empty line; `nil` when it does not come in time or is longer than 8 KiB.
    private func head(of connection: Int32) -> String? {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1_024)
        while received.count <= 8_192 {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
            let text = String(decoding: received, as: UTF8.self)
            if text.contains("\r\n\r\n") { return text }
        }
        return nil
    }

    private func write(_ bytes: [UInt8], to connection: Int32) {
        var sent = 0
        while sent < bytes.count {
            let rest = bytes[sent...]
            let count = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, ListeningSocket.noSignal)
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}

/// A TCP socket that listens.
private enum ListeningSocket {
    #if canImport(Darwin)
        static let noSignal: Int32 = 0
        private static let stream = SOCK_STREAM
    #else
        static let noSignal = Int32(MSG_NOSIGNAL)
        // Linux's SOCK_STREAM: the type it is imported with depends on which other C modules are loaded.
        private static let stream: Int32 = 1
    #endif

    static func open(_ address: ListenAddress) throws(MetricsListener.Failure) -> (descriptor: Int32, port: UInt16) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = stream
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(address.host, "\(address.port)", &hints, &found)
        guard status == 0, let info = found else {
            throw MetricsListener.Failure(description: "\(address): the host is unknown; name one of this machine")
        }
        defer { freeaddrinfo(found) }
        let descriptor = Foundation.socket(info.pointee.ai_family, info.pointee.ai_socktype, info.pointee.ai_protocol)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard descriptor >= 0, bind(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0,
            listen(descriptor, 16) == 0
        else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw MetricsListener.Failure(description: "\(address): cannot listen: \(reason); name another port")
        }
        return (descriptor, port(of: descriptor) ?? address.port)
    }

    private static func port(of descriptor: Int32) -> UInt16? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { return nil }
        // The port lies at the same place in addresses of both families.
        return withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    }
}
