import Plans
import Vocabulary

/// The kinds of storage that this build reaches: the only place that knows them all.
package enum Targets {
    package static let schemes = ["file", "direct"]

    /// A target of its own for one worker, for URIs with the scheme of `uri`.
    package static func open(_ uri: String, pageCache: PageCacheMode = .auto) throws(StorageError) -> any StorageTarget {
        switch scheme(of: uri) {
        case "file": return FileTarget(pageCache: pageCache)
        case "direct": return FileTarget(isDirect: true)
        default: throw StorageError(.unsupported, .stat, uri: uri, why: "no storage of this build has this scheme")
        }
    }

    /// `file` of `file:///tmp/`; nil where there is none.
    package static func scheme(of uri: String) -> String? {
        guard let colon = uri.firstIndex(of: ":"), uri[colon...].hasPrefix("://") else { return nil }
        return uri[..<colon].lowercased()
    }
}
