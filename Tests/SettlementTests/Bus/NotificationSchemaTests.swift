import Settlement
import Testing

@Suite struct NotificationSchemaTests {
    static let notification = Notification(
        shard: 2,
        sequence: 18_000_000_000_000_000_000,
        account: AccountID(42),
        standing: Standing(state: .arrears, epoch: 7),
        regions: RegionSet(RegionID(3)),
        time: Timestamp(nanoseconds: -5)
    )

    @Test func `the message is one line with every 64-bit number as a string`() {
        #expect(
            NotificationSchema.message(Self.notification)
                == #"{"schemaVersion":1,"shard":2,"sequence":"18000000000000000000","account":"42","#
                + #""standing":"arrears","epoch":7,"regions":"8","time":"-5"}"#
        )
    }

    @Test func `the schema is published in this form`() {
        #expect(
            NotificationSchema.json == """
                {
                  "$schema": "https://json-schema.org/draft/2020-12/schema",
                  "title": "swift-settlement notification, version 1",
                  "type": "object",
                  "properties": {
                    "schemaVersion": {"type": "integer", "minimum": 0, "maximum": 65535, "description": "version of this schema"},
                    "shard": {"type": "integer", "minimum": 0, "maximum": 65535, "description": "shard that decided; with sequence the identity of the message"},
                    "sequence": {"type": "string", "pattern": "^[0-9]{1,20}$", "description": "ascending within the shard, not dense"},
                    "account": {"type": "string", "pattern": "^[0-9]{1,20}$", "description": "fund account"},
                    "standing": {"enum": ["good", "arrears"], "description": "standing from now on"},
                    "epoch": {"type": "integer", "minimum": 0, "maximum": 4294967295, "description": "grows by 1 at every change of standing; obey the highest"},
                    "regions": {"type": "string", "pattern": "^[0-9]{1,20}$", "description": "bit r is set: the account is billed in region r"},
                    "time": {"type": "string", "pattern": "^-?[0-9]{1,19}$", "description": "business time in nanoseconds since 1970-01-01T00:00:00Z"}
                  },
                  "required": ["schemaVersion", "shard", "sequence", "account", "standing", "epoch", "regions", "time"]
                }

                """
        )
    }
}
