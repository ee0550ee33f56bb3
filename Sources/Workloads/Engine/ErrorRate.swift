import Plans
import Vocabulary

/// `error_rate_threshold`: tells when errors come faster than is allowed.
///
/// Exact over any `error_rate_window`, by the moments of as many errors as that allows. Of more than 65,535 the window is as much shorter as
/// is needed for these to show the same rate.
struct ErrorRate {
    private static let mostMoments = 65_536

    let window: Duration
    /// Errors within it that are not yet too many.
    let allowed: Int
    private var moments: [Int64] = []
    /// Where the oldest of them stands, once there are as many as are looked at.
    private var next = 0

    init(_ policy: ErrorPolicy) {
        let wanted = policy.rateThreshold * policy.rateWindow.inSeconds
        let most = Double(Self.mostMoments - 1)
        allowed = Int(min(wanted, most))
        window = wanted > most ? .seconds(most / policy.rateThreshold) : policy.rateWindow
    }

    /// Counts an error; whether it is one too many. If so, counting begins anew.
    mutating func isExceeded(at moment: Int64) -> Bool {
        if moments.count <= allowed {
            moments.append(moment)
        } else {
            moments[next] = moment
            next = (next + 1) % moments.count
        }
        guard moments.count > allowed, moment - moments[next] <= window.wholeNanoseconds else { return false }
        moments.removeAll(keepingCapacity: true)
        next = 0
        return true
    }
}
