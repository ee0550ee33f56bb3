extension Sequence where Element == UInt64 {
    /// What they come to, at most the largest number: counts that were read may be anybody's.
    package func saturatingSum() -> UInt64 {
        reduce(0) { sum, count in
            let (whole, overflow) = sum.addingReportingOverflow(count)
            return overflow ? .max : whole
        }
    }
}
