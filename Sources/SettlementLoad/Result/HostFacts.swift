#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where a run took place and what it took.
public struct HostFacts: Sendable, Hashable, Codable {
    /// Name of the operating system.
    public var system: String
    /// Processors that are online.
    public var processors: Int
    /// Main memory in bytes.
    public var memoryBytes: Int64
    /// Processor time of this process so far, in nanoseconds.
    public var cpuNanoseconds: Int64
    /// Largest resident memory of this process so far, in bytes.
    public var peakMemoryBytes: Int64
    /// Whether the program was built with optimisation.
    public var isOptimized: Bool

    /// Facts that are known already.
    public init(
        system: String,
        processors: Int,
        memoryBytes: Int64,
        cpuNanoseconds: Int64,
        peakMemoryBytes: Int64,
        isOptimized: Bool
    ) {
        self.system = system
        self.processors = processors
        self.memoryBytes = memoryBytes
        self.cpuNanoseconds = cpuNanoseconds
        self.peakMemoryBytes = peakMemoryBytes
        self.isOptimized = isOptimized
    }

    /// No machine: what happens in virtual time is the same on all of them.
    public static let virtual = HostFacts(
        system: "virtual time",
        processors: 0,
        memoryBytes: 0,
        cpuNanoseconds: 0,
        peakMemoryBytes: 0,
        isOptimized: true
    )

    /// Whether these are the facts of a run in virtual time.
    public var isVirtual: Bool { self == .virtual }

    /// Asks the system, about this machine and this process.
    public static func current() -> HostFacts {
        var usage = rusage()
        getrusage(thisProcess, &usage)
        let user = nanoseconds(usage.ru_utime)
        let system = nanoseconds(usage.ru_stime)
        return HostFacts(
            system: systemName,
            processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
            memoryBytes: Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))),
            cpuNanoseconds: user + system,
            peakMemoryBytes: Int64(usage.ru_maxrss) * peakMemoryUnit,
            isOptimized: !isDebugBuild
        )
    }

    private static func nanoseconds(_ time: timeval) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_usec) * 1_000
    }

    private static var isDebugBuild: Bool {
        var isDebug = false
        assert(
            {
                isDebug = true; return true
            }()
        )
        return isDebug
    }

    #if os(Linux)
        private static let thisProcess = __rusage_who_t(RUSAGE_SELF.rawValue)
        private static let systemName = "Linux"
        private static let peakMemoryUnit: Int64 = 1_024
    #else
        private static let thisProcess = RUSAGE_SELF
        private static let systemName = "macOS"
        private static let peakMemoryUnit: Int64 = 1
    #endif
}
