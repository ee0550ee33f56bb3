import Digests
import FoundationEssentials
import Vocabulary

/// Azure's Shared Key authorization.
///
/// <https://learn.microsoft.com/en-us/rest/api/storageservices/authorize-with-shared-key>, of versions from 2015-02-21 on.
struct AzureSignature {
    let account: String
    private let key: [UInt8]

    /// `key` in Base64; nil where it is none.
    init?(account: String, key: Secret) {
        guard let bytes = Data(base64Encoded: key.revealed), !bytes.isEmpty else { return nil }
        self.account = account
        self.key = [UInt8](bytes)
    }

    /// The value of the Authorization header.
    ///
    /// - Parameters:
    ///   - path: encoded, as it is sent; with an emulator it begins with the account.
    ///   - query: not encoded.
    ///   - headers: names in small letters.
    func authorization(
        _ method: String, path: String, query: [(String, String)], headers: [HTTPRequest.Header], length: Int64
    ) -> String {
        let value = { (name: String) in headers.first { $0.name == name }?.value ?? "" }
        var lines = [method, value("content-encoding"), value("content-language"), length == 0 ? "" : "\(length)"]
        lines += [value("content-md5"), value("content-type")]
        // Date is empty: x-ms-date stands for it.
        lines += ["", value("if-modified-since"), value("if-match"), value("if-none-match"), value("if-unmodified-since"), value("range")]
        lines += headers.filter { $0.name.hasPrefix("x-ms-") }.sorted { $0.name < $1.name }.map { "\($0.name):\($0.value)" }
        lines.append("/\(account)\(path)")
        lines += query.map { ($0.0.lowercased(), $0.1) }.sorted { $0.0 < $1.0 }.map { "\($0.0):\($0.1)" }
        let digest = hmacSHA256(key: key, Array(lines.joined(separator: "\n").utf8))
        return "SharedKey \(account):\(Data(digest).base64EncodedString())"
    }
}
