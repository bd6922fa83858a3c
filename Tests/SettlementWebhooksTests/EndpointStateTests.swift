import Settlement
import Testing

@testable import SettlementWebhooks

@Suite struct EndpointStateTests {
    private static let second: Int64 = 1_000_000_000

    private func message(_ number: Int) -> WebhookMessage { WebhookMessage(id: "m\(number)", payload: []) }

    @Test func sendsInOrderOneAtATime() {
        var generator = SplitMix64(seed: 1)
        var state = EndpointState()
        for number in 1...3 { state.add(message(number)) }
        for number in 1...3 {
            let next = state.next(at: 0)
            #expect(next?.message.id == "m\(number)" && next?.attempt == 1)
            #expect(state.next(at: 0)?.message == nil && state.nextDue == nil)
            state.finish(.delivered, at: 0, using: &generator)
        }
        #expect(state.count == 0 && state.nextDue == nil && state.lostCount == 0)
    }

    @Test func waitsLongerAfterEachFailureAndThenGivesUp() {
        var generator = SplitMix64(seed: 1)
        var settings = WebhookSettings()
        settings.disableAfterNanoseconds = .max
        var state = EndpointState(settings: settings)
        state.add(message(1))
        state.add(message(2))
        var now: Int64 = 0
        for (index, wait) in settings.retryNanoseconds.enumerated() {
            #expect(state.next(at: now)?.attempt == index + 1)
            state.finish(.failed(retryAfterNanoseconds: nil), at: now, using: &generator)
            let due = state.nextDue ?? 0
            #expect((now + wait - wait / 5...now + wait).contains(due) && state.next(at: due - 1)?.message == nil)
            now = due
        }
        #expect(state.next(at: now)?.attempt == settings.retryNanoseconds.count + 1)
        state.finish(.failed(retryAfterNanoseconds: nil), at: now, using: &generator)
        #expect(state.lastLoss?.message == "m1" && state.lostCount == 1)
        #expect(state.next(at: now)?.message.id == "m2")
    }

    @Test func aReceiverThatIsGoneOrFailsForDaysIsDisabled() {
        var generator = SplitMix64(seed: 1)
        var gone = EndpointState()
        gone.add(message(1))
        gone.add(message(2))
        _ = gone.next(at: 0)
        gone.finish(.gone, at: 0, using: &generator)
        gone.add(message(3))
        #expect(gone.disabled == .gone && gone.next(at: .max)?.message == nil && gone.nextDue == nil)
        #expect(gone.count == 3 && gone.lostCount == 0, "nothing is lost while it waits")
        gone.enable()
        #expect(gone.next(at: 0)?.message.id == "m1")

        var failing = EndpointState()
        var now: Int64 = 0
        for number in 1...100 where failing.disabled == nil {
            failing.add(message(number))
            now = max(now, failing.nextDue ?? now)
            guard failing.next(at: now) != nil else { continue }
            failing.finish(.failed(retryAfterNanoseconds: nil), at: now, using: &generator)
        }
        #expect(failing.disabled == .failing && now >= 432_000 * Self.second && now < 520_000 * Self.second)
    }

    @Test func patienceIsGrantedWithinReason() {
        var generator = SplitMix64(seed: 1)
        var state = EndpointState()
        state.add(message(1))
        _ = state.next(at: 0)
        state.finish(.failed(retryAfterNanoseconds: 700 * Self.second), at: 0, using: &generator)
        #expect(state.nextDue == 700 * Self.second)
        _ = state.next(at: 700 * Self.second)
        state.finish(.failed(retryAfterNanoseconds: .max), at: 0, using: &generator)
        #expect(state.nextDue == state.settings.retryNanoseconds.max())
    }

    @Test func theOldestThatWaitsMakesRoom() {
        var settings = WebhookSettings()
        settings.queueLimit = 2
        var state = EndpointState(settings: settings)
        state.add(message(1))
        _ = state.next(at: 0)
        state.add(message(2))
        state.add(message(3))
        #expect(state.count == 2 && state.lastLoss?.message == "m2")
    }

    @Test func whatWillNeverWorkHoldsNobodyUp() {
        var generator = SplitMix64(seed: 1)
        var state = EndpointState()
        state.add(message(1))
        state.add(message(2))
        _ = state.next(at: 0)
        state.finish(.refused(code: 430_104), at: 0, using: &generator)
        #expect(state.lastLoss == EndpointState.Loss(message: "m1", attempts: 1, reason: .refused(code: 430_104)))
        #expect(state.next(at: 0)?.message.id == "m2")
        state.finish(.misconfigured(code: 310_000), at: 0, using: &generator)
        #expect(state.disabled == .misconfigured(code: 310_000) && state.count == 1 && state.lostCount == 1)
    }

    @Test func aRobotStaysBelowTwentyAMinute() {
        var pace = RobotPace()
        var times: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<100 {
            now = pace.ready(at: now)
            pace.record(at: now)
            times.append(now)
        }
        for (index, time) in times.enumerated() {
            let inWindow = times[...index].filter { $0 > time - 60 * Self.second }.count
            #expect(inWindow <= 18)
        }
        #expect(times.last == 5 * 60 * Self.second)
    }

    @Test(arguments: [
        (#"{"errcode":0,"errmsg":"ok"}"#, EndpointState.Result.delivered),
        (#"{"errmsg":"too fast","errcode": 130101}"#, .failed(retryAfterNanoseconds: 600_000_000_000)),
        (#"{"errcode":410100,"errmsg":"send too fast"}"#, .failed(retryAfterNanoseconds: 600_000_000_000)),
        (#"{"errcode":400106,"errmsg":"no such robot"}"#, .misconfigured(code: 400_106)),
        (#"{"errcode":310000,"errmsg":"sign not match"}"#, .misconfigured(code: 310_000)),
        (#"{"errcode":300005,"errmsg":"token is not exist"}"#, .misconfigured(code: 300_005)),
        (#"{"errcode":430104,"errmsg":"unsafe"}"#, .refused(code: 430_104)),
        (#"{"errcode":-1,"errmsg":"busy"}"#, .failed(retryAfterNanoseconds: nil)),
        ("<html>", .failed(retryAfterNanoseconds: nil)), ("", .failed(retryAfterNanoseconds: nil)),
    ])
    func aRobotsTruthIsInItsErrcode(_ body: String, _ result: EndpointState.Result) {
        #expect(RobotAnswer(Array(body.utf8)).result == result)
    }
}
