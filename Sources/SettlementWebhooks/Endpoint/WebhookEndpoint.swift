/// A subscriber: where its messages go and how they are signed.
public struct WebhookEndpoint: Sendable, Hashable {
    /// How a receiver knows that a message is ours.
    public enum Signing: Sendable, Hashable {
        /// Standard Webhooks; while keys change, with the new and the old one.
        case standard([WebhookSecret])
        /// A DingTalk robot: text messages for people, at most 18 a minute.
        case dingTalk(secret: RobotSecret)
    }

    /// Unique among the endpoints of a service.
    public var name: String
    /// Where to.
    public var url: WebhookURL
    /// How messages are signed.
    public var signing: Signing

    /// - Precondition: Standard Webhooks has at least one secret; a robot's address has a query, its token.
    public init(name: String, url: WebhookURL, signing: Signing) {
        switch signing {
        case .standard(let secrets): precondition(!secrets.isEmpty, "endpoint \(name) has no secret to sign with")
        case .dingTalk: precondition(url.path.contains("?"), "the robot of endpoint \(name) has no ?access_token=")
        }
        self.name = name
        self.url = url
        self.signing = signing
    }

    /// The POST of one attempt, without its place on the network.
    ///
    /// - Parameter milliseconds: of the attempt, since 1970.
    func request(
        _ message: WebhookMessage,
        to address: IPAddress,
        milliseconds: Int64,
        timeoutNanoseconds: Int64
    ) -> WebhookRequest {
        var request = WebhookRequest(
            url: url,
            query: "",
            address: address,
            headers: [WebhookRequest.Header("content-type", "application/json")],
            body: message.payload,
            timeoutNanoseconds: timeoutNanoseconds
        )
        switch signing {
        case .standard(let secrets):
            let seconds = milliseconds / 1_000
            let signature = WebhookSignature.sign(message.payload, id: message.id, timestamp: seconds, secrets: secrets)
            request.headers += [
                WebhookRequest.Header("webhook-id", message.id),
                WebhookRequest.Header("webhook-timestamp", String(seconds)),
                WebhookRequest.Header("webhook-signature", signature),
            ]
        case .dingTalk(let secret):
            request.query = DingTalkSignature.query(milliseconds: milliseconds, secret: secret.text)
        }
        return request
    }

    /// What an answer means, and the same in words.
    func result(of response: WebhookResponse) -> (EndpointState.Result, reason: String) {
        let said = "the receiver answered with status \(response.status)"
        let patience = response.retryAfterSeconds.map { min(max($0, 0), 86_400) * 1_000_000_000 }
        switch (response.status, signing) {
        case (410, .standard): return (.gone, said)
        case (200..<300, .standard): return (.delivered, said)
        case (200..<300, .dingTalk):
            let answer = RobotAnswer(response.body)
            return (answer.result, answer.code.map { "the robot answered with errcode \($0)" } ?? "no errcode")
        default: return (.failed(retryAfterNanoseconds: patience), said)
        }
    }
}
