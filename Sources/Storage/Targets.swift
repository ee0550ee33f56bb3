import Plans
import Vocabulary

/// The kinds of storage that this build reaches: the only place that knows them all.
package enum Targets {
    package static let schemes = ["file", "direct", "s3", "az", "gs"]

    /// How long an operation may take that nobody has said it of.
    package static let operationTimeout: Duration = .seconds(120)

    /// A target of its own for one worker, for URIs with the scheme of `uri`. `timeout`: for one operation on an object store.
    package static func open(
        _ uri: String, pageCache: PageCacheMode = .auto, timeout: Duration = operationTimeout
    ) throws(StorageError) -> any StorageTarget {
        switch scheme(of: uri) {
        case "file": return FileTarget(pageCache: pageCache)
        case "direct": return FileTarget(isDirect: true)
        case "s3": return ObjectStoreTarget(S3Service(), timeout: timeout)
        case "az": return ObjectStoreTarget(AzureService(), timeout: timeout)
        case "gs", "gcs": return ObjectStoreTarget(GoogleService(), timeout: timeout)
        default: throw StorageError(.unsupported, .stat, uri: uri, why: "no storage of this build has this scheme")
        }
    }

    /// Whether names there are those of objects in a flat space, without directories.
    package static func isObjectStore(_ uri: String) -> Bool {
        switch scheme(of: uri) {
        case "s3", "az", "gs", "gcs": true
        default: false
        }
    }

    /// `file` of `file:///tmp/`; nil where there is none.
    package static func scheme(of uri: String) -> String? {
        guard let colon = uri.firstIndex(of: ":"), uri[colon...].hasPrefix("://") else { return nil }
        return uri[..<colon].lowercased()
    }
}
