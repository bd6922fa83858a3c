/// The secret of a DingTalk robot (`SEC…`). Its text is never part of a description.
public struct RobotSecret: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    let text: String
    /// A secret as the robot's settings show it.
    public init(_ text: String) { self.text = text }
    /// Says nothing.
    public var description: String { "SEC(redacted)" }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What DingTalk answers to a robot: HTTP 200 always, the truth is in `errcode`.
struct RobotAnswer: Equatable {
    /// 0: sent; `nil`: the answer holds none.
    var code: Int?

    init(_ body: [UInt8]) {
        let text = String(decoding: body, as: UTF8.self)
        guard let key = text.range(of: "\"errcode\"") else { return }
        let rest = text[key.upperBound...].drop { $0 == ":" || $0.isWhitespace }
        code = Int(rest.prefix { $0.isNumber || $0 == "-" })
    }

    /// Two codes are the limit of 20 messages a minute; after it nothing gets through for 10 minutes. Most of the others do
    /// not pass by themselves. Source: open.dingtalk.com, error codes of custom robots, and what users of robots have met
    /// (github.com/ccfos/nightingale#369 for 130101; 300001 and 300005 are both "token is not exist").
    var result: EndpointState.Result {
        switch code {
        case 0: .delivered
        case 130_101, 410_100: .failed(retryAfterNanoseconds: 600_000_000_000)
        // A token that is missing or unknown, a robot or group that is gone, a setting: signature, keyword, address.
        case let code? where [40_035, 300_001, 300_005, 310_000, 400_013, 400_101, 400_102, 400_106].contains(code):
            .misconfigured(code: code)
        // The form of the message, its links or words, its length.
        case let code? where [400_105, 430_101, 430_102, 430_103, 430_104, 460_101].contains(code):
            .refused(code: code)
        default: .failed(retryAfterNanoseconds: nil)
        }
    }
}

/// Texts for a robot's group. What waits when the robot may speak again is said in one message.
enum RobotText {
    /// Bytes of one message, so that it stays within the payload however it is escaped, and within the robot's 20,000.
    static let bytesMax = 3_000

    /// - Parameter dropped: lines before these that were given up.
    static func message(id: String, _ lines: [String], dropped: Int = 0) -> WebhookMessage {
        var text = dropped == 0 ? "" : "… \(dropped) before"
        for (index, line) in lines.enumerated() {
            guard text.utf8.count + line.utf8.count < bytesMax else {
                text += "… \(lines.count - index) more"
                break
            }
            text += (text.isEmpty ? "" : "\n") + line
        }
        let payload = #"{"msgtype":"text","text":{"content":\#(JSONText.quoted(text))}}"#
        return WebhookMessage(id: id, payload: Array(payload.utf8))
    }
}

extension String {
    /// Where a text first stands in this one.
    fileprivate func range(of other: String) -> Range<Index>? { ranges(of: other).first }
}
