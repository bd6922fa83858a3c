#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Settlement

/// A small service over a settlement pool, made to be killed.
///
/// Its parent keeps the acknowledgements and so knows what the journal owes, whatever happens to this process.
@main
enum CrashWriter {
    static func main() async {
        guard let settings = WriterSettings(Array(CommandLine.arguments.dropFirst())) else {
            WriterReport.complain(WriterSettings.usage)
            exit(WriterExit.usage)
        }
        do {
            switch settings.mode {
            case .work: try await WorkRun(settings).run()
            case .check: try await CheckRun(settings).run()
            case .census: try await JournalCensus.take(settings).tell()
            case .populate: try await PopulationRun(settings).run()
            case .monthend: try await MonthEndRun(settings).run()
            case .fill: try await FillRun(settings).run()
            case .recover: try await RecoveryRun(settings).run()
            }
        } catch let violation as Violation {
            WriterReport.complain("violation: \(violation)")
            exit(WriterExit.violation)
        } catch {
            WriterReport.complain("failed: \(error)")
            exit(WriterExit.failed)
        }
    }
}
