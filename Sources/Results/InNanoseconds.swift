import Vocabulary

/// A duration that stands in files as a whole number of nanoseconds; its key there ends in `_ns`.
@propertyWrapper
package struct InNanoseconds: Codable, Hashable, Sendable {
    package var wrappedValue: Duration
    package init(wrappedValue: Duration) { self.wrappedValue = wrappedValue }

    package init(from decoder: any Decoder) throws {
        wrappedValue = .nanoseconds(try decoder.singleValueContainer().decode(Int64.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue.wholeNanoseconds)
    }
}
