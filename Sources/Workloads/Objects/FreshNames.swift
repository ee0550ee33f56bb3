import Storage

/// Names of objects and directories that the load itself makes: an operation's URI with a number that follows from seed and counter.
struct FreshNames: Sendable {
    private let head: [UInt8]
    private let tail: [UInt8]
    private let seed: UInt64

    /// `{}` in `uri` is where the number stands; without it `obj_` and the number are appended.
    init(uri: String, seed: UInt64) {
        self.seed = seed
        let bytes = Array(uri.utf8)
        let open = UInt8(ascii: "{")
        if let place = bytes.indices.dropLast().first(where: { bytes[$0] == open && bytes[$0 + 1] == UInt8(ascii: "}") }) {
            head = Array(bytes[..<place])
            tail = Array(bytes[(place + 2)...])
        } else {
            head = bytes + Array("obj_".utf8)
            tail = []
        }
    }

    func write(_ counter: UInt64, to uri: ObjectURI) {
        uri.set(head)
        uri.append(decimal: Random.mix(seed, counter))
        uri.append(tail)
    }
}
