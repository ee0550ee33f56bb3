import Glibc

/// What only tests turn on, by environment variables.
enum TestHooks {
    /// `MUSTER_TEST_SLOWDOWN=N`: each operation takes N times as long.
    static let slowdownFromEnvironment: Double = {
        guard let text = getenv("MUSTER_TEST_SLOWDOWN"), let factor = Double(String(cString: text)) else { return 1 }
        return max(1, factor)
    }()

    static func slowdown(_ surroundings: StageSurroundings) -> Double { surroundings.slowdown ?? slowdownFromEnvironment }
}
