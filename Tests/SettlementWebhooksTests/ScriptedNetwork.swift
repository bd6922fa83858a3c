import SettlementWebhooks
import Synchronization

/// The network by a script.
final class ScriptedNetwork: WebhookTransport {
    struct State {
        var addresses: [String: [String]] = [:]
        var responses: [WebhookResponse] = []
        /// When nothing is scripted.
        var status = 204
        var body = ""
        var requests: [WebhookRequest] = []
    }

    let state = Mutex(State())
    var requests: [WebhookRequest] { state.withLock { $0.requests } }

    func resolve(_ host: String) async throws(TransportFailure) -> [IPAddress] {
        guard let texts = state.withLock({ $0.addresses[host] }) else { throw TransportFailure(reason: "unknown host") }
        return texts.compactMap { IPAddress($0) }
    }

    func post(_ request: WebhookRequest) async throws(TransportFailure) -> WebhookResponse {
        state.withLock { state in
            state.requests.append(request)
            if !state.responses.isEmpty { return state.responses.removeFirst() }
            return WebhookResponse(status: state.status, body: Array(state.body.utf8))
        }
    }
}
