#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What this process has taken of the machine.
struct ProcessUsage: Sendable, Hashable {
    /// Processor time so far, in nanoseconds.
    var cpuNanoseconds: Int64
    /// Resident memory now, in bytes; on systems that do not tell, the largest so far.
    var residentBytes: Int64

    /// Asks the system; about 10 µs.
    static func current() -> ProcessUsage {
        let facts = HostFacts.current()
        return ProcessUsage(
            cpuNanoseconds: facts.cpuNanoseconds,
            residentBytes: residentBytes ?? facts.peakMemoryBytes
        )
    }

    /// The second number of `/proc/self/statm`, in pages.
    private static var residentBytes: Int64? {
        guard let file = fopen("/proc/self/statm", "r") else { return nil }
        defer { fclose(file) }
        var line = [UInt8](repeating: 0, count: 128)
        let length = fread(&line, 1, line.count, file)
        let words = line[..<length].split(separator: UInt8(ascii: " "))
        guard words.count > 1, let pages = Int64(String(decoding: words[1], as: UTF8.self)) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
