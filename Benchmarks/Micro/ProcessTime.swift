#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Nanoseconds that all threads of this process have spent on a core.
func processNanoseconds() -> Int64 {
    var time = timespec()
    let result = clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    precondition(result == 0, "this system does not count the time of a process")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Runnable threads of the whole machine, averaged over the last minute.
func loadAverage() -> Double {
    var load = 0.0
    return getloadavg(&load, 1) == 1 ? load : 0
}
