/// What the controller has of a result file: as many bytes from its beginning, and their checksum.
///
/// Where the file at the agent begins with these bytes its transfer goes on behind them; else it begins anew.
package struct HeldFile: Sendable, Equatable {
    /// Most bytes of a list of these in one order; what does not fit is sent again.
    package static let listLimit = 1 << 20

    /// As in `ResultPiece`.
    package var path: String
    package var size: UInt64
    /// Of those `size` bytes: 32 bytes.
    package var sha256: [UInt8]

    package init(path: String, size: UInt64, sha256: [UInt8]) {
        self.path = path
        self.size = size
        self.sha256 = sha256
    }

    /// What it takes in an order, and a little more.
    private var cost: Int { path.utf8.count + 64 }

    /// Those whose bytes weigh most, as many as one order can name.
    package static func fitting(_ files: [HeldFile]) -> [HeldFile] {
        var left = listLimit
        return files.sorted { ($1.size, $0.path) < ($0.size, $1.path) }.filter { file in
            left -= file.cost
            return left >= 0
        }
    }
}
